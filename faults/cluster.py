"""`python -m faults.cluster`: three RabbitMQ nodes with quorum queues, of which one or two are taken away under load.

The shop is the same; its links to the broker lead to whichever node answers, as a load balancer would have it.
"""

import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from functools import partial
from subprocess import CalledProcessError

import click

from faults import report
from faults.breakable_shop import BROKER_LINKS, BreakableShop, breakable_shop
from faults.fault import Fault, Scene
from faults.rabbitmqctl import quorum_queues
from faults.run import Broken, new_scene, run_faults
from stack.output import Output
from stack.parallel import in_parallel
from stack.ports import private_port
from stack.process_record import ProcessRecord
from stack.rabbitmq import RabbitMQ
from stack.terminal import Terminal

_NODES = ("rabbit1", "rabbit2", "rabbit3")
_TOGETHER_SECONDS = 60
_MAJORITY_SECONDS = 15
_RETURN_SECONDS = 30
_AWAY_SECONDS = 15
_ROUNDS = 3
_SHOWN_VIOLATIONS = 20


@dataclass(frozen=True)
class Cluster:
    nodes: Sequence[RabbitMQ]
    shop: BreakableShop

    def leader(self) -> RabbitMQ:
        """Of the queue of orders, when all nodes are back from the last fault: none is to come on top of another."""
        _wait_until_together(self.nodes)
        leader = quorum_queues(self.nodes[0])["payment.orders"].leader
        return next(node for node in self.nodes if node.node == leader)

    def follower(self) -> RabbitMQ:
        leader = self.leader()
        return next(node for node in self.nodes if node is not leader)


@click.command()
@click.option("--rounds", default=_ROUNDS, show_default=True, help="How often each fault is made.")
@click.option("--seed", default=1, show_default=True)
def main(*, rounds: int, seed: int) -> None:
    """Take away nodes of a cluster, and look whether anything was lost."""
    terminal = Terminal()
    with breakable_shop() as shop:
        with terminal.step("Starting three nodes"), ExitStack() as starting:
            cluster = starting.enter_context(_cluster(shop))
            running = starting.pop_all()
        with running:
            scene = new_scene(_on_cluster(shop, cluster), seed=seed, is_quick=False)
            try:
                results = run_faults(scene, list(_faults(cluster)) * rounds, orders=0, tell=terminal.say)
            except Broken as broken:
                for violation in broken.violations[:_SHOWN_VIOLATIONS]:
                    terminal.say(f"  ✗ after {broken.after}: {violation.invariant}: {violation.what}")
                sys.exit(1)
    report.show(terminal, results)
    terminal.say(f"  ✓ {scene.journal.count('order'):,} orders: lost 0, doubled 0, stuck 0, negative 0")
    sys.exit(0 if all(result.is_in_time for result in results) else 1)


def _faults(cluster: Cluster) -> Iterator[Fault]:
    family = "RabbitMQ cluster"
    yield Fault("leader", "kill", family, partial(_kill_leader, cluster), limit_seconds=_MAJORITY_SECONDS)
    yield Fault("follower", "kill", family, partial(_kill_follower, cluster), limit_seconds=_MAJORITY_SECONDS)
    yield Fault("leader", "away", family, partial(_leader_away, cluster), limit_seconds=_MAJORITY_SECONDS)
    yield Fault("nodes", "rolling-restart", family, partial(_restart_all, cluster), limit_seconds=_MAJORITY_SECONDS)
    yield Fault("majority", "away", "RabbitMQ cluster: majority", partial(_majority_away, cluster), _RETURN_SECONDS)


def _kill_leader(cluster: Cluster, _scene: Scene) -> None:
    """Two live on; the third comes back by itself."""
    cluster.leader().process.kill()


def _kill_follower(cluster: Cluster, _scene: Scene) -> None:
    cluster.follower().process.kill()


def _leader_away(cluster: Cluster, scene: Scene) -> None:
    """It comes back while the canary is on its way: two have to do."""
    leader = cluster.leader()
    leader.kill()
    scene.hold(_AWAY_SECONDS)
    _bring_back(cluster, [leader])


def _restart_all(cluster: Cluster, _scene: Scene) -> None:
    """One after the other, each when its predecessor is back in all queues."""
    for node in cluster.nodes:
        node.process.stop()
        _bring_back(cluster, [node])


def _majority_away(cluster: Cluster, scene: Scene) -> None:
    """The one that is left takes nothing, and the shop sells on."""
    gone = [cluster.leader(), cluster.follower()]
    for node in gone:
        node.kill()
    scene.hold(_AWAY_SECONDS)
    _bring_back(cluster, gone)


def _bring_back(cluster: Cluster, nodes: Sequence[RabbitMQ]) -> None:
    in_parallel([node.start for node in nodes])
    _wait_until_together(cluster.nodes)


def _wait_until_together(nodes: Sequence[RabbitMQ]) -> None:
    """Every queue has a living member on every node."""
    deadline = time.monotonic() + _TOGETHER_SECONDS
    while not _are_together(nodes):
        if time.monotonic() > deadline:
            raise TimeoutError(f"not all queues are on all nodes after {_TOGETHER_SECONDS} s")
        time.sleep(0.5)


def _are_together(nodes: Sequence[RabbitMQ]) -> bool:
    try:
        queues = quorum_queues(nodes[0]).values()
    except CalledProcessError:
        return False  # the node is just starting
    return bool(queues) and all(queue.online == {node.node for node in nodes} for queue in queues)


@contextmanager
def _cluster(shop: BreakableShop) -> Iterator[Cluster]:
    """Three nodes, in place of the shop's single one, which is stopped."""
    folder, credentials = shop.folder / "cluster", shop.machinery.servers.credentials
    folder.mkdir(mode=0o711)
    epmd_port = shop.machinery.rabbitmq.ports.epmd
    shop.machinery.rabbitmq.kill()
    settings: dict[str, object] = {
        "cluster_formation.peer_discovery_backend": "classic_config",
        "cluster_formation.target_cluster_size_hint": len(_NODES),
        "cluster_partition_handling": "pause_minority",
    } | {
        f"cluster_formation.classic_config.nodes.{number}": f"{name}@localhost" for number, name in enumerate(_NODES, 1)
    }
    record, output = ProcessRecord(folder / "processes.json"), Output(folder / "logs")
    nodes = [
        RabbitMQ(
            folder,
            passwords=credentials.rabbitmq,
            erlang_cookie=credentials.erlang_cookie,
            management_port=private_port(),
            disposable=True,
            record=record,
            output=output,
            name=name,
            epmd_port=epmd_port,
            settings=settings,
        )
        for name in _NODES
    ]
    try:
        in_parallel([node.start for node in nodes])
        _wait_until_together(nodes)
        for link in BROKER_LINKS:
            shop.links[link].targets = [node.ports.amqp for node in nodes]
            shop.links[link].reset(new_ones=False)
        yield Cluster(nodes, shop)
    finally:
        for node in nodes:
            node.process.stop_at_once()
        output.close()


def _on_cluster(shop: BreakableShop, cluster: Cluster) -> BreakableShop:
    """The same shop, whose checks look at the cluster by the links of its services, or by its first node."""
    addresses = shop.people.addresses
    first = f":{shop.machinery.rabbitmq.ports.amqp}/", f":{cluster.nodes[0].ports.amqp}/"
    brokers = {user: url.replace(*first) for user, url in addresses.brokers.items()}
    shop.people.addresses = replace(addresses, brokers=brokers)
    return shop


if __name__ == "__main__":
    main()
