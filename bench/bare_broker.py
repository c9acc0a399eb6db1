"""What RabbitMQ itself makes of our queues: one connection that publishes or consumes, and does nothing else.

It speaks AMQP by itself, with frames made in advance: our libraries take longer over a message than the broker does.
"""

import socket
import time
from typing import Any
from urllib.parse import urlsplit

from pika import spec
from pika.frame import Body, Header, Method, ProtocolHeader, decode_frame

_IN_FLIGHT = 1000
_CHUNK_BYTES = 262_144


def published_per_second(amqp_url: str, exchange: str, routing_key: str, body: bytes, messages: int) -> float:
    """Until the last is confirmed. Confirms are waited for in a crowd, as the relay does."""
    broker = _Broker(amqp_url)
    broker.call(spec.Confirm.Select(), spec.Confirm.SelectOk)
    properties = spec.BasicProperties(content_type="application/json", delivery_mode=2)
    publish = spec.Basic.Publish(exchange=exchange, routing_key=routing_key, mandatory=True)
    frames = (Method(1, publish), Header(1, len(body), properties), Body(1, body))
    message = b"".join(frame.marshal() for frame in frames)
    started, sent, confirmed = time.perf_counter(), 0, 0
    while confirmed < messages:
        more = min(_IN_FLIGHT - (sent - confirmed), messages - sent)
        broker.send(message * more)
        sent += more
        confirmed = broker.expect(spec.Basic.Ack).delivery_tag  # of a single queue, they come in order
    broker.close()
    return messages / (time.perf_counter() - started)


def consumed_per_second(amqp_url: str, queue: str, messages: int, *, at_once: int = 200) -> float:
    """Until the last is acknowledged, `at_once` of them with one word, as the consumers do."""
    broker = _Broker(amqp_url)
    broker.call(spec.Basic.Qos(prefetch_count=2 * at_once), spec.Basic.QosOk)
    started = time.perf_counter()
    broker.call(spec.Basic.Consume(queue=queue), spec.Basic.ConsumeOk)
    for number in range(1, messages + 1):
        delivery = broker.expect(spec.Basic.Deliver)
        if number % at_once == 0 or number == messages:
            broker.send(Method(1, spec.Basic.Ack(delivery_tag=delivery.delivery_tag, multiple=True)).marshal())
    broker.call(spec.Channel.Close(200, "", 0, 0), spec.Channel.CloseOk)
    taken = time.perf_counter() - started
    broker.close()
    return messages / taken


class _Broker:
    """One connection with one channel."""

    def __init__(self, amqp_url: str) -> None:
        address = urlsplit(amqp_url)
        self._socket = socket.create_connection((address.hostname or "", address.port or 0), timeout=30)
        self._received = b""
        self.send(ProtocolHeader().marshal())
        self.expect(spec.Connection.Start)
        login = f"\0{address.username}\0{address.password}"
        self.call(spec.Connection.StartOk({}, response=login), spec.Connection.Tune, channel=0)
        self.send(Method(0, spec.Connection.TuneOk(channel_max=1, frame_max=131_072, heartbeat=0)).marshal())
        self.call(spec.Connection.Open(), spec.Connection.OpenOk, channel=0)
        self.call(spec.Channel.Open(), spec.Channel.OpenOk)

    def send(self, data: bytes) -> None:
        self._socket.sendall(data)

    def call(self, method: Any, answer: type[Any], *, channel: int = 1) -> Any:
        self.send(Method(channel, method).marshal())
        return self.expect(answer)

    def expect(self, kind: type[Any]) -> Any:
        """The next method of this kind. What comes before it is passed over. Raises `ConnectionError` when closed."""
        while True:
            frame = self._frame()
            method = frame.method if isinstance(frame, Method) else None
            if isinstance(method, kind):
                return method
            if isinstance(method, spec.Channel.Close | spec.Connection.Close):
                raise ConnectionError(method)

    def close(self) -> None:
        self._socket.close()

    def _frame(self) -> Any:
        while True:
            length, frame = decode_frame(self._received)
            if frame is not None:
                self._received = self._received[length:]
                return frame
            data = self._socket.recv(_CHUNK_BYTES)
            if not data:
                raise ConnectionError("the broker has hung up")
            self._received += data
