"""A token that auth did not give out, or not any more, opens nothing in any service."""

import pytest

from tests.forged_tokens import TokenForge
from tests.problems import assert_problem
from tests.running_shop import RunningShop

PRIVATE = {"auth": "/api/v1/users/me", "product": "/api/v1/orders", "payment": "/api/v1/wallets"}


@pytest.fixture(scope="module")
def forge(shop: RunningShop) -> TokenForge:
    return TokenForge(shop)


@pytest.mark.parametrize(("service", "path"), PRIVATE.items())
def test_a_good_token_is_accepted(shop: RunningShop, forge: TokenForge, service: str, path: str) -> None:
    assert shop.bearer_of(forge.token()).get(service, path).status_code == 200


@pytest.mark.parametrize(("service", "path"), PRIVATE.items())
def test_every_forged_token_gets_the_same_refusal(
    shop: RunningShop, forge: TokenForge, service: str, path: str
) -> None:
    bodies = []
    for flaw, token in forge.forgeries().items():
        answer = shop.bearer_of(token).get(service, path)
        assert answer.status_code == 401, f"{service} accepted a token {flaw}"
        body = assert_problem(answer, 401, "invalid_token")
        bodies.append({name: value for name, value in body.items() if name != "request_id"})

    assert all(body == bodies[0] for body in bodies)


@pytest.mark.parametrize(("service", "path"), PRIVATE.items())
@pytest.mark.parametrize("header", ["", "Bearer", "Basic YTpi", "Token {token}", "{token}", "Bearer {token} x"])
def test_an_unusable_authorization_header_is_no_token(
    shop: RunningShop, forge: TokenForge, service: str, path: str, header: str
) -> None:
    value = header.format(token=forge.token())

    answer = shop.visitor.call("GET", service, path, headers={"Authorization": value})

    assert_problem(answer, 401)


@pytest.mark.parametrize(("service", "path"), PRIVATE.items())
def test_a_token_in_the_query_is_no_token(shop: RunningShop, forge: TokenForge, service: str, path: str) -> None:
    answer = shop.visitor.call("GET", service, path, params={"access_token": forge.token()})

    assert answer.status_code in {401, 422}


def test_the_scheme_is_read_in_any_case(shop: RunningShop, forge: TokenForge) -> None:
    for service, path in PRIVATE.items():
        answer = shop.visitor.call("GET", service, path, headers={"Authorization": f"bearer {forge.token()}"})
        assert answer.status_code == 200, service


def test_a_role_in_a_forged_token_is_not_believed(shop: RunningShop, forge: TokenForge) -> None:
    """Auth's own signature under another role: only auth can tell, and does, because it asks its database."""
    promoted = shop.bearer_of(forge.token(role="admin"))

    assert_problem(promoted.get("auth", "/api/v1/operations/outbox"), 403)


def test_verify_answers_with_the_user_behind_the_token(shop: RunningShop) -> None:
    customer = shop.new_customer()

    answer = customer.post("auth", "/verify")

    assert answer.status_code == 200
    assert (answer.json()["id"], answer.json()["role"]) == (customer.user_id, "customer")


def test_a_wrong_password_and_an_unknown_name_are_answered_alike(shop: RunningShop) -> None:
    customer = shop.new_customer()
    answers = [
        shop.visitor.call(
            "POST", "auth", "/token", data={"grant_type": "password", "username": name, "password": "wrong-password"}
        )
        for name in (customer.username, "nobody-at-all")
    ]

    bodies = [assert_problem(answer, 401) for answer in answers]

    for body in bodies:
        del body["request_id"]
    assert bodies[0] == bodies[1]
