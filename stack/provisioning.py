"""Further databases on a running server, with the roles and rights of a service's own: tests get fresh ones."""

from dataclasses import dataclass, field
from urllib.parse import urlsplit

import psycopg2

from stack.database_rights import access_to_database, rights_inside_database


@dataclass(frozen=True)
class DatabaseUrls:
    owner: str = field(repr=False)
    app: str = field(repr=False)


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
