"""Whether a broker really answers: its port opens before it does."""

import socket

_PROTOCOL_HEADER = b"AMQP\x00\x00\x09\x01"
_METHOD_FRAME = 1
_CONNECTION_START = bytes([0, 10, 0, 10])


def answers_amqp(host: str, port: int, *, timeout_seconds: float = 1.0) -> bool:
    """True when the protocol header is answered with Connection.Start."""
    try:
        with socket.create_connection((host, port), timeout_seconds) as connection:
            connection.settimeout(timeout_seconds)
            connection.sendall(_PROTOCOL_HEADER)
            answer = connection.recv(11)
    except OSError:
        return False
    return len(answer) == 11 and answer[0] == _METHOD_FRAME and answer[7:] == _CONNECTION_START
