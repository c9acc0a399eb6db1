"""A whole shop on servers of its own, whose every connection leads through a link that can be cut."""

import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from faults.links import Link, Links
from stack.credentials import SERVICES, Credentials
from stack.ports import HOST
from stack.shop import ROOT, Shop
from tests.running_shop import Addresses, RunningShop
from tests.shop_process import SETTINGS as TEST_SETTINGS

DATABASE_LINKS = tuple(f"{service}-to-postgres" for service in SERVICES)
BROKER_LINKS = tuple(f"{service}-to-rabbitmq" for service in SERVICES)
SERVICE_LINKS = ("product-to-auth", "product-to-payment", "payment-to-auth")
CLIENT_LINKS = tuple(f"clients-to-{service}" for service in SERVICES)

PATCHES = Path(__file__).parent / "patches"
_SETTINGS = TEST_SETTINGS | {
    # The sandbox's card, which gives the payment clock something to do, is not for production.
    "ENVIRONMENT": "test",
    "PAYMENT_SANDBOX_CARD": "true",
    "PAYMENT_PROVIDER_PAUSE_SECONDS": "0.2",
    "PRODUCT_PAYMENT_DEADLINE_SECONDS": "120",
    "PRODUCT_REASK_AFTER_SECONDS": "5",
    "PRODUCT_CLOCK_INTERVAL_SECONDS": "0.5",
}


@dataclass(frozen=True)
class BreakableShop:
    machinery: Shop
    """The servers and processes."""
    people: RunningShop
    """The shop as people reach it: by the links `clients-to-…`. Databases and broker are reached directly."""
    links: Links
    folder: Path

    @property
    def crash_folder(self) -> Path:
        """A file here, named like a crash point, makes the next process that comes there kill itself."""
        return crash_folder(self.folder)

    def logs(self) -> list[Path]:
        return sorted((self.folder / "shop/logs").glob("*.log"))


def crash_folder(folder: Path) -> Path:
    return folder / "crash"


@contextmanager
def breakable_shop(
    environment: Mapping[str, str] | None = None, *, kept: Path | None = None
) -> Iterator[BreakableShop]:
    """All processes of the Procfile, healthy, with the demo catalogue.

    `environment` replaces settings. `kept`: where logs are copied to when the block raises.
    """
    folder = Path(tempfile.mkdtemp(prefix="storefront-faults-"))
    folder.chmod(0o711)
    crash_folder(folder).mkdir()
    try:
        with Links([*DATABASE_LINKS, *BROKER_LINKS, *SERVICE_LINKS, *CLIENT_LINKS]) as links:
            settings = _SETTINGS | _through_links(folder / "shop", links) | _patched(folder) | dict(environment or {})
            machinery = Shop(folder / "shop", disposable=True, environment=settings)
            _aim(links, machinery)
            with machinery:
                people = people_of(machinery, links)
                try:
                    yield BreakableShop(machinery, people, links, folder)
                except BaseException:
                    if kept is not None:
                        shutil.copytree(folder / "shop/logs", kept, dirs_exist_ok=True)
                    raise
                finally:
                    people.close()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _through_links(folder: Path, links: Links) -> dict[str, str]:
    """Settings that lead every connection of a service through its link."""
    folder.mkdir(mode=0o711)
    passwords = Credentials.kept_in(folder)
    settings = {
        "PRODUCT_AUTH_URL": _url(links["product-to-auth"]),
        "PRODUCT_PAYMENT_URL": _url(links["product-to-payment"]),
        "PAYMENT_AUTH_URL": _url(links["payment-to-auth"]),
    }
    for service in SERVICES:
        prefix, role = service.upper(), f"{service}_app"
        database, broker = links[f"{service}-to-postgres"].port, links[f"{service}-to-rabbitmq"].port
        settings |= {
            f"{prefix}_DATABASE_URL": f"postgresql://{role}:{passwords.postgres[role]}@{HOST}:{database}/{service}",
            f"{prefix}_AMQP_URL": f"amqp://{service}:{passwords.rabbitmq[service]}@{HOST}:{broker}/%2F",
        }
    return settings


def _patched(folder: Path) -> dict[str, str]:
    """Python looks for `sitecustomize` there before it runs any code of the shop."""
    return {"PYTHONPATH": f"{ROOT}:{PATCHES}", "FAULTS_CRASH_FOLDER": str(crash_folder(folder))}


def _aim(links: Links, machinery: Shop) -> None:
    ports = {service: int(machinery.endpoints[service].rpartition(":")[2]) for service in SERVICES}
    for service in SERVICES:
        links[f"{service}-to-postgres"].targets = [machinery.postgres.port]
        links[f"{service}-to-rabbitmq"].targets = [machinery.rabbitmq.ports.amqp]
        links[f"clients-to-{service}"].targets = [ports[service]]
    for name in SERVICE_LINKS:
        links[name].targets = [ports[name.rpartition("-")[2]]]


def people_of(machinery: Shop, links: Links) -> RunningShop:
    """A new set of people, none of whom is signed in. Close it."""
    urls = {service: _url(links[f"clients-to-{service}"]) for service in SERVICES}
    return RunningShop(replace(Addresses.of(machinery), urls=urls))


def _url(link: Link) -> str:
    return f"http://{HOST}:{link.port}"


def with_environment(machinery: Shop, name: str, variables: Mapping[str, str]) -> None:
    """The process gets these as well from its next start on."""
    process = machinery.processes[name]
    process.command = replace(process.command, environment={**process.command.environment, **variables})
