"""Hashing passwords."""

import asyncio

from auth.accounts.errors import TooManyPasswordChecks
from auth.accounts.passwords import PasswordHasher


async def test_a_password_is_right_for_its_own_hash_only() -> None:
    hasher = PasswordHasher(threads=1)
    stored = await hasher.hash("tangerine-8-boats")

    assert await hasher.verify("tangerine-8-boats", stored) == (True, None)
    assert await hasher.verify("tangerine-9-boats", stored) == (False, None)


async def test_no_password_is_right_for_nobody() -> None:
    hasher = PasswordHasher(threads=1)

    assert await hasher.verify("the password of no account", None) == (False, None)


async def test_waiting_for_a_thread_has_an_end() -> None:
    hasher = PasswordHasher(threads=1, longest_wait_seconds=0.5)

    results = await asyncio.gather(*(hasher.hash("x") for _ in range(100)), return_exceptions=True)

    hashed = [result for result in results if isinstance(result, str)]
    refused = [result for result in results if isinstance(result, TooManyPasswordChecks)]
    assert hashed
    assert refused
    assert len(hashed) + len(refused) == 100
    assert refused[0].headers["Retry-After"] == "5"
