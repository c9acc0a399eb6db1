"""The folder of signing keys."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx2
import pytest
from cryptography.hazmat.primitives.asymmetric.ec import SECP256K1, SECP256R1, SECP384R1, generate_private_key
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key as generate_rsa_key
from cryptography.hazmat.primitives.asymmetric.types import PrivateKeyTypes
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, Encoding, PrivateFormat

from auth.main import create_app
from auth.settings import Settings
from auth.tokens.access_tokens import AccessTokenIssuer
from auth.tokens.signing_keys import SigningKeys
from servicekit.settings import UnsafeConfiguration
from servicekit.tokens import TokenVerifier
from tests.auth.factories import make_settings, make_user, write_key


async def test_are_published_without_their_private_part(client: httpx2.AsyncClient, keys_dir: Path) -> None:
    answer = await client.get("/.well-known/jwks.json")

    [key] = answer.json()["keys"]
    assert key.keys() == {"kty", "crv", "x", "y", "kid", "use", "alg"}
    assert key["kid"] == SigningKeys.load(keys_dir).current.id


def test_sign_with_the_last_name_and_publish_all(tmp_path: Path) -> None:
    newest = generate_private_key(SECP256R1())
    write_key(tmp_path / "2026-02.pem")
    write_key(tmp_path / "2026-10.pem", newest)
    write_key(tmp_path / "2026-01.pem")
    write_key(tmp_path / "2026-11.pem.draft")

    keys = SigningKeys.load(tmp_path)

    assert keys.current.private_key.private_numbers() == newest.private_numbers()
    assert len(keys.public_jwks) == 3
    assert keys.public_jwks[-1] == keys.current.public_jwk


async def test_of_before_a_rotation_are_still_believed(
    client: httpx2.AsyncClient, settings: Settings, tmp_path: Path
) -> None:
    user = await make_user()
    write_key(tmp_path / "2026-01.pem")
    before = SigningKeys.load(tmp_path)
    issuer = AccessTokenIssuer(before, settings.token_issuer, settings.token_audience, timedelta(minutes=15))
    token = issuer.issue(user, session_id=user.id, expires_at=datetime.now(UTC) + timedelta(minutes=15))

    write_key(tmp_path / "2026-02.pem")
    after = SigningKeys.load(tmp_path)

    verifier = TokenVerifier(after.find, issuer=settings.token_issuer, audience=settings.token_audience)
    assert after.current.id != before.current.id
    assert verifier.verify(token).user_id == user.id


@pytest.mark.parametrize(
    "generate",
    [
        lambda: generate_private_key(SECP256K1()),
        lambda: generate_private_key(SECP384R1()),
        lambda: generate_rsa_key(65537, 1024),
        Ed25519PrivateKey.generate,
    ],
    ids=["another curve of the size", "a longer curve", "rsa", "ed25519"],
)
def test_of_another_kind_stop_the_start_up(tmp_path: Path, generate: Callable[[], PrivateKeyTypes]) -> None:
    write_key(tmp_path / "2026-01.pem", generate())

    with pytest.raises(UnsafeConfiguration, match=r"AUTH_SIGNING_KEYS_DIR: 2026-01\.pem is not a P-256 key"):
        SigningKeys.load(tmp_path)


def test_that_cannot_be_read_stop_the_start_up(tmp_path: Path) -> None:
    encrypted = generate_private_key(SECP256R1()).private_bytes(
        Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(b"secret")
    )
    for content in (b"", b"-----BEGIN PRIVATE KEY-----\nnonsense\n-----END PRIVATE KEY-----\n", encrypted):
        (tmp_path / "2026-01.pem").write_bytes(content)

        with pytest.raises(UnsafeConfiguration, match=r"AUTH_SIGNING_KEYS_DIR: 2026-01\.pem is not a readable"):
            SigningKeys.load(tmp_path)


def test_that_are_missing_stop_the_start_up(tmp_path: Path) -> None:
    for directory in (tmp_path, tmp_path / "nowhere"):
        settings = make_settings(database_url="postgresql://nowhere/auth", signing_keys_dir=directory)

        with pytest.raises(UnsafeConfiguration, match="AUTH_SIGNING_KEYS_DIR"):
            create_app(settings)
