"""Hashing passwords: argon2id, a few at a time, in threads, so that the event loop never waits for one."""

import asyncio
import unicodedata
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import TypeVar

from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher

from auth.accounts.errors import TooManyPasswordChecks

# OWASP's recommendation of 19 MiB, two passes, one lane.
_ARGON2 = PasswordHash((Argon2Hasher(memory_cost=19_456, time_cost=2, parallelism=1),))

ResultT = TypeVar("ResultT")


class PasswordHasher:
    """Hashes and checks passwords, at most `threads` at once: more would only queue for the same cores."""

    def __init__(self, *, threads: int, longest_wait_seconds: float = 5) -> None:
        self._longest_wait_seconds = longest_wait_seconds
        # Threads of its own, which take the next password by themselves: one that had to wait for the event loop to
        # be given it would leave a core idle after each.
        self._threads = ThreadPoolExecutor(threads, thread_name_prefix="argon2")
        self._nobodys_hash = _ARGON2.hash("the password of no account")

    async def hash(self, password: str) -> str:
        """Raises `TooManyPasswordChecks` when no thread comes free in time."""
        return await self._in_thread(partial(_ARGON2.hash, _normalized(password)))

    async def verify(self, password: str, password_hash: str | None) -> tuple[bool, str | None]:
        """Whether the password is right, and a new hash to store when the old one is weaker than today's.

        Without a hash (there is no such user) it takes just as long, and is never right.
        Raises `TooManyPasswordChecks`.
        """
        check = partial(_ARGON2.verify_and_update, _normalized(password), password_hash or self._nobodys_hash)
        is_right, stronger_hash = await self._in_thread(check)
        return is_right and password_hash is not None, stronger_hash

    async def _in_thread(self, work: Callable[[], ResultT]) -> ResultT:
        try:
            async with asyncio.timeout(self._longest_wait_seconds):
                return await asyncio.get_running_loop().run_in_executor(self._threads, work)
        except TimeoutError as error:
            raise TooManyPasswordChecks from error


def _normalized(password: str) -> str:
    """The same characters typed on another device may arrive composed differently (NIST SP 800-63B, 5.1.1.2)."""
    return unicodedata.normalize("NFKC", password)
