"""What is throttled: guessing passwords, registering, and having mail sent."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from ipaddress import IPv6Address, ip_address, ip_network
from uuid import UUID

from auth.sessions.clients import Client
from auth.throttling.counters import Charge, Counters
from auth.throttling.limits import ThrottleLimits
from auth.throttling.postgres_counters import refuse_for
from servicekit.problems import Problem, Unauthenticated


@dataclass(slots=True)
class Attempt:
    """A try at a password, under way."""

    in_passing: Sequence[Charge] = ()
    """What is left to the statements of signing in, to be counted in passing."""
    outstanding: Sequence[Charge] = ()
    """What was charged and not given back."""

    def charged(self, wait_seconds: float | None) -> None:
        """Note what `charge_throttles()` said. Raises `TooManyRequests`."""
        refuse_for(wait_seconds)
        self.outstanding = self.in_passing

    def given_back(self) -> None:
        """Note that `give_back_throttles()` was called."""
        if self.in_passing:
            self.outstanding = ()


class Throttles:
    """Each raises `TooManyRequests`. An account is the name that was given, whether it exists or not."""

    def __init__(self, counters: Counters, limits: ThrottleLimits) -> None:
        self._counters = counters
        self._limits = limits

    @asynccontextmanager
    async def sign_in(self, *, name: str, client: Client) -> AsyncIterator[Attempt]:
        """Around the check of a password. Only the wrong ones count, but each counts before it is known to be wrong."""
        charges = (
            Charge(self._limits.sign_in_per_address, "sign-in address", _network(client)),
            Charge(self._limits.sign_in_per_account, "sign-in account", _folded(name)),
        )
        attempt = Attempt(in_passing=charges)
        if not self._counters.counts_in_passing:
            await self._counters.charge(charges)
            attempt = Attempt(outstanding=charges)
        async with self._counted(attempt, failure=Unauthenticated):
            yield attempt

    @asynccontextmanager
    async def password_check(self, *, user_id: UUID, failure: type[Problem]) -> AsyncIterator[None]:
        """The same where a user is signed in already. `failure` is what the block raises for a wrong password."""
        charge = Charge(self._limits.sign_in_per_account, "password check", str(user_id))
        await self._counters.charge((charge,))
        async with self._counted(Attempt(outstanding=(charge,)), failure=failure):
            yield

    async def registration(self, *, email: str, client: Client) -> None:
        await self._counters.charge(
            (
                Charge(self._limits.registration_per_address, "registration address", _network(client)),
                Charge(self._limits.registration_per_account, "registration account", _folded(email)),
            )
        )

    async def mail(self, *, email: str, client: Client) -> None:
        """For everything that sends mail to an address that somebody typed."""
        await self._counters.charge(
            (
                Charge(self._limits.mail_per_address, "mail address", _network(client)),
                Charge(self._limits.mail_per_account, "mail account", _folded(email)),
            )
        )

    @asynccontextmanager
    async def _counted(self, attempt: Attempt, *, failure: type[Problem]) -> AsyncIterator[None]:
        """Leave counted what fails so, and nothing else."""
        try:
            yield
        except failure:
            raise
        except BaseException:
            await self._counters.give_back(attempt.outstanding)
            raise
        await self._counters.give_back(attempt.outstanding)


def _folded(name: str) -> str:
    return name.strip().casefold()


def _network(client: Client) -> str:
    """The address, or for IPv6 the /64 that one customer of a provider has for himself."""
    if client.address is None:
        return "unknown"
    address = ip_address(client.address)
    return str(ip_network((address, 64), strict=False)) if isinstance(address, IPv6Address) else str(address)
