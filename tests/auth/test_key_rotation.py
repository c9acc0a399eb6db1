"""Rotating the signing key: published, then used, then retired, and no token refused on the way."""

import asyncio
import os
import stat
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import httpx2
import jwt
import pytest

from auth.accounts.models import User
from auth.settings import Settings
from auth.tokens import signing_keys
from auth.tokens.access_tokens import AccessTokenIssuer
from auth.tokens.key_rotation import Rotation, rotate_keys
from auth.tokens.signing_keys import SigningKeys
from servicekit.settings import UnsafeConfiguration
from servicekit.tokens import TokenVerifier
from stack.provisioning import DatabaseUrls
from tests.auth.factories import make_user, sign_in, write_key
from tests.auth.redis_server import free_port

_ROOT = Path(__file__).parents[2]
NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
TEN_MINUTES = timedelta(minutes=10)


class Clock:
    def __init__(self) -> None:
        self.time = NOON

    def __call__(self) -> datetime:
        return self.time


@pytest.fixture(autouse=True)
def look_with_every_question(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(signing_keys, "_LOOK_EVERY_SECONDS", 0.0)


@pytest.fixture
def clock() -> Clock:
    return Clock()


def rotate(directory: Path, clock: Clock) -> Rotation:
    return rotate_keys(directory, publication=TEN_MINUTES, now=clock.time)


def ids(keys: SigningKeys) -> list[str]:
    return [jwk["kid"] for jwk in keys.public_jwks]


def test_a_new_key_is_published_at_once_used_later_and_the_old_one_retired(tmp_path: Path, clock: Clock) -> None:
    write_key(tmp_path / "signing-0001.pem")
    running = SigningKeys.load(tmp_path, now=clock)
    old = running.current.id

    rotate(tmp_path, clock)
    published = ids(running)
    [new] = set(published) - {old}
    assert (len(published), running.current.id) == (2, old)

    clock.time += TEN_MINUTES - timedelta(seconds=1)
    assert running.current.id == old
    clock.time += timedelta(seconds=1)
    assert (running.current.id, ids(running)) == (new, [old, new])

    clock.time += timedelta(hours=1)
    assert old in ids(running)
    clock.time += timedelta(seconds=30)
    assert ids(running) == [new]
    assert running.find(old) is None


def test_no_token_is_refused_by_any_process_at_any_time(tmp_path: Path, clock: Clock, settings: Settings) -> None:
    write_key(tmp_path / "signing-0001.pem")
    user = User(id=uuid4(), username="ada", role="customer")
    first, second = SigningKeys.load(tmp_path, now=clock), SigningKeys.load(tmp_path, now=clock)
    issuer = AccessTokenIssuer(first, settings.token_issuer, settings.token_audience, timedelta(hours=1))
    find: Callable[[str], jwt.PyJWK | None] = second.find
    verifier = TokenVerifier(find, issuer=settings.token_issuer, audience=settings.token_audience)
    kept: dict[str, datetime] = {}
    signers = set()

    for minute in range(0, 400, 5):
        clock.time = NOON + timedelta(minutes=minute)
        if minute % 90 == 0:
            rotate(tmp_path, clock)
        # Expiry is by the real clock; how long a token is kept here, by the one that is moved.
        token = issuer.issue(user, session_id=user.id, expires_at=datetime.now(UTC) + timedelta(hours=1))
        kept[token] = clock.time + timedelta(hours=1)
        signers.add(jwt.get_unverified_header(token)["kid"])
        for each in [each for each, until in kept.items() if until >= clock.time]:
            assert verifier.verify(each).user_id == user.id

    assert len(signers) == 6
    assert len(list(tmp_path.glob("*.pem"))) <= 3


def test_readers_have_every_key_before_it_signs(tmp_path: Path, clock: Clock) -> None:
    write_key(tmp_path / "signing-0001.pem")
    running = SigningKeys.load(tmp_path, now=clock)
    rotate(tmp_path, clock)
    held_by_a_reader = set(ids(running))  # fetched now, and kept for five minutes

    for minute in range(30):
        clock.time = NOON + timedelta(minutes=minute)
        assert running.current.id in held_by_a_reader


def test_a_rotation_that_is_under_way_is_not_doubled(tmp_path: Path, clock: Clock) -> None:
    write_key(tmp_path / "signing-0001.pem")
    first = rotate(tmp_path, clock)
    clock.time += timedelta(minutes=9)

    second = rotate(tmp_path, clock)

    assert first.added is not None
    assert second == Rotation(added=None, removed=[], signs_from=first.signs_from)


def test_retired_keys_are_removed_by_the_next_rotation(tmp_path: Path, clock: Clock) -> None:
    write_key(tmp_path / "signing-0001.pem")
    rotate(tmp_path, clock)
    clock.time += timedelta(hours=2)

    rotation = rotate(tmp_path, clock)

    assert rotation.removed == [tmp_path / "signing-0001.pem"]
    assert len(list(tmp_path.iterdir())) == 2


def test_the_first_key_of_an_empty_folder_signs_at_once_and_is_nobody_elses_to_read(
    tmp_path: Path, clock: Clock
) -> None:
    rotation = rotate(tmp_path / "keys", clock)

    assert rotation.signs_from == NOON
    assert rotation.added is not None
    assert stat.S_IMODE(rotation.added.stat().st_mode) == 0o600
    assert stat.S_IMODE((tmp_path / "keys").stat().st_mode) == 0o700
    assert len(ids(SigningKeys.load(tmp_path / "keys", now=clock))) == 1


def test_a_folder_that_becomes_unusable_stops_nobody(tmp_path: Path, clock: Clock) -> None:
    write_key(tmp_path / "signing-0001.pem")
    running = SigningKeys.load(tmp_path, now=clock)
    before = ids(running)

    (tmp_path / "signing-0002.pem").write_text("nonsense")
    broken = ids(running)
    for path in tmp_path.iterdir():
        path.unlink()
    emptied = ids(running)

    assert before == broken == emptied


def test_an_impossible_moment_in_a_name_stops_the_start_up(tmp_path: Path) -> None:
    write_key(tmp_path / "signing-20261399T000000Z.pem")

    with pytest.raises(UnsafeConfiguration, match="AUTH_SIGNING_KEYS_DIR"):
        SigningKeys.load(tmp_path)


async def test_web_processes_go_through_a_rotation_without_one_failed_request(
    client: httpx2.AsyncClient, database_urls: DatabaseUrls, tmp_path: Path
) -> None:
    write_key(tmp_path / "signing-0001.pem")
    await make_user(username="ada")
    ports = [free_port(), free_port()]
    environment = {
        "PATH": os.environ["PATH"],
        "ENVIRONMENT": "test",
        "AUTH_DATABASE_URL": database_urls.app,
        "AUTH_SIGNING_KEYS_DIR": str(tmp_path),
        "AUTH_KEY_PUBLICATION_SECONDS": "5",
    }
    processes = [_start({**environment, "AUTH_PORT": str(port)}, "web") for port in ports]
    try:
        async with httpx2.AsyncClient(timeout=15) as web:
            urls = [f"http://127.0.0.1:{port}" for port in ports]
            await _until_healthy(web, urls)
            assert await asyncio.to_thread(_start(environment, "rotate-keys").wait, 30) == 0
            signers = await _signers_of_tokens_that_all_accept(web, urls, seconds=12)
    finally:
        for process in processes:
            process.kill()
            process.communicate()

    assert len(signers) == 2


def _start(environment: dict[str, str], command: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-m", "auth", command], cwd=_ROOT, env=environment, stdout=subprocess.DEVNULL
    )


async def _until_healthy(web: httpx2.AsyncClient, urls: list[str]) -> None:
    async with asyncio.timeout(60):
        for url in urls:
            while True:
                try:
                    if (await web.get(f"{url}/health")).status_code == 200:
                        break
                except httpx2.TransportError:
                    await asyncio.sleep(0.1)


async def _signers_of_tokens_that_all_accept(web: httpx2.AsyncClient, urls: list[str], *, seconds: float) -> set[str]:
    signers = set()
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        for url in urls:
            web.base_url = httpx2.URL(url)
            answer = await sign_in(web, "ada")
            assert answer.status_code == 200
            token = answer.json()["access_token"]
            signers.add(jwt.get_unverified_header(token)["kid"])
            headers = {"Authorization": f"Bearer {token}"}
            assert [(await web.post(f"{each}/verify", headers=headers)).status_code for each in urls] == [200, 200]
    return signers
