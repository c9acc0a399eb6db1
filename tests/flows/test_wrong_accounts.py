"""Registering and signing in with nonsense: a problem that names the place, and nothing has changed."""

import pytest

from servicekit.ids import new_id
from tests.problems import assert_invalid, assert_problem
from tests.running_shop import RunningShop
from tests.shop_client import JSON_TYPE, Json, ascii_json

NUL, LONE_SURROGATE = "a\x00b", "\ud800"
ACCOUNT = {"username": "NAME", "email": "NAME@example.com", "password": "correct horse battery"}
BAD_ACCOUNTS: dict[str, tuple[Json, str]] = {
    "no user name": ({"username": None}, "/username"),
    "a user name with spaces": ({"username": "two words"}, "/username"),
    "a short user name": ({"username": "ab"}, "/username"),
    "a NUL in the user name": ({"username": NUL}, "/username"),
    "a lone surrogate in the first name": ({"first_name": LONE_SURROGATE}, "/first_name"),
    "a NUL in the first name": ({"first_name": NUL}, "/first_name"),
    "no e-mail address": ({"email": "nobody"}, "/email"),
    "a number for an e-mail address": ({"email": 7}, "/email"),
    "a short password": ({"password": "short"}, "/password"),
    "a common password": ({"password": "password123"}, "/password"),
    "a long password": ({"password": "x1" * 65}, "/password"),
    "a role": ({"role": "admin"}, "/role"),
    "a balance": ({"balance": "1000000.00"}, "/balance"),
}


@pytest.mark.parametrize(("change", "pointer"), BAD_ACCOUNTS.values(), ids=BAD_ACCOUNTS.keys())
def test_a_wrong_registration_is_refused(shop: RunningShop, change: Json, pointer: str) -> None:
    name = f"refused-{new_id().hex[-12:]}"
    good = ACCOUNT | {"username": name, "email": f"{name}@example.com"}

    answer = shop.visitor.call("POST", "auth", "/register", content=ascii_json(good | change), headers=JSON_TYPE)

    assert_invalid(answer, pointer)
    query = "SELECT FROM users WHERE username = %s OR email = %s"
    assert shop.rows("auth", query, name, f"{name}@example.com") == []


@pytest.mark.parametrize(("field", "code"), [("username", "username_taken"), ("email", "email_taken")])
def test_a_taken_name_or_address_is_refused_whatever_its_case(shop: RunningShop, field: str, code: str) -> None:
    name = f"taken-{new_id().hex[-12:]}"
    first = ACCOUNT | {"username": name, "email": f"{name}@example.com"}
    other = ACCOUNT | {"username": f"{name}-2", "email": f"{name}-2@example.com"}
    assert shop.visitor.post("auth", "/register", first).status_code == 201

    answer = shop.visitor.post("auth", "/register", other | {field: first[field].upper()})

    assert_problem(answer, 409, code)


BAD_FORMS: dict[str, tuple[dict[str, str], str]] = {
    "no password": ({"grant_type": "password", "username": "ann"}, "/password"),
    "no user name": ({"grant_type": "password", "password": "x"}, "/username"),
    "no grant type": ({"username": "ann", "password": "x"}, "/grant_type"),
    "an unknown grant type": ({"grant_type": "magic", "username": "ann", "password": "x"}, "/grant_type"),
    "a NUL": ({"grant_type": "password", "username": NUL, "password": "x"}, "/username"),
}


@pytest.mark.parametrize(("form", "pointer"), BAD_FORMS.values(), ids=BAD_FORMS.keys())
def test_a_wrong_sign_in_form_is_refused(shop: RunningShop, form: dict[str, str], pointer: str) -> None:
    assert_invalid(shop.visitor.call("POST", "auth", "/token", data=form), pointer)
