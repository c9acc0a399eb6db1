"""Roles, databases and rights: per service an owner, who migrates, and an application role without DDL.

The servers' start runs this SQL before anyone can connect; tests get fresh databases with the same rights.
"""

from dataclasses import dataclass, field
from urllib.parse import urlsplit

import psycopg2

from stack.credentials import SERVICES


@dataclass(frozen=True)
class DatabaseUrls:
    owner: str = field(repr=False)
    app: str = field(repr=False)


def roles_and_databases(passwords: dict[str, str]) -> list[str]:
    """Statements for an empty server. `passwords` by role name; `postgres` is the superuser."""
    statements = [f"ALTER ROLE postgres PASSWORD '{passwords['postgres']}'"]
    for service in SERVICES:
        statements += [
            f"CREATE ROLE {role} LOGIN PASSWORD '{passwords[role]}'" for role in (f"{service}_owner", f"{service}_app")
        ]
        statements += [f"CREATE DATABASE {service} OWNER {service}_owner", *access_to_database(service, service)]
    return [*statements, "REVOKE ALL ON DATABASE postgres, template1 FROM PUBLIC"]


def access_to_database(database: str, service: str) -> list[str]:
    """Who may connect. A database copied from a template does not inherit this."""
    return [
        f"REVOKE ALL ON DATABASE {database} FROM PUBLIC",
        f"GRANT CONNECT ON DATABASE {database} TO {service}_app",
    ]


def rights_inside_database(service: str) -> list[str]:
    """What the application role may do with what the owner will create. A copy of the database inherits this."""
    owner, app = f"{service}_owner", f"{service}_app"
    defaults = f"ALTER DEFAULT PRIVILEGES FOR ROLE {owner}"
    return [
        f"ALTER SCHEMA public OWNER TO {owner}",
        "REVOKE ALL ON SCHEMA public FROM PUBLIC",
        f"GRANT USAGE ON SCHEMA public TO {app}",
        f"{defaults} GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO {app}",
        f"{defaults} GRANT USAGE ON SEQUENCES TO {app}",
    ]


def create_database(urls: DatabaseUrls, name: str, *, superuser_url: str, template: str | None = None) -> DatabaseUrls:
    """A further database for the service whose `urls` are given, with the same roles and rights; its URLs.

    With `template` it is a copy of that database (migrated, say), to which nobody may be connected meanwhile.
    An older one of the same name is dropped.
    """
    service = (urlsplit(urls.owner).username or "").removesuffix("_owner")
    _execute(
        superuser_url,
        f"DROP DATABASE IF EXISTS {name} WITH (FORCE)",
        f"CREATE DATABASE {name} OWNER {service}_owner" + (f" TEMPLATE {template}" if template else ""),
        *access_to_database(name, service),
    )
    if not template:
        _execute(_with_database(superuser_url, name), *rights_inside_database(service))
    return DatabaseUrls(owner=_with_database(urls.owner, name), app=_with_database(urls.app, name))


def _execute(url: str, *statements: str) -> None:
    connection = psycopg2.connect(url)
    connection.autocommit = True
    try:
        with connection.cursor() as cursor:
            for statement in statements:
                cursor.execute(statement)
    finally:
        connection.close()


def _with_database(url: str, name: str) -> str:
    return urlsplit(url)._replace(path=f"/{name}").geturl()
