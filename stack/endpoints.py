"""Where the running shop is, who may sign in, and which process is which: `endpoints.json`, for scripts and tests.

`auditors` are the addresses of the databases for those who reconcile them, by service.
"""

import os
from collections.abc import Mapping
from typing import Any

from stack.credentials import DEMO_ACCOUNTS
from stack.database_rights import AUDITED
from stack.environment import service_url
from stack.servers import Servers


def endpoints(*, ports: Mapping[str, int], servers: Servers, pids: Mapping[str, int]) -> dict[str, Any]:
    """`ports` by service. With passwords: print or write it only where its reader alone can see it."""
    return {
        **{service: service_url(ports, service) for service in ports},
        "rabbitmq_management": servers.rabbitmq.management,
        "accounts": {
            name: {"username": name, "password": servers.credentials.accounts[name]} for name in DEMO_ACCOUNTS
        },
        "auditors": {service: servers.postgres.urls(service).auditor for service in AUDITED},
        "pids": {"supervisor": os.getpid(), **pids},
    }
