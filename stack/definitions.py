"""The broker's definitions: the repository's file names the users, the run folder's copy has their passwords."""

import base64
import hashlib
import json
import secrets
from pathlib import Path

from stack.files import write_private_json


def write_definitions(source: Path, target: Path, passwords: dict[str, str]) -> None:
    """Copy `source` to `target` (0600), each user with the hash of its password from `passwords` (by user name)."""
    definitions = json.loads(source.read_text(encoding="utf-8"))
    for user in definitions["users"]:
        user["hashing_algorithm"] = "rabbit_password_hashing_sha256"
        user["password_hash"] = password_hash(passwords[user["name"]])
    write_private_json(target, definitions)


def password_hash(password: str, salt: bytes | None = None) -> str:
    """As RabbitMQ stores it: base64(salt + SHA-256(salt + password)), with a salt of 4 bytes."""
    salt = salt or secrets.token_bytes(4)
    return base64.b64encode(salt + hashlib.sha256(salt + password.encode()).digest()).decode()
