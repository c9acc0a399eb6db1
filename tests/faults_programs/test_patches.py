"""What is planted from outside finds its place: a crash point or a bug that missed it would prove nothing."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from faults.breakable_shop import PATCHES
from faults.patches.bugs import BUGS
from faults.patches.crash_points import POINTS
from faults.sabotage import CASES
from stack.credentials import SERVICES
from stack.shop import ROOT

NOWHERE = {
    "ENVIRONMENT": "test",
    "PRODUCT_SECRET_KEY": "only-for-this-test-never-for-anything-else",
    "PRODUCT_DATABASE_URL": "postgresql://nobody@127.0.0.1:1/product",
    "PRODUCT_AUTH_URL": "http://127.0.0.1:1",
    "PRODUCT_PAYMENT_URL": "http://127.0.0.1:1",
    "PRODUCT_MEDIA_DIR": "/nonexistent",
    "DJANGO_SETTINGS_MODULE": "product.settings",
}
IMPORT_ALL = "import sys, importlib, django; django.setup(); [importlib.import_module(name) for name in sys.argv[1:]]"
REPLACED = """
import sys, importlib, django
django.setup()
for function in sys.argv[1:]:
    module, _, path = function.partition(":")
    found = importlib.import_module(module)
    for part in path.split("."):
        found = getattr(found, part)
    assert found.__code__.co_filename.endswith("crash_points.py"), function
"""


def run(code: str, *arguments: str, **variables: str) -> None:
    environment = os.environ | NOWHERE | {"PYTHONPATH": f"{ROOT}:{PATCHES}"} | variables
    done = subprocess.run(
        [sys.executable, "-c", code, *arguments],
        cwd=ROOT, env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, ""), done.stderr


def test_there_are_enough_of_them() -> None:
    assert len(POINTS) >= 30
    assert len(BUGS) >= 18
    assert BUGS.keys() == CASES.keys()


def test_all_bugs_find_what_they_change() -> None:
    """All at once: a patch that misses its target raises."""
    modules = sorted({planted.module for patches in BUGS.values() for planted in patches})

    run(
        "import faults.patches.bugs as bugs; [bugs.install(name) for name in bugs.BUGS]; " + IMPORT_ALL,
        *modules,
    )


@pytest.mark.parametrize("service", SERVICES)
def test_all_crash_points_of_a_service_find_their_functions(service: str, tmp_path: Path) -> None:
    names = [name for name in POINTS if name.startswith(f"{service}-")]
    processes = sorted({name.partition("@")[0] for name in names})
    install = f"from faults.patches import crash_points; [crash_points.install(name) for name in {processes}]\n"

    run(install + REPLACED, *sorted({POINTS[name].function for name in names}), FAULTS_CRASH_FOLDER=str(tmp_path))
