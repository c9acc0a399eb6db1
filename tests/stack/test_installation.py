"""What the installer reads, and what it says."""

import sys
from pathlib import Path

import pytest

from stack import python_packages, system_packages
from stack.errors import NotInstalled
from stack.python_packages import pinned
from stack.shop import ROOT
from stack.system_packages import SystemPackage
from stack.terminal import Terminal

REQUIREMENTS = """\
uvicorn==0.38 \\
    --hash=sha256:aa
uv==0.13.8 \\
    --hash=sha256:bb \\
    --hash=sha256:cc
    # via storefront
uvloop==1 \\
    --hash=sha256:dd
"""


def test_a_pinned_package_comes_with_all_its_hashes() -> None:
    assert pinned("uv", REQUIREMENTS).split() == ["uv==0.13.8", "\\", "--hash=sha256:bb", "\\", "--hash=sha256:cc"]


def test_the_requirements_pin_the_installer_itself() -> None:
    requirements = (ROOT / "requirements-dev.txt").read_text()

    assert "--hash=sha256:" in pinned("uv", requirements)


def test_an_ordinary_user_is_told_the_line_to_type(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.geteuid", lambda: 1000)
    missing = SystemPackage("rabbitmq-server", "the message broker", lambda: False)
    present = SystemPackage("postgresql", "the databases", lambda: True)

    with pytest.raises(NotInstalled) as raised:
        system_packages.ensure([present, missing], Terminal())

    assert "sudo apt-get install -y --no-install-recommends rabbitmq-server\n" in str(raised.value)


@pytest.mark.parametrize(
    ("answer", "is_taken"), [(f"{sys.base_prefix} {sys.version}", True), ("/elsewhere 3.99", False)]
)
def test_an_environment_of_another_python_is_made_anew(
    answer: str, is_taken: bool, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    python = tmp_path / "python"
    python.write_text(f"#!/bin/sh\ncat <<'END'\n{answer}\nEND\n")
    python.chmod(0o755)
    monkeypatch.setattr(python_packages, "_PYTHON", python)

    assert python_packages._is_of_this_python() is is_taken


def test_an_environment_whose_python_has_gone_is_made_anew(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(python_packages, "_PYTHON", tmp_path / "gone")

    assert not python_packages._is_of_this_python()
