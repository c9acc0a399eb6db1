"""The environment variables of the shop's processes. What they mean stands in each service's `settings.py`."""

import os
import sys
from collections.abc import Mapping
from pathlib import Path

from stack.credentials import SERVICES, signing_keys_folder
from stack.files import private_folder
from stack.ports import HOST
from stack.servers import Servers

PREFERRED_PORTS = {"product": 8000, "auth": 8001, "payment": 8002}
MANAGEMENT_PORT = 15672
RECONCILING_PROCESS = "payment-clock"


def service_url(ports: Mapping[str, int], service: str) -> str:
    return f"http://{HOST}:{ports[service]}"


def shop_environment(folder: Path, *, servers: Servers, ports: Mapping[str, int]) -> dict[str, str]:
    """All variables of all services on top of the caller's own environment, so that `LOG_LEVEL=DEBUG make up` works.

    Makes the folders that the variables name. `ports` by service.
    """
    variables = {
        **os.environ,
        "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", os.defpath)]),
        "NO_PROXY": f"{HOST},localhost",
        "PYTHONUNBUFFERED": "1",
        "ENVIRONMENT": os.environ.get("ENVIRONMENT", "development"),
        "AUTH_SIGNING_KEYS_DIR": str(signing_keys_folder(folder)),
        "AUTH_TRUSTED_PROXIES": HOST,
        "AUTH_PUBLIC_SHOP_URL": service_url(ports, "product"),
        "AUTH_MAIL_DIR": str(private_folder(folder / "mail")),
        "PRODUCT_SECRET_KEY": servers.credentials.product_secret_key,
        "PRODUCT_ALLOWED_HOSTS": f"{HOST},localhost",
        "PRODUCT_AUTH_URL": service_url(ports, "auth"),
        "PRODUCT_PAYMENT_URL": service_url(ports, "payment"),
        "PRODUCT_BROKER_MONITOR_URL": servers.rabbitmq.monitor_url,
        "PRODUCT_MEDIA_DIR": str(private_folder(folder / "media")),
        "PAYMENT_AUTH_URL": service_url(ports, "auth"),
    }
    variables |= auditors_variables(
        orders_url=servers.postgres.urls("product").auditor, payments_url=servers.postgres.urls("payment").auditor
    )
    for service in SERVICES:
        variables |= _of_service(service, servers, ports[service])
    return variables


def auditors_variables(*, orders_url: str, payments_url: str) -> dict[str, str]:
    """What the reconciliation gets, and no other process: the databases through the auditors' roles."""
    return {"PAYMENT_RECONCILE_ORDERS_URL": orders_url, "PAYMENT_RECONCILE_PAYMENTS_URL": payments_url}


def owner_url_variable(service: str) -> str:
    """The variable that only migrations get: it opens the database for changes of the schema."""
    return f"{service.upper()}_DATABASE_OWNER_URL"


def only_for(service: str, environment: Mapping[str, str], *, process: str = "") -> dict[str, str]:
    """Without what is another service's or process's: one that is broken into knows no other's passwords."""
    others = tuple(f"{other.upper()}_" for other in SERVICES if other != service)
    withheld = () if process == RECONCILING_PROCESS else auditors_variables(orders_url="", payments_url="")
    return {name: value for name, value in environment.items() if not name.startswith(others) and name not in withheld}


def _of_service(service: str, servers: Servers, port: int) -> dict[str, str]:
    prefix = service.upper()
    return {
        f"{prefix}_HOST": HOST,
        f"{prefix}_PORT": str(port),
        f"{prefix}_DATABASE_URL": servers.postgres.urls(service).app,
        f"{prefix}_AMQP_URL": servers.rabbitmq.url(service),
    }
