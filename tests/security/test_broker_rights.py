"""What each user of RabbitMQ must not be able to do, tried with the accounts of the running shop."""

from collections.abc import Callable, Iterator

import httpx2
import pika
import pytest
from pika.adapters.blocking_connection import BlockingChannel
from pika.exceptions import ChannelClosedByBroker, ConnectionClosedByBroker, ProbableAuthenticationError

from servicekit.messaging.topology import EXCHANGES, QUEUES, dead_letter_queue
from servicekit.outbox.publisher import mark_of
from stack.credentials import SERVICES
from stack.shop import Shop
from tests.running_shop import RunningShop
from tests.security.conftest import Figure

_ACCESS_REFUSED = 403
_QUEUE_NAMES = [name for queues in QUEUES.values() for queue in queues for name in (queue, dead_letter_queue(queue))]
_ALL_QUEUES = [*_QUEUE_NAMES, "unrouted"]
_ALL_EXCHANGES = [*EXCHANGES.values(), "unrouted", "dead-letters"]

Act = Callable[[BlockingChannel], object]


def forbidden(user: str) -> Iterator[tuple[str, Act]]:
    """What is none of this user's business."""
    own = {name for queue in QUEUES.get(user, ()) for name in (queue, dead_letter_queue(queue))}
    own |= {"unrouted"} if user == "operator" else set()
    for exchange in [*_ALL_EXCHANGES, "amq.topic", "amq.direct", "amq.fanout", ""]:
        if exchange != EXCHANGES.get(user):
            yield f"publish to {exchange or 'the default exchange'}", _publish(exchange)
        if exchange:
            yield f"delete {exchange}", _call("exchange_delete", exchange)
    for queue in _ALL_QUEUES:
        if queue not in own:
            yield f"read {queue}", _call("basic_get", queue)
            yield f"consume {queue}", _call("basic_consume", queue, print)
            yield f"empty {queue}", _call("queue_purge", queue)
        yield f"delete {queue}", _call("queue_delete", queue)
        yield f"declare {queue} anew", _call("queue_declare", queue, arguments={"x-max-length": 1})
        yield f"bind {queue} to a foreign key", _call("queue_bind", queue, "product.events", "#")
        yield f"unbind {queue}", _call("queue_unbind", queue, "product.events", "order.*")
    for service, exchange in EXCHANGES.items():
        if service != user:
            yield f"mark the broker for {service}", _call("exchange_declare", mark_of(exchange), "fanout", durable=True)
            yield f"take {service}'s mark away", _call("exchange_delete", mark_of(exchange))
    yield "declare a queue", _call("queue_declare", "mine")
    yield "declare a queue without a name", _call("queue_declare", "", exclusive=True)
    yield "declare a queue named like a service's", _call("queue_declare", "payment.spy", durable=True)
    yield "declare an exchange", _call("exchange_declare", "mine")
    yield "bind exchanges", _call("exchange_bind", "unrouted", "product.events", "#")


def _call(method: str, *arguments: object, **options: object) -> Act:
    return lambda channel: getattr(channel, method)(*arguments, **options)


def _publish(exchange: str) -> Act:
    def act(channel: BlockingChannel) -> None:
        channel.confirm_delivery()
        channel.basic_publish(exchange, "payment.orders", b"forged", mandatory=True)

    return act


@pytest.mark.parametrize("user", [*SERVICES, "monitor", "operator"])
def test_a_user_of_the_broker_keeps_to_what_is_its_own(machinery: Shop, user: str, figure: Figure) -> None:
    tries = list(forbidden(user))
    url = machinery.rabbitmq.url(user)

    wrong = [what for what, act in tries if not _is_refused(url, act)]

    figure(f"acts beyond the rights of RabbitMQ's user {user}", len(tries), wrong)


def test_nobody_enters_with_another_password_or_at_another_virtual_host(machinery: Shop, figure: Figure) -> None:
    address = machinery.rabbitmq.url("auth").rpartition("@")[2].partition("/")[0]
    accounts = [("guest", "guest"), *((user, user) for user in (*SERVICES, "operator", "monitor")), ("auth", "")]
    urls = [f"amqp://{name}:{password}@{address}/%2F" for name, password in accounts]
    urls += [machinery.rabbitmq.url(user).replace("/%2F", "/other") for user in SERVICES]

    wrong = [url for url in urls if not _is_shut_out(url)]

    figure("sign-ins to RabbitMQ that must fail", len(urls), wrong)


def test_the_management_api_gives_services_nothing_and_watchers_no_power(machinery: Shop, figure: Figure) -> None:
    management, passwords = machinery.rabbitmq.management["url"], machinery.servers.credentials.rabbitmq
    calls = [
        ("PUT", "/api/users/mine", {"password": "x", "tags": "administrator"}), ("DELETE", "/api/users/auth", None),
        ("PUT", "/api/permissions/%2F/monitor", {"configure": ".*", "write": ".*", "read": ".*"}),
        ("PUT", "/api/policies/%2F/mine", {"pattern": ".*", "definition": {"max-length": 1}}),
        ("DELETE", "/api/queues/%2F/payment.orders", None), ("DELETE", "/api/queues/%2F/payment.orders/contents", None),
        ("PUT", "/api/queues/%2F/mine", {"durable": True}), ("PUT", "/api/vhosts/mine", None),
        ("POST", "/api/exchanges/%2F/product.events/publish",
         {"properties": {}, "routing_key": "order.placed", "payload": "x", "payload_encoding": "string"}),
        ("GET", "/api/users", None), ("GET", "/api/definitions", None), ("PUT", "/api/cluster-name", {"name": "mine"}),
    ]  # fmt: skip
    wrong = []
    for user in (*SERVICES, "monitor", "operator", "guest"):
        for method, path, body in calls:
            answer = _call_of(management + path, method, body, (user, passwords.get(user, "guest")))
            if answer.status_code not in {401, 403} and "ACCESS_REFUSED" not in answer.text:
                wrong.append(f"{user} {method} {path}: {answer.status_code} {answer.text[:200]}")

    figure("calls of RabbitMQ's management API beyond everybody's rights", len(calls) * 6, wrong)


def _call_of(url: str, method: str, body: object, account: tuple[str, str]) -> httpx2.Response:
    with httpx2.Client(trust_env=False, auth=account) as http:
        return http.request(method, url, json=body)


def _is_refused(url: str, act: Act) -> bool:
    connection = pika.BlockingConnection(pika.URLParameters(url))
    try:
        act(connection.channel())
    except (ChannelClosedByBroker, ConnectionClosedByBroker) as error:
        return bool(error.reply_code == _ACCESS_REFUSED)
    finally:
        if connection.is_open:
            connection.close()
    return False


def _is_shut_out(url: str) -> bool:
    try:
        pika.BlockingConnection(pika.URLParameters(url)).close()
    except (ProbableAuthenticationError, ConnectionClosedByBroker, pika.exceptions.ProbableAccessDeniedError):
        return True
    return False


def test_the_accounts_that_are_tried_are_all_there_are(machinery: Shop, shop: RunningShop) -> None:
    """A new account needs its row in the tests above."""
    assert set(shop.addresses.brokers) == {*SERVICES, "operator"}
    assert "monitor" in machinery.rabbitmq.monitor_url
