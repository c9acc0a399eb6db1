"""Which port is taken when the first choice is not free."""

import socket
import subprocess
import sys
from collections.abc import Iterator

import pytest

from stack.ports import HOST, is_free, preferred_port, private_port


@pytest.fixture
def taken_port() -> Iterator[int]:
    """A port that somebody listens on."""
    with socket.create_server((HOST, private_port())) as server:
        yield server.getsockname()[1]


def test_the_next_free_port_is_taken_when_the_first_choice_is_in_use(taken_port: int) -> None:
    port = preferred_port(taken_port)

    assert port > taken_port
    assert is_free(port)


def test_two_runs_that_start_at_the_same_time_get_different_ports() -> None:
    ours = preferred_port(20_000)

    code = f"from stack.ports import preferred_port; print(preferred_port({ours}))"
    theirs = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout

    assert is_free(ours)
    assert int(theirs) > ours


def test_the_first_choices_of_others_are_left_to_them(taken_port: int) -> None:
    others = {taken_port + 1, taken_port + 2}

    assert preferred_port(taken_port, avoid=others) not in others


def test_private_ports_differ_and_lie_below_the_range_of_outgoing_connections() -> None:
    ports = [private_port() for _ in range(20)]

    assert len(set(ports)) == 20
    assert max(ports) < 32768
    assert {5432, 5672, 4369}.isdisjoint(ports)
