"""How the broker is doing, by RabbitMQ's management API: what waits in which queue, who reads it, and alarms."""

from typing import Any, TypeVar

from django.conf import settings
from pydantic import BaseModel, TypeAdapter, ValidationError

from servicekit.problems import TooManyRequests
from servicekit.service_calls import ServiceAway, call

_GLANCE_SECONDS = 1.5
_QUEUES = "queues/%2F?columns=name,messages_ready,messages_unacknowledged,consumers,message_stats"
_NODES = "nodes?columns=name,running,mem_alarm,disk_free_alarm"

AnswerT = TypeVar("AnswerT")


class BrokerAway(ServiceAway):
    """RabbitMQ does not tell how it is doing. Orders are accepted all the same."""

    code = "broker_unavailable"
    title = "RabbitMQ does not answer at the moment"


class Queue(BaseModel):
    """Figures are the broker's own, up to five seconds old. A queue that was used lately has rates."""

    name: str
    messages_ready: int = 0
    messages_unacknowledged: int = 0
    consumers: int = 0
    message_stats: dict[str, Any] = {}

    @property
    def is_last_resort(self) -> bool:
        """Whether nothing should be there for longer than a moment: dead letters, and what no queue wanted."""
        return self.name == "unrouted" or self.name.endswith(".dlq")

    @property
    def is_read(self) -> bool:
        """Whether somebody is meant to read it: all but what no queue wanted."""
        return self.name != "unrouted"

    @property
    def is_deserted(self) -> bool:
        return self.is_read and not self.consumers

    @property
    def depth(self) -> int:
        return self.messages_ready + self.messages_unacknowledged

    @property
    def published_per_second(self) -> float:
        return self._rate("publish_details")

    @property
    def acknowledged_per_second(self) -> float:
        return self._rate("ack_details")

    def _rate(self, name: str) -> float:
        details = self.message_stats.get(name)
        return float(details.get("rate", 0)) if isinstance(details, dict) else 0.0


class Node(BaseModel):
    name: str
    running: bool = False
    mem_alarm: bool = False
    disk_free_alarm: bool = False

    @property
    def is_blocking(self) -> bool:
        """Whether publishers are held up until there is room again."""
        return self.mem_alarm or self.disk_free_alarm


_QUEUE_LIST, _NODE_LIST = TypeAdapter(list[Queue]), TypeAdapter(list[Node])


def is_watched() -> bool:
    """Whether this installation knows where to ask."""
    return settings.BROKER_MONITOR_URL is not None


def list_queues() -> list[Queue]:
    """By name, those of the daily work first. Raises `BrokerAway`."""
    queues = _read(_QUEUES, _QUEUE_LIST)
    return sorted(queues, key=lambda queue: (queue.is_last_resort, queue.name))


def list_nodes() -> list[Node]:
    """Raises `BrokerAway`."""
    return _read(_NODES, _NODE_LIST)


def _read(path: str, answer: TypeAdapter[AnswerT]) -> AnswerT:
    try:
        response = call("rabbitmq", "GET", f"{settings.BROKER_MONITOR_URL}/api/{path}", timeout=_GLANCE_SECONDS)
        if response.is_success:
            return answer.validate_json(response.content)
    except (ServiceAway, TooManyRequests, ValidationError) as error:
        raise BrokerAway from error
    raise BrokerAway
