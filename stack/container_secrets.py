"""`python3 -m stack.container_secrets`: makes everything secret that docker-compose.yml needs. Run again, it keeps it.

Standard library and `openssl` only: whoever runs the shop in containers needs no `.venv`.
"""

import re
import secrets
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from stack.database_rights import AUDITED, rights_inside_database, roles_and_databases
from stack.definitions import write_definitions
from stack.files import private_folder, write_private
from stack.procfile import read_procfile

_ROOT = Path(__file__).resolve().parent.parent
_ASSIGNMENT = re.compile(r"^(?P<name>[A-Z][A-Z0-9_]*)=(?P<value>.*)$", re.MULTILINE)


def main() -> int:
    if not shutil.which("openssl"):
        print("openssl is missing; it makes the key that signs access tokens. Debian: apt-get install openssl")
        return 1
    fill_in(_ROOT, _ROOT)
    print("Ready: .env and .secrets/ hold what the containers need. Next: docker compose up --build")
    return 0


def fill_in(source: Path, target: Path) -> None:
    """Write `target`'s `.env` and `.secrets/`, from the `.env.example`, Procfile and topology in `source`.

    What `.env` says already stays as it is. What is derived from its passwords is written anew.
    """
    environment_file = target / ".env"
    kept = environment_file.read_text(encoding="utf-8") if environment_file.exists() else ""
    text = with_secrets(kept, example=(source / ".env.example").read_text(encoding="utf-8"))
    write_private(environment_file, text)
    values = assignments(text)

    folder = private_folder(target / ".secrets")
    _make_signing_key(folder / "signing-keys")
    for service in dict.fromkeys(line.service for line in read_procfile(source / "Procfile")):
        _write_for_containers(folder / f"{service}-database.sql", database_script(service, values))
    definitions = folder / "rabbitmq-definitions.json"
    write_definitions(source / "rabbitmq" / "definitions.json", definitions, broker_passwords(values))
    for path in (definitions, *(source / "rabbitmq").iterdir()):
        _open_to_containers(path)


def with_secrets(text: str, *, example: str) -> str:
    """The `.env` of `text`, or of `example` when that is empty, with a new secret in each variable that has no value.

    A variable that only `example` sets is added at the end: it is newer than this `.env`.
    """
    known = assignments(text)
    newer = [match.group() for match in _ASSIGNMENT.finditer(example) if match["name"] not in known]
    complete = "\n".join([text.rstrip("\n"), *newer, ""]) if text else example
    return _ASSIGNMENT.sub(lambda match: match.group() if match["value"] else f"{match['name']}={_secret()}", complete)


def assignments(text: str) -> dict[str, str]:
    return {match["name"]: match["value"] for match in _ASSIGNMENT.finditer(text)}


def database_script(service: str, values: Mapping[str, str]) -> str:
    """What a new database container runs once, as its superuser: the same roles and rights as `make up` gives."""
    prefix = f"{service.upper()}_DATABASE"
    passwords = {
        "postgres": values["POSTGRES_PASSWORD"],
        f"{service}_owner": values[f"{prefix}_OWNER_PASSWORD"],
        f"{service}_app": values[f"{prefix}_APP_PASSWORD"],
    }
    if service in AUDITED:
        passwords[f"{service}_auditor"] = values[f"{prefix}_AUDITOR_PASSWORD"]
    server, database = roles_and_databases([service], passwords), rights_inside_database(service)
    return "".join(f"{line}\n" for line in [*_statements(server), f"\\connect {service}", *_statements(database)])


def broker_passwords(values: Mapping[str, str]) -> dict[str, str]:
    """By the broker's user name: `AUTH_AMQP_PASSWORD` is that of `auth`."""
    suffix = "_AMQP_PASSWORD"
    return {name.removesuffix(suffix).lower(): value for name, value in values.items() if name.endswith(suffix)}


def _statements(statements: list[str]) -> list[str]:
    return [f"{statement};" for statement in statements]


def _secret() -> str:
    """Safe in URLs, in SQL and in `.env`: letters, digits, `-` and `_`."""
    return secrets.token_urlsafe(32)


def _make_signing_key(folder: Path) -> None:
    """Auth's private key. A rotation adds a later name: the last in sort order signs."""
    folder.mkdir(exist_ok=True)
    folder.chmod(0o755)
    if any(folder.glob("*.pem")):
        return
    command = ["openssl", "genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256"]
    key = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    _write_for_containers(folder / "signing-0001.pem", key)


def _write_for_containers(path: Path, text: str) -> None:
    write_private(path, text)
    _open_to_containers(path)


def _open_to_containers(path: Path) -> None:
    """Containers read it under a user of their own. On this machine `.secrets/` (0700) keeps everyone else away.

    The checkout's own files need it too, where the umask is strict.
    """
    path.chmod(0o644)


if __name__ == "__main__":
    sys.exit(main())
