"""Passwords, secret keys and the token signing key of one run folder: made once, kept beside the data they open."""

import secrets
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from functools import partial
from pathlib import Path

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

from stack.database_rights import AUDITED
from stack.files import private_folder, read_json, write_private, write_private_json

SERVICES = ("auth", "product", "payment")
DEMO_ACCOUNTS = ("customer", "staff", "admin")

_CLEAR_CHARACTERS = "abcdefghjkmnpqrstuvwxyz23456789"
_new_secret = partial(secrets.token_urlsafe, 24)


def _typable() -> str:
    """For people: three groups of four letters and digits that cannot be taken for one another (58 bits)."""
    return "-".join("".join(secrets.choice(_CLEAR_CHARACTERS) for _ in range(4)) for _ in range(3))


def _one_for_each(*names: str, make: Callable[[], str] = _new_secret) -> dict[str, str]:
    return {name: make() for name in names}


@dataclass(frozen=True)
class Credentials:
    """Everything secret but the signing key. All values are safe in URLs."""

    postgres: dict[str, str] = field(
        repr=False,
        default_factory=lambda: _one_for_each(
            "postgres",
            *(f"{service}_{role}" for service in SERVICES for role in ("owner", "app")),
            *(f"{service}_auditor" for service in AUDITED),
        ),
    )
    """By role name."""
    rabbitmq: dict[str, str] = field(
        repr=False, default_factory=lambda: _one_for_each(*SERVICES, "monitor") | {"operator": _typable()}
    )
    """By user name; `monitor` is for the back office, `operator` for the person in front of the management UI."""
    accounts: dict[str, str] = field(repr=False, default_factory=lambda: _one_for_each(*DEMO_ACCOUNTS, make=_typable))
    """Of the demo accounts, by user name, which is the role as well."""
    erlang_cookie: str = field(repr=False, default_factory=_new_secret)
    product_secret_key: str = field(repr=False, default_factory=partial(secrets.token_urlsafe, 50))

    @classmethod
    def kept_in(cls, folder: Path) -> "Credentials":
        """Those of an earlier start in the folder, with what it did not have yet, or new ones. Written there."""
        path = folder / "secrets.json"
        fresh, known = cls(), read_json(path) or {}
        servers = {name: getattr(fresh, name) | known.get(name, {}) for name in ("postgres", "rabbitmq")}
        credentials = cls(**known | servers)
        if asdict(credentials) != known:
            write_private_json(path, asdict(credentials))
        return credentials


def signing_keys_folder(folder: Path) -> Path:
    """Auth's private keys, one at first. The last in sort order signs: a rotation adds a later name."""
    keys = private_folder(folder / "keys")
    if not any(keys.glob("*.pem")):
        key = ec.generate_private_key(ec.SECP256R1())
        pem = key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        write_private(keys / "signing-0001.pem", pem.decode())
    return keys
