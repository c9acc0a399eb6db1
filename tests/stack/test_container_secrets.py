"""One command makes everything secret that the containers need, and never makes anew what is there."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from auth.tokens.signing_keys import SigningKeys
from stack.container_secrets import assignments, fill_in, with_secrets
from stack.database_rights import rights_inside_database
from stack.shop import ROOT


@pytest.fixture
def filled(tmp_path: Path) -> Path:
    fill_in(ROOT, tmp_path)
    return tmp_path


def test_gives_a_secret_of_its_own_to_every_variable_without_a_value(filled: Path) -> None:
    values = assignments((filled / ".env").read_text())

    assert values.keys() == assignments((ROOT / ".env.example").read_text()).keys()
    assert all(len(value) >= 32 for value in values.values())
    assert len(set(values.values())) == len(values)


def test_keeps_what_is_there(filled: Path) -> None:
    before = _contents(filled)

    fill_in(ROOT, filled)

    assert _contents(filled) == before


def test_keeps_comments_and_choices_and_adds_what_is_newer() -> None:
    text = with_secrets("# mine\nA_PASSWORD=chosen\nLOG_LEVEL=DEBUG\n", example="A_PASSWORD=\nB_PASSWORD=\n")

    assert text.startswith("# mine\nA_PASSWORD=chosen\nLOG_LEVEL=DEBUG\nB_PASSWORD=")
    assert len(assignments(text)["B_PASSWORD"]) >= 32


def test_the_signing_key_is_one_that_auth_takes(filled: Path) -> None:
    keys = SigningKeys.load(filled / ".secrets" / "signing-keys")

    assert len(keys.public_jwks) == 1


def test_a_database_gets_the_roles_and_rights_of_the_native_one(filled: Path) -> None:
    script = (filled / ".secrets" / "payment-database.sql").read_text()
    password = assignments((filled / ".env").read_text())["PAYMENT_DATABASE_APP_PASSWORD"]

    assert f"CREATE ROLE payment_app LOGIN PASSWORD '{password}';\n" in script
    assert script.endswith("\\connect payment\n" + "".join(f"{line};\n" for line in rights_inside_database("payment")))


def test_every_user_of_the_broker_has_the_hash_of_a_password(filled: Path) -> None:
    definitions = json.loads((filled / ".secrets" / "rabbitmq-definitions.json").read_text())

    assert all(user["password_hash"] for user in definitions["users"])


def test_only_the_owner_gets_to_the_secrets_and_containers_can_read_what_is_mounted(tmp_path: Path) -> None:
    before = os.umask(0o077)
    try:
        fill_in(ROOT, tmp_path)
    finally:
        os.umask(before)

    assert _mode(tmp_path / ".env") == 0o600
    assert _mode(tmp_path / ".secrets") == 0o700
    assert _mode(tmp_path / ".secrets" / "signing-keys") == 0o755
    assert {_mode(path) for path in (tmp_path / ".secrets").rglob("*") if path.is_file()} == {0o644}


def test_needs_nothing_but_the_standard_library() -> None:
    program = f"import sys; sys.path.insert(0, {str(ROOT)!r}); import stack.container_secrets"

    done = subprocess.run([sys.executable, "-I", "-S", "-c", program], capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stderr


def _contents(folder: Path) -> dict[str, str]:
    """Without the broker's hashes: they are salted anew each time."""
    files = [path for path in folder.rglob("*") if path.is_file() and path.name != "rabbitmq-definitions.json"]
    return {str(path): path.read_text() for path in files}


def _mode(path: Path) -> int:
    return path.stat().st_mode & 0o777
