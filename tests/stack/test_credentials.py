"""Secrets of a run folder: made once, kept, and seen by their owner only."""

from dataclasses import asdict
from pathlib import Path

from cryptography.hazmat.primitives.serialization import load_pem_private_key

from stack.credentials import Credentials, signing_keys_folder
from stack.files import write_private_json


def test_a_second_start_finds_the_same_secrets(tmp_path: Path) -> None:
    first = Credentials.kept_in(tmp_path)

    assert Credentials.kept_in(tmp_path) == first


def test_an_older_folder_gets_what_it_did_not_have_yet(tmp_path: Path) -> None:
    first = asdict(Credentials.kept_in(tmp_path))
    del first["rabbitmq"]["monitor"], first["postgres"]["payment_auditor"]
    write_private_json(tmp_path / "secrets.json", first)

    again = Credentials.kept_in(tmp_path)

    assert again.rabbitmq["monitor"]
    assert again.postgres["payment_auditor"]
    assert (again.rabbitmq["product"], again.accounts) == (first["rabbitmq"]["product"], first["accounts"])


def test_two_folders_share_no_secret(tmp_path: Path) -> None:
    folders = [tmp_path / "one", tmp_path / "other"]
    for folder in folders:
        folder.mkdir()

    one, other = (Credentials.kept_in(folder) for folder in folders)

    assert set(one.postgres.values()).isdisjoint(other.postgres.values())
    assert set(one.accounts.values()).isdisjoint(other.accounts.values())
    assert one.product_secret_key != other.product_secret_key


def test_secrets_are_readable_by_their_owner_only(tmp_path: Path) -> None:
    Credentials.kept_in(tmp_path)
    keys = signing_keys_folder(tmp_path)

    (key,) = keys.iterdir()
    assert [oct(path.stat().st_mode & 0o777) for path in (tmp_path / "secrets.json", key)] == ["0o600", "0o600"]
    assert oct(keys.stat().st_mode & 0o777) == "0o700"


def test_no_secret_shows_in_a_traceback_or_a_log(tmp_path: Path) -> None:
    credentials = Credentials.kept_in(tmp_path)

    shown = repr(credentials)

    assert not any(password in shown for password in [*credentials.postgres.values(), *credentials.accounts.values()])


def test_the_signing_key_is_made_once(tmp_path: Path) -> None:
    (key,) = signing_keys_folder(tmp_path).iterdir()
    pem = key.read_bytes()

    (again,) = signing_keys_folder(tmp_path).iterdir()

    assert again.read_bytes() == pem
    assert load_pem_private_key(pem, password=None).curve.name == "secp256r1"  # type: ignore[union-attr]
