"""Names, imports and the shape of use cases: what makes every part of the house look the same."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

from stack.credentials import SERVICES
from stack.shop import ROOT
from tests.architecture.conftest import python_files

SAY_NOTHING = {"utils", "util", "helpers", "helper", "common", "misc", "base", "core", "manager", "managers"}
NAMED_BY_OTHERS = {"product/postgresql/base.py"}
"""Django looks for a database backend in a module of this name."""

Function = ast.FunctionDef | ast.AsyncFunctionDef


def test_nobody_imports_what_they_may_not() -> None:
    lint = subprocess.run(
        [Path(sys.executable).with_name("lint-imports")], cwd=ROOT, capture_output=True, text=True, check=False
    )

    assert lint.returncode == 0, lint.stdout


def test_names_of_files_and_folders_say_what_is_in_them() -> None:
    paths = [path.relative_to(ROOT) for path in python_files()]

    silent = {str(path) for path in paths if SAY_NOTHING & {path.stem, *path.parent.parts}}

    assert silent - NAMED_BY_OTHERS == set()


def test_every_module_says_what_lives_in_it() -> None:
    """Django's `apps.py` only registers its package, which says so itself."""
    silent = [
        path
        for path in python_files()
        if path.name != "apps.py" and (tree := ast.parse(path.read_text("utf-8"))).body and not ast.get_docstring(tree)
    ]

    assert silent == []


def use_cases() -> list[tuple[str, Function]]:
    """The public functions of all services.py, and of the modules of all packages of that name."""
    files = [path for service in SERVICES for path in sorted((ROOT / service).rglob("*.py"))]
    chosen = [path for path in files if path.name == "services.py" or path.parent.name == "services"]
    return [
        (str(path.relative_to(ROOT)), node)
        for path in chosen
        for node in ast.parse(path.read_text("utf-8")).body
        if isinstance(node, Function) and not node.name.startswith("_")
    ]


USE_CASES = use_cases()


def test_there_are_use_cases() -> None:
    assert len(USE_CASES) > 10


@pytest.mark.parametrize(("path", "function"), USE_CASES, ids=[f"{path}:{node.name}" for path, node in USE_CASES])
def test_a_use_case_is_called_by_keywords_and_typed(path: str, function: Function) -> None:
    """One argument may go by its position: `post(movements)` says it all."""
    arguments = function.args
    positional = [argument.arg for argument in (*arguments.posonlyargs, *arguments.args)]

    assert len(positional) <= 1
    assert function.returns is not None
    assert all(argument.annotation for argument in (*arguments.args, *arguments.kwonlyargs))
    assert arguments.vararg is None
