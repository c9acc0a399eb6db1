"""RabbitMQ's own command line, spoken to one of our nodes."""

import json
import os
import subprocess
from dataclasses import dataclass
from typing import Any

from stack import binaries
from stack.rabbitmq import RabbitMQ

_SECONDS = 60


@dataclass(frozen=True)
class QuorumQueue:
    leader: str
    members: frozenset[str]
    online: frozenset[str]


def control(node: RabbitMQ, *arguments: str) -> str:
    """What it prints. Not by the wrapper that Debian has in `rabbitmqctl`'s place: that one changes the user."""
    command = node.process.command
    done = subprocess.run(
        [str(binaries.rabbitmq_folder() / "rabbitmqctl"), "--quiet", *arguments],
        env=os.environ | dict(command.environment),
        cwd=command.directory,
        check=True,
        capture_output=True,
        text=True,
        timeout=_SECONDS,
    )
    return done.stdout


def quorum_queues(node: RabbitMQ) -> dict[str, QuorumQueue]:
    """By name."""
    columns = ("name", "leader", "members", "online")
    queues: list[dict[str, Any]] = json.loads(control(node, "list_queues", *columns, "--formatter", "json"))
    return {
        queue["name"]: QuorumQueue(queue["leader"], frozenset(queue["members"]), frozenset(queue["online"]))
        for queue in queues
    }
