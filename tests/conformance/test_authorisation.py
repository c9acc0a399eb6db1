"""The table of who may do what, tried cell by cell on the running shop, with real things of a real owner."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from io import BytesIO
from typing import Any

import httpx2
import pytest
from PIL import Image

from servicekit.ids import new_id
from tests.conformance.authorisation import (
    BODIES,
    CALLERS,
    OPERATIONS,
    SERVICES,
    STAFF_BODIES,
    UPLOADS,
    Operation,
    expected,
)
from tests.forged_tokens import TokenForge
from tests.problems import assert_problem
from tests.running_shop import RunningShop
from tests.shop_client import PASSWORD, Customer, Json, Visitor
from tests.waiting import wait_until

PAGES = {"/", "/healthcheck", "/health", "/metrics", "/docs", "/openapi.json"}
"""Each service describes as many of them as it likes."""
_METHODS = {"get", "put", "post", "patch", "delete"}
_REVOKED_EVERYWHERE_SECONDS = 60


@dataclass(frozen=True)
class Belongings:
    """An owner, and the values of path parameters that lead to what is theirs."""

    owner: Customer
    ids: dict[str, str]

    def path(self, operation: Operation) -> str:
        """Parameters that belong to nobody lead to nothing."""
        path = operation.path
        for name in [part.partition("}")[0] for part in path.split("{")[1:]]:
            path = path.replace(f"{{{name}}}", self.ids.get(name) or str(new_id()))
        return path


@pytest.fixture
def belongings(shop: RunningShop) -> Belongings:
    owner, product = shop.new_customer(), shop.new_product()
    order = owner.buy(product)
    owner.wait_for(order["id"], "paid")
    (payment,), (wallet,) = owner.payments(order["id"]), owner.wallets()
    refund = shop.staff.post("payment", f"/api/v1/payments/{payment['id']}/refund", {"amount": "1.00"})
    visitor = shop.visitor.sign_in(owner.username, PASSWORD)
    sessions = visitor.read("auth", f"/api/v1/users/{owner.user_id}/sessions")["results"]
    return Belongings(
        owner,
        {
            "user_id": owner.user_id,
            "username": owner.username,
            "session_id": next(session["id"] for session in sessions if session["current"]),
            "order_id": order["id"],
            "payment_id": payment["id"],
            "refund_id": refund.json()["id"],
            "wallet_id": wallet["id"],
            "product_id": product["id"],
        },
    )


@pytest.fixture(scope="module")
def picture() -> bytes:
    file = BytesIO()
    Image.new("RGB", (8, 8)).save(file, "PNG")
    return file.getvalue()


@pytest.mark.parametrize("service", SERVICES)
def test_every_operation_has_its_row(shop: RunningShop, service: str) -> None:
    paths = shop.visitor.read(service, "/openapi.json")["paths"]

    described = {(method.upper(), path) for path, methods in paths.items() for method in methods.keys() & _METHODS}
    in_the_table = {(each.method, each.path) for each in OPERATIONS if each.service == service}
    assert described - in_the_table == set(), "not in the table"
    assert {(method, path) for method, path in in_the_table - described if path not in PAGES} == set(), "gone"


@pytest.mark.parametrize("name", CALLERS)
def test_everybody_gets_what_the_table_says(
    shop: RunningShop,
    belongings: Belongings,
    picture: bytes,
    name: str,
    record_property: Callable[[str, object], None],
) -> None:
    caller = _caller(shop, belongings, name)
    throw_away = _caller(shop, belongings, name)
    bodies = BODIES | STAFF_BODIES if name in {"staff", "admin"} else BODIES

    wrong = []
    for operation in OPERATIONS:
        who = throw_away if operation.path == "/logout" else caller
        answer = _called(who, operation, belongings, picture=picture, bodies=bodies)
        if not _is_as_expected(answer, operation, name):
            wrong.append(f"{operation.method} {operation.service} {operation.path}: {answer.status_code} {answer.text}")
        if answer.status_code >= 400 and operation.path not in PAGES:
            assert_problem(answer, answer.status_code)
    record_property("tried", ("cells of the table of who may do what", len(OPERATIONS), len(wrong)))
    assert not wrong, "\n".join(wrong)


def _caller(shop: RunningShop, belongings: Belongings, name: str) -> Visitor:
    """Somebody of this kind, in a new session."""
    owner, sign_in = belongings.owner, shop.visitor.sign_in
    callers: dict[str, Callable[[], Visitor]] = {
        "anonymous": lambda: shop.visitor,
        "owner": lambda: sign_in(owner.username, PASSWORD),
        "other": shop.new_customer,
        "staff": lambda: sign_in(**shop.addresses.accounts["staff"]),
        "admin": lambda: sign_in(**shop.addresses.accounts["admin"]),
        "expired": lambda: shop.bearer_of(_expired(shop, owner)),
        "revoked": lambda: _revoked(shop, owner),
    }
    return callers[name]()


def _expired(shop: RunningShop, owner: Customer) -> str:
    an_hour_ago = int(time.time()) - 3600
    return TokenForge(shop, good=owner.token).token(iat=an_hour_ago - 900, exp=an_hour_ago)


def _revoked(shop: RunningShop, owner: Customer) -> Visitor:
    """Somebody with a token of a session that ended just now. Auth knows at once, the others within a minute."""
    revoked = shop.visitor.sign_in(owner.username, PASSWORD)
    assert revoked.post("auth", "/logout").status_code == 204
    assert revoked.post("auth", "/verify").status_code == 401
    wait_until(lambda: _is_refused_everywhere(revoked), timeout_seconds=_REVOKED_EVERYWHERE_SECONDS)
    return revoked


def _is_refused_everywhere(visitor: Visitor) -> bool:
    answers = [visitor.get("product", "/api/v1/orders"), visitor.get("payment", "/api/v1/wallets")]
    return {answer.status_code for answer in answers} == {401}


def _called(
    caller: Visitor, operation: Operation, belongings: Belongings, *, picture: bytes, bodies: Mapping[Any, Json]
) -> httpx2.Response:
    method, path = operation.method, belongings.path(operation)
    if (method, operation.path) in UPLOADS:
        return caller.call(method, operation.service, path, files={"file": ("me.png", picture, "image/png")})
    body = bodies.get((method, operation.path), {}) if method in {"POST", "PUT", "PATCH"} else None
    return caller.call(method, operation.service, path, json=body)


def _is_as_expected(answer: httpx2.Response, operation: Operation, name: str) -> bool:
    status, wanted = answer.status_code, expected(operation, name)
    if wanted == "in":
        # A thing of the owner's is there; things of the shop may have been deleted by the rows before.
        return (
            status < 500 and status not in {401, 403} and not (status == 404 and operation.names_a_thing_of_the_owner)
        )
    return status < 500 if wanted == "any" else status == int(wanted)
