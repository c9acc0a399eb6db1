"""The auth app on a migrated database of its own per xdist worker, emptied after each test."""

from collections.abc import AsyncIterator
from pathlib import Path

import httpx2
import pytest
from fastapi import FastAPI
from sqlalchemy import delete

from auth.accounts.models import User
from auth.database import transaction
from auth.mail.models import MailRequest
from auth.main import create_app
from auth.messaging.models import OutboxEvent
from auth.migrations.upgrade import upgrade
from auth.settings import Settings
from auth.throttling.models import ThrottleCounter
from stack.provisioning import DatabaseUrls
from tests.auth.factories import make_settings, write_key
from tests.servers import new_database


@pytest.fixture(scope="session")
def database_urls(worker_name: str) -> DatabaseUrls:
    urls = new_database("auth", f"auth_{worker_name}")
    upgrade(urls.owner)
    return urls


@pytest.fixture(scope="session")
def keys_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    directory = tmp_path_factory.mktemp("keys")
    write_key(directory / "2026-01.pem")
    return directory


@pytest.fixture(scope="session")
def mail_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("mail")


@pytest.fixture(scope="session")
def settings(database_urls: DatabaseUrls, keys_dir: Path, mail_dir: Path) -> Settings:
    return make_settings(database_url=database_urls.app, signing_keys_dir=keys_dir, mail_dir=mail_dir)


@pytest.fixture(scope="session")
async def app(settings: Settings) -> AsyncIterator[FastAPI]:
    app = create_app(settings)
    async with app.router.lifespan_context(app):
        yield app


@pytest.fixture
async def client(app: FastAPI) -> AsyncIterator[httpx2.AsyncClient]:
    async with httpx2.AsyncClient(transport=httpx2.ASGITransport(app), base_url="http://auth") as client:
        yield client
    async with transaction() as session:
        await session.execute(delete(User))  # and their sessions
        await session.execute(delete(OutboxEvent))
        await session.execute(delete(MailRequest))
        await session.execute(delete(ThrottleCounter))
