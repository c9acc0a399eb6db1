"""Databases for tests: who needs one asks here, and gets an empty one with the roles and rights of production."""

import json
import os
from dataclasses import asdict

from stack.postgres import Postgres
from stack.provisioning import DatabaseUrls, create_database

SUPERUSER_URL_VARIABLE = "TEST_POSTGRES_URL"
_URLS_VARIABLE = "TEST_DATABASE_URLS"


def announce(postgres: Postgres) -> None:
    """Put the server's addresses where test processes find them."""
    os.environ[SUPERUSER_URL_VARIABLE] = postgres.superuser_url
    services = ("auth", "product", "payment")
    os.environ[_URLS_VARIABLE] = json.dumps({service: asdict(postgres.urls(service)) for service in services})


def new_database(service: str, name: str) -> DatabaseUrls:
    """An empty database `name` for the service: `.owner` for its migrations, `.app` for all else."""
    urls = DatabaseUrls(**json.loads(os.environ[_URLS_VARIABLE])[service])
    return create_database(urls, name, superuser_url=os.environ[SUPERUSER_URL_VARIABLE])
