"""Thieves at the door: forged tokens, and a refresh token in two hands. What must be refused, whatever has happened."""

from collections.abc import Iterator

import jwt

from faults.breakable_shop import BreakableShop
from tests.forged_tokens import TokenForge
from tests.invariants import Violation
from tests.running_shop import RunningShop
from tests.shop_client import PASSWORD

_PLACES = (("auth", "/api/v1/users/me"), ("product", "/api/v1/orders"), ("payment", "/api/v1/wallets"))


def violations(shop: BreakableShop) -> Iterator[Violation]:
    yield from _forgeries_accepted(shop.people)
    yield from _stolen_refresh_token_accepted(shop.people)


def _forgeries_accepted(people: RunningShop) -> Iterator[Violation]:
    good = str(people.new_customer().token)
    forgeries = TokenForge(people, good=good).forgeries() | {"of the algorithm none": _unsigned(good)}
    for name, token in forgeries.items():
        for service, path in _PLACES:
            status = people.bearer_of(token).get(service, path).status_code
            if status != 401:
                yield Violation("forged token", f"{service} answers {status} to a token {name}")


def _unsigned(good: str) -> str:
    claims = jwt.decode(good, options={"verify_signature": False})
    header = jwt.get_unverified_header(good)
    return jwt.encode(claims, "", algorithm="none", headers={"typ": header["typ"], "kid": header["kid"]})


def _stolen_refresh_token_accepted(people: RunningShop) -> Iterator[Violation]:
    """Used by its owner, then by a thief: the thief gets nothing, and the session of both ends (I9)."""
    customer = people.new_customer()
    form = {"grant_type": "password", "username": customer.username, "password": PASSWORD}
    first = people.visitor.call("POST", "auth", "/token", data=form).json()["refresh_token"]
    second = _refresh(people, first, "owner")
    if _refresh(people, first, "thief"):
        yield Violation("I9", "a refresh token that was used before is accepted from another client")
    if second and _refresh(people, second, "owner"):
        yield Violation("I9", "the session of a stolen refresh token lives on")


def _refresh(people: RunningShop, token: str, client: str) -> str | None:
    """The successor, or None when the token is refused."""
    form = {"grant_type": "refresh_token", "refresh_token": token}
    answer = people.visitor.call("POST", "auth", "/token", data=form, headers={"User-Agent": client})
    return str(answer.json()["refresh_token"]) if answer.status_code == 200 else None
