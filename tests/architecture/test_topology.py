"""The broker's definitions, the names in the code, and the services' handler tables agree with each other."""

import fnmatch
import json
import re
from typing import Any

import pytest

from servicekit.contracts import EVENTS
from servicekit.messaging.topology import EXCHANGES, QUEUES, WRITERS, dead_letter_queue
from servicekit.outbox.publisher import mark_of
from stack.credentials import SERVICES
from stack.shop import ROOT
from tests.architecture.conftest import Ask

DEFINITIONS: dict[str, Any] = json.loads((ROOT / "rabbitmq" / "definitions.json").read_text("utf-8"))
WORK_QUEUES = {queue for queues in QUEUES.values() for queue in queues}

MARKS = {service: mark_of(exchange) for service, exchange in EXCHANGES.items()}
"""What each relay leaves at the broker. The definitions must not know them: a broker set up anew comes without."""

HANDLER_TABLE = {
    "payment": "import json; from payment.messaging.inbox import HANDLERS; print(json.dumps(list(HANDLERS)))",
    "product": """
import json, os, django
os.environ["DJANGO_SETTINGS_MODULE"] = "product.settings"
django.setup()
from product.messaging.inbox import HANDLERS
print(json.dumps(list(HANDLERS)))
""",
}


def test_code_and_definitions_know_the_same_exchanges() -> None:
    topics = {exchange["name"]: exchange for exchange in DEFINITIONS["exchanges"] if exchange["type"] == "topic"}

    assert set(topics) == set(EXCHANGES.values())
    for exchange in topics.values():
        assert exchange["durable"]
        assert exchange["arguments"] == {"alternate-exchange": "unrouted"}
    assert set(EXCHANGES) == set(SERVICES)
    assert not set(MARKS.values()) & {exchange["name"] for exchange in DEFINITIONS["exchanges"]}
    assert {data_class.producer for data_class in EVENTS.values()} <= set(EXCHANGES)


def test_code_and_definitions_know_the_same_queues() -> None:
    queues = {queue["name"]: queue for queue in DEFINITIONS["queues"]}

    assert set(queues) == WORK_QUEUES | {f"{queue}.dlq" for queue in WORK_QUEUES} | {"unrouted"}
    for queue in queues.values():
        assert queue["durable"]
        assert queue["arguments"]["x-queue-type"] == "quorum"


def test_every_queue_has_one_writer() -> None:
    """Consumers hold events to that: see `servicekit/messaging/processing.py`."""
    sources = {(queue, exchange) for exchange, queue, _ in bindings() if queue in WORK_QUEUES}

    assert sources == {(queue, EXCHANGES[service]) for queue, service in WRITERS.items()}


def test_a_queue_is_named_after_its_consumer() -> None:
    assert all(queue.startswith(f"{service}.") for service, queues in QUEUES.items() for queue in queues)


@pytest.mark.parametrize("queue", sorted(WORK_QUEUES))
def test_what_is_delivered_in_vain_ends_in_the_queues_own_dead_letter_queue(queue: str) -> None:
    (definition,) = (found for found in DEFINITIONS["queues"] if found["name"] == queue)

    assert definition["arguments"]["x-dead-letter-exchange"] == "dead-letters"
    assert definition["arguments"]["x-dead-letter-routing-key"] == f"{queue}.dlq"
    assert ("dead-letters", f"{queue}.dlq", f"{queue}.dlq") in bindings()
    (policy,) = (found for found in DEFINITIONS["policies"] if re.search(found["pattern"], queue))
    assert policy["definition"]["delivery-limit"] == 20


def test_dead_letter_queues_have_no_limit_of_their_own() -> None:
    for queue in WORK_QUEUES:
        assert not any(re.search(policy["pattern"], f"{queue}.dlq") for policy in DEFINITIONS["policies"])


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_writes_to_its_exchange_and_reads_its_queues_and_nothing_else(service: str) -> None:
    (permissions,) = (found for found in DEFINITIONS["permissions"] if found["user"] == service)
    names = {found["name"] for kind in ("exchanges", "queues") for found in DEFINITIONS[kind]}

    def allowed(right: str) -> set[str]:
        return {name for name in names if re.search(permissions[right], name)}

    assert allowed("configure") == set()
    assert {mark for mark in MARKS.values() if re.search(permissions["configure"], mark)} == {MARKS[service]}
    assert allowed("write") == {EXCHANGES[service]}
    own = QUEUES.get(service, ())
    assert allowed("read") == {*own, *map(dead_letter_queue, own)}


@pytest.mark.parametrize(("user", "read"), [("operator", "^unrouted$"), ("monitor", "^$")])
def test_who_watches_the_broker_does_not_touch_it(user: str, read: str) -> None:
    (permissions,) = (found for found in DEFINITIONS["permissions"] if found["user"] == user)
    (tags,) = (found["tags"] for found in DEFINITIONS["users"] if found["name"] == user)

    assert (permissions["configure"], permissions["write"], permissions["read"]) == ("^$", "^$", read)
    assert tags == ["monitoring"]


def test_the_repository_knows_users_but_no_passwords() -> None:
    assert {user["name"] for user in DEFINITIONS["users"]} == {*SERVICES, "monitor", "operator"}
    for user in DEFINITIONS["users"]:
        assert set(user) == {"name", "tags"}
        assert "administrator" not in user["tags"]


@pytest.mark.parametrize("service", QUEUES)
def test_a_service_knows_every_event_that_its_queues_can_bring_and_no_other(service: str, ask: Ask) -> None:
    assert set(ask(service, HANDLER_TABLE[service])) == {
        event_type for queue in QUEUES[service] for event_type in events_of(queue)
    }


def test_every_event_has_a_queue() -> None:
    """One that nobody listened to would pile up in `unrouted`."""
    heard = {event_type for queue in WORK_QUEUES for event_type in events_of(queue)}

    assert set(EVENTS) == heard


def bindings() -> set[tuple[str, str, str]]:
    """Exchange, queue and routing key."""
    return {(found["source"], found["destination"], found["routing_key"]) for found in DEFINITIONS["bindings"]}


def events_of(queue: str) -> set[str]:
    """The event types of the contract that the bindings lead into the queue."""
    return {
        event_type
        for exchange, destination, routing_key in bindings()
        if destination == queue
        for event_type, data_class in EVENTS.items()
        if EXCHANGES[data_class.producer] == exchange and fnmatch.fnmatchcase(event_type, routing_key)
    }
