"""Start-up with a configuration that is wrong or unsafe: refused in one line that names the variable and no value."""

import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from stack.shop import ROOT
from tests.security.conftest import Figure
from tests.security.scale import IS_LONG

_CANARY = "canary-Zk83-not-to-be-told"
_AT_ONCE = 2
_START_SECONDS = 60

Change = Mapping[str, str | None]
"""Variables that differ from a good configuration; None: absent."""

_DATABASE = f"postgresql://nobody:{_CANARY}@127.0.0.1:1/nothing"
_BROKER = f"amqp://nobody:{_CANARY}@127.0.0.1:1/%2F"

BAD: dict[str, list[tuple[str, Change]]] = {
    "auth web": [
        ("AUTH_DATABASE_URL", {"AUTH_DATABASE_URL": None}),
        ("AUTH_DATABASE_URL", {"AUTH_DATABASE_URL": f"mysql://root:{_CANARY}@db/auth"}),
        ("AUTH_DATABASE_URL", {"AUTH_DATABASE_URL": _CANARY}),
        ("AUTH_DATABASE_URL", {"AUTH_DATABASE_URL": "postgresql://app:change-me@127.0.0.1:1/auth"}),
        ("AUTH_DATABASE_URL", {"AUTH_DATABASE_URL": "postgresql://postgres:postgres@127.0.0.1:1/auth"}),
        ("AUTH_SIGNING_KEYS_DIR", {"AUTH_SIGNING_KEYS_DIR": None}),
        ("AUTH_SIGNING_KEYS_DIR", {"AUTH_SIGNING_KEYS_DIR": "{folder}/absent"}),
        ("AUTH_SIGNING_KEYS_DIR", {"AUTH_SIGNING_KEYS_DIR": "{folder}/empty"}),
        ("AUTH_SIGNING_KEYS_DIR", {"AUTH_SIGNING_KEYS_DIR": "{folder}/rsa"}),
        ("AUTH_SIGNING_KEYS_DIR", {"AUTH_SIGNING_KEYS_DIR": "{folder}/p384"}),
        ("AUTH_SIGNING_KEYS_DIR", {"AUTH_SIGNING_KEYS_DIR": "{folder}/nonsense"}),
        ("AUTH_PORT", {"AUTH_PORT": "-1"}),
        ("AUTH_PORT", {"AUTH_PORT": "http"}),
        ("AUTH_ACCESS_TOKEN_SECONDS", {"AUTH_ACCESS_TOKEN_SECONDS": "-900"}),
        ("AUTH_ACCESS_TOKEN_SECONDS", {"AUTH_ACCESS_TOKEN_SECONDS": "86400"}),
        ("AUTH_PASSWORD_HASHING_THREADS", {"AUTH_PASSWORD_HASHING_THREADS": "0"}),
        ("AUTH_THROTTLE_SIGN_IN_PER_ACCOUNT", {"AUTH_THROTTLE_SIGN_IN_PER_ACCOUNT": "many"}),
        ("AUTH_SMTP_URL", {"AUTH_SMTP_URL": f"http://user:{_CANARY}@mail"}),
        ("AUTH_TRUSTED_PROXIES", {"AUTH_TRUSTED_PROXIES": "everybody"}),
        ("AUTH_TRUSTED_PROXIES", {"AUTH_TRUSTED_PROXIES": "*"}),
        ("REDIS_URL", {"REDIS_URL": "redis://user:change-me@127.0.0.1:1"}),
        ("ENVIRONMENT", {"ENVIRONMENT": "staging"}),
        ("LOG_LEVEL", {"LOG_LEVEL": "LOUD"}),
        ("TOKEN_ISSUER", {"TOKEN_ISSUER": ""}),
        ("TOKEN_AUDIENCE", {"TOKEN_AUDIENCE": ""}),
    ],
    "auth relay": [
        ("AUTH_AMQP_URL", {"AUTH_AMQP_URL": None}),
        ("AUTH_AMQP_URL", {"AUTH_AMQP_URL": f"http://auth:{_CANARY}@127.0.0.1"}),
        ("AUTH_AMQP_URL", {"AUTH_AMQP_URL": "amqp://guest:guest@127.0.0.1:1/%2F"}),
    ],
    "product web": [
        ("PRODUCT_SECRET_KEY", {"PRODUCT_SECRET_KEY": None}),
        ("PRODUCT_SECRET_KEY", {"PRODUCT_SECRET_KEY": ""}),
        ("PRODUCT_SECRET_KEY", {"PRODUCT_SECRET_KEY": _CANARY}),
        ("PRODUCT_SECRET_KEY", {"PRODUCT_SECRET_KEY": "change-me" * 8}),
        ("PRODUCT_SECRET_KEY", {"PRODUCT_SECRET_KEY": "django-insecure-" + "k9" * 30}),
        ("PRODUCT_SECRET_KEY", {"PRODUCT_SECRET_KEY": "a" * 64}),
        ("PRODUCT_ALLOWED_HOSTS", {"PRODUCT_ALLOWED_HOSTS": "*"}),
        ("PRODUCT_ALLOWED_HOSTS", {"PRODUCT_ALLOWED_HOSTS": "shop.example, *"}),
        ("PRODUCT_DATABASE_URL", {"PRODUCT_DATABASE_URL": "postgresql://postgres:postgres@127.0.0.1:1/product"}),
        ("PRODUCT_AUTH_URL", {"PRODUCT_AUTH_URL": None}),
        ("PRODUCT_AUTH_URL", {"PRODUCT_AUTH_URL": "ftp://auth"}),
        ("PRODUCT_BEHIND_TLS", {"PRODUCT_BEHIND_TLS": "perhaps"}),
        ("PRODUCT_TRUSTED_PROXIES", {"PRODUCT_TRUSTED_PROXIES": "everybody"}),
        ("PRODUCT_CURRENCY", {"PRODUCT_CURRENCY": "XXX"}),
        ("PRODUCT_WEB_THREADS", {"PRODUCT_WEB_THREADS": "-1"}),
        ("PRODUCT_DATABASE_CONNECTIONS", {"PRODUCT_DATABASE_CONNECTIONS": "0"}),
        ("PRODUCT_PAYMENT_DEADLINE_SECONDS", {"PRODUCT_PAYMENT_DEADLINE_SECONDS": "-5"}),
        ("PRODUCT_WEBHOOKS_TO_LOOPBACK", {"PRODUCT_WEBHOOKS_TO_LOOPBACK": "true"}),
    ],
    "product consumer": [("PRODUCT_AMQP_URL", {"PRODUCT_AMQP_URL": None})],
    "payment web": [
        ("PAYMENT_DATABASE_URL", {"PAYMENT_DATABASE_URL": None}),
        ("PAYMENT_DATABASE_URL", {"PAYMENT_DATABASE_URL": "postgresql://payment:payment@127.0.0.1:1/payment"}),
        ("PAYMENT_AUTH_URL", {"PAYMENT_AUTH_URL": "not an address"}),
        ("PAYMENT_STARTING_BALANCE", {"PAYMENT_STARTING_BALANCE": "-1.00"}),
        ("PAYMENT_STARTING_BALANCE", {"PAYMENT_STARTING_BALANCE": "1.001"}),
        ("PAYMENT_STARTING_BALANCE", {"PAYMENT_STARTING_BALANCE": "NaN"}),
        ("PAYMENT_STARTING_CURRENCY", {"PAYMENT_STARTING_CURRENCY": "GOLD"}),
        ("PAYMENT_TOP_UP_LIMIT", {"PAYMENT_TOP_UP_LIMIT": "0"}),
        ("PAYMENT_WEB_THREADS", {"PAYMENT_WEB_THREADS": "1000"}),
        ("PAYMENT_SANDBOX_CARD", {"PAYMENT_SANDBOX_CARD": "true"}),
    ],
    "payment consumer": [("PAYMENT_AMQP_URL", {"PAYMENT_AMQP_URL": "amqp://guest:guest@127.0.0.1:1/%2F"})],
    "payment migrate": [("PAYMENT_DATABASE_OWNER_URL", {})],
}
"""By command, and by the variable that is to be named."""
_AT_LEAST = 20


@pytest.fixture(scope="module")
def good(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """A configuration with which every service would start, were its servers there."""
    folder = tmp_path_factory.mktemp("configuration")
    keys: dict[str, ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey] = {
        "keys": ec.generate_private_key(ec.SECP256R1()), "p384": ec.generate_private_key(ec.SECP384R1()),
        "rsa": rsa.generate_private_key(65537, 2048),
    }  # fmt: skip
    for name in (*keys, "empty", "nonsense"):
        (folder / name).mkdir()
    for name, key in keys.items():
        pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        (folder / name / "signing-0001.pem").write_bytes(pem)
    (folder / "nonsense" / "signing-0001.pem").write_text(_CANARY)
    return {
        "PATH": os.environ["PATH"], "HOME": str(folder), "ENVIRONMENT": "production", "FOLDER": str(folder),
        "AUTH_DATABASE_URL": _DATABASE, "AUTH_SIGNING_KEYS_DIR": str(folder / "keys"), "AUTH_AMQP_URL": _BROKER,
        "AUTH_MAIL_DIR": str(folder), "AUTH_PUBLIC_SHOP_URL": "https://shop.example",
        "PRODUCT_SECRET_KEY": f"{_CANARY}-5Rr8bXq2-and-long-enough", "PRODUCT_DATABASE_URL": _DATABASE,
        "PRODUCT_AUTH_URL": "http://127.0.0.1:1", "PRODUCT_PAYMENT_URL": "http://127.0.0.1:1",
        "PRODUCT_MEDIA_DIR": str(folder), "PRODUCT_AMQP_URL": _BROKER, "PAYMENT_DATABASE_URL": _DATABASE,
        "PAYMENT_AUTH_URL": "http://127.0.0.1:1", "PAYMENT_AMQP_URL": _BROKER,
    }  # fmt: skip


def test_a_bad_configuration_is_refused_in_one_line(good: Mapping[str, str], figure: Figure) -> None:
    tries = [(command, name, change) for command, cases in BAD.items() for name, change in cases]
    tries = tries if IS_LONG else tries[:: -(-len(tries) // _AT_LEAST)]

    with ThreadPoolExecutor(_AT_ONCE) as pool:
        wrong = [fault for faults in pool.map(lambda each: list(_faults(good, *each)), tries) for fault in faults]

    figure("starts with a bad configuration", len(tries), wrong)


def _faults(good: Mapping[str, str], command: str, name: str, change: Change) -> Iterator[str]:
    variables = dict(good) | {
        key: value.replace("{folder}", good["FOLDER"]) for key, value in change.items() if value is not None
    }
    for absent in (key for key, value in change.items() if value is None):
        del variables[absent]
    case = f"python -m {command} with {dict(change)}"
    try:
        start = subprocess.run(
            [sys.executable, "-m", *command.split()], cwd=Path(ROOT), env=variables, capture_output=True, text=True,
            timeout=_START_SECONDS, check=False,
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        yield f"{case}: it runs"
        return
    told = start.stdout + start.stderr
    if start.returncode == 0:
        yield f"{case}: exit code 0"
    if name not in told:
        yield f"{case}: {name} is not named in {told[-300:]!r}"
    if "Traceback" in told or len(told.strip().splitlines()) != 1:
        yield f"{case}: not one line: {told[-300:]!r}"
    if _CANARY in told:
        yield f"{case}: the secret is told: {told[-300:]!r}"
