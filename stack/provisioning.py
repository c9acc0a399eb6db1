"""Further databases on a running server, with the roles and rights of a service's own: tests get fresh ones."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

import psycopg2

from stack.database_rights import AUDITED, access_to_database, new_role, rights_inside_database


@dataclass(frozen=True)
class DatabaseUrls:
    owner: str = field(repr=False)
    app: str = field(repr=False)
    auditor: str = field(repr=False, default="")
    """For the reconciliation; empty where it has nothing to read."""


def create_database(urls: DatabaseUrls, name: str, *, superuser_url: str) -> DatabaseUrls:
    """An empty database for the service whose `urls` are given, with the same roles and rights; its URLs.

    An older one of the same name is dropped.
    """
    service = (urlsplit(urls.owner).username or "").removesuffix("_owner")
    _execute(
        superuser_url,
        f"DROP DATABASE IF EXISTS {name} WITH (FORCE)",
        f"CREATE DATABASE {name} OWNER {service}_owner",
        *access_to_database(name, service),
    )
    _execute(_with_database(superuser_url, name), *rights_inside_database(service))
    return DatabaseUrls(
        owner=_with_database(urls.owner, name),
        app=_with_database(urls.app, name),
        auditor=urls.auditor and _with_database(urls.auditor, name),
    )


def add_missing_auditors(passwords: Mapping[str, str], *, superuser_url: str) -> None:
    """Bring a server up to date that was made before there was a reconciliation."""
    for service in AUDITED:
        role = f"{service}_auditor"
        if not _execute(superuser_url, f"SELECT rolname FROM pg_roles WHERE rolname = '{role}'"):  # noqa: S608
            _execute(superuser_url, new_role(role, passwords[role]), *access_to_database(service, service))
            _execute(_with_database(superuser_url, service), *rights_inside_database(service))


def _execute(url: str, *statements: str) -> list[tuple[object, ...]]:
    """Each statement by itself; the rows of the last one, if it returns any."""
    connection = psycopg2.connect(url)
    connection.autocommit = True
    try:
        with connection.cursor() as cursor:
            for statement in statements:
                cursor.execute(statement)
            return cursor.fetchall() if cursor.description else []
    finally:
        connection.close()


def _with_database(url: str, name: str) -> str:
    return urlsplit(url)._replace(path=f"/{name}").geturl()
