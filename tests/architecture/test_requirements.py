"""Every image holds what its code imports, in the versions that were tested."""

import ast
import re
import sys
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

from stack.credentials import SERVICES
from stack.shop import ROOT

PIN = re.compile(r"^([a-z0-9._-]+)(?:\[[^\]]*\])?==([^ ]+)", re.MULTILINE)
DISTRIBUTIONS = packages_distributions()


@pytest.mark.parametrize("service", SERVICES)
def test_what_the_code_imports_is_required(service: str) -> None:
    required = set(_pins(ROOT / service / "requirements.txt"))

    missing = {
        module
        for module in _imports(ROOT / service) | _imports(ROOT / "servicekit")
        if not required & _distributions(module)
    }

    assert missing == set()


@pytest.mark.parametrize("service", SERVICES)
def test_versions_are_those_of_the_tests(service: str) -> None:
    tested = _pins(ROOT / "requirements-dev.txt")

    for name, version in _pins(ROOT / service / "requirements.txt").items():
        assert tested[name] == version, name


@pytest.mark.parametrize("path", [f"{service}/requirements.txt" for service in SERVICES] + ["requirements-dev.txt"])
def test_no_address_of_an_index_is_written_down(path: str) -> None:
    text = (ROOT / path).read_text(encoding="utf-8")

    assert "://" not in text
    assert not re.search(r"^-", text, re.MULTILINE)


def _pins(path: Path) -> dict[str, str]:
    return {_normalised(name): version for name, version in PIN.findall(path.read_text(encoding="utf-8"))}


def _imports(folder: Path) -> set[str]:
    """The top-level modules of other people's packages that any file in the folder imports."""
    trees = [ast.parse(path.read_text(encoding="utf-8")) for path in folder.rglob("*.py")]
    nodes = [node for tree in trees for node in ast.walk(tree)]
    whole = {alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names}
    parts = {node.module for node in nodes if isinstance(node, ast.ImportFrom) and node.module and not node.level}
    ours = {*sys.stdlib_module_names, *SERVICES, "servicekit"}
    return {name.partition(".")[0] for name in whole | parts} - ours


def _distributions(module: str) -> set[str]:
    return {_normalised(name) for name in DISTRIBUTIONS.get(module, [])}


def _normalised(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()
