"""Webhooks over the API: registered by staff, with a secret that is told once."""

from typing import Any

import pytest

from product.webhooks.models import WebhookDelivery, WebhookEndpoint
from product.webhooks.sender import Outcome
from product.webhooks.services import claim_due, write_outcome
from product.webhooks.signing import opened
from servicekit.ids import new_id
from tests.problems import assert_problem
from tests.product.api import Api
from tests.product.factories import make_order

WEBHOOKS = "/api/v1/webhooks"
VALID: dict[str, Any] = {"url": "https://receiver.example/hook", "event_types": ["order.placed", "payment.failed"]}


def register(staff_api: Api, **values: Any) -> dict[str, Any]:
    answer = staff_api.post(WEBHOOKS, VALID | values)
    assert answer.status_code == 201, answer.content
    body: dict[str, Any] = answer.json()
    return body


def test_the_secret_is_told_once_and_kept_encrypted(staff_api: Api) -> None:
    created = register(staff_api)

    path = f"{WEBHOOKS}/{created['id']}"
    stored = WebhookEndpoint.objects.get().secret
    assert created["secret"].startswith("whsec_")
    assert "secret" not in staff_api.get(path).json()
    assert "secret" not in staff_api.get(WEBHOOKS).json()["results"][0]
    assert created["secret"] not in stored
    assert opened(stored) == created["secret"]


def test_says_where_it_is(staff_api: Api) -> None:
    answer = staff_api.post(WEBHOOKS, VALID)

    assert staff_api.get(answer.headers["Location"]).json()["url"] == VALID["url"]


@pytest.mark.parametrize(
    "wrong",
    [
        {"url": "http://receiver.example/"},
        {"url": "https://10.0.0.1/"},
        {"url": "https://169.254.169.254/"},
        {"url": "https://receiver.example:22/"},
        {"url": "https://" + "a" * 2000},
        {"url": 1},
        {"event_types": []},
        {"event_types": ["user.registered"]},
        {"event_types": "order.placed"},
        {"event_types": ["order.placed"] * 100},
        {"secret": "whsec_mine"},
        {"is_active": False},
        {"description": "x" * 201},
    ],
)
def test_refuses_what_is_wrong(staff_api: Api, wrong: dict[str, Any]) -> None:
    assert_problem(staff_api.post(WEBHOOKS, VALID | wrong), 422)
    assert not WebhookEndpoint.objects.exists()


def test_there_are_no_more_than_can_be_served_at_once(staff_api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("product.webhooks.services.endpoints.MAX_ENDPOINTS", 1)
    register(staff_api)

    assert_problem(staff_api.post(WEBHOOKS, VALID), 409, "too_many_webhooks")


def test_changes_what_is_given_and_nothing_else(staff_api: Api) -> None:
    created = register(staff_api)

    changed = staff_api.patch(f"{WEBHOOKS}/{created['id']}", {"event_types": ["order.placed", "order.placed"]}).json()

    assert (changed["event_types"], changed["url"]) == (["order.placed"], VALID["url"])


def test_switching_on_again_starts_with_a_clean_slate(staff_api: Api) -> None:
    path = f"{WEBHOOKS}/{register(staff_api)['id']}"
    WebhookEndpoint.objects.update(is_active=False, note="Nothing was delivered for a day.")

    changed = staff_api.patch(path, {"is_active": True}).json()

    assert (changed["is_active"], changed["note"], changed["failing_since"]) == (True, "", None)


def test_rotating_tells_a_new_secret(staff_api: Api) -> None:
    created = register(staff_api)

    rotated = staff_api.post(f"{WEBHOOKS}/{created['id']}/rotate-secret").json()["secret"]

    endpoint = WebhookEndpoint.objects.get()
    assert rotated != created["secret"]
    assert (opened(endpoint.secret), opened(endpoint.former_secret)) == (rotated, created["secret"])


def test_the_log_of_deliveries_shows_every_try(staff_api: Api) -> None:
    path = f"{WEBHOOKS}/{register(staff_api)['id']}"
    make_order()
    (claimed,) = claim_due()
    write_outcome(claimed=claimed, outcome=Outcome(503, "", "later", 12))

    (delivery,) = staff_api.get(f"{path}/deliveries").json()["results"]

    assert (delivery["event_type"], delivery["state"]) == ("order.placed", "pending")
    assert delivery["next_attempt_at"] > delivery["created_at"]
    (attempt,) = delivery["attempts"]
    assert (attempt["status"], attempt["answer"], attempt["duration_milliseconds"]) == (503, "later", 12)
    assert staff_api.get(f"{path}/deliveries?state=failed").json()["results"] == []


def test_a_page_of_deliveries_takes_a_few_statements(staff_api: Api, django_assert_max_num_queries: Any) -> None:
    path = f"{WEBHOOKS}/{register(staff_api)['id']}"
    for _ in range(5):
        make_order()

    with django_assert_max_num_queries(3):
        assert len(staff_api.get(f"{path}/deliveries").json()["results"]) == 5


def test_a_delivery_can_be_asked_for_again(staff_api: Api) -> None:
    path = f"{WEBHOOKS}/{register(staff_api)['id']}"
    make_order()
    WebhookDelivery.objects.update(state="failed")
    delivery = WebhookDelivery.objects.get()

    answer = staff_api.post(f"{path}/deliveries/{delivery.pk}/redeliver")

    assert (answer.status_code, answer.json()["state"]) == (202, "pending")
    assert answer.json()["event_id"] == str(delivery.event_id)


def test_a_test_message_can_be_sent_while_it_is_switched_on(staff_api: Api) -> None:
    path = f"{WEBHOOKS}/{register(staff_api)['id']}"

    assert staff_api.post(f"{path}/test").json()["event_type"] == "webhook.test"

    staff_api.patch(path, {"is_active": False})
    assert_problem(staff_api.post(f"{path}/test"), 409, "webhook_inactive")


def test_deleting_forgets_all_of_it(staff_api: Api) -> None:
    path = f"{WEBHOOKS}/{register(staff_api)['id']}"
    make_order()

    assert staff_api.delete(path).status_code == 204

    assert_problem(staff_api.get(path), 404, "webhook_not_found")
    assert not WebhookDelivery.objects.exists()


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("get", ""), ("patch", ""), ("delete", ""), ("get", "/deliveries"), ("post", "/rotate-secret"),
        ("post", "/test"), ("post", "/deliveries/01890000-0000-7000-8000-000000000000/redeliver"),
    ],
)  # fmt: skip
def test_what_is_not_there_is_404(staff_api: Api, method: str, path: str) -> None:
    assert_problem(getattr(staff_api, method)(f"{WEBHOOKS}/{new_id()}{path}"), 404)


def test_another_webhooks_delivery_is_not_there(staff_api: Api) -> None:
    register(staff_api)
    make_order()
    other = register(staff_api)["id"]

    answer = staff_api.post(f"{WEBHOOKS}/{other}/deliveries/{WebhookDelivery.objects.get().pk}/redeliver")

    assert_problem(answer, 404, "delivery_not_found")


def test_it_is_staffs_affair(customer_api: Api, api: Api) -> None:
    assert_problem(customer_api.post(WEBHOOKS, VALID), 403)
    assert_problem(api.get(WEBHOOKS), 401)
