"""E-mails leave outside of transactions, and none is lost."""

import asyncio
import socketserver
import threading
from collections.abc import Iterator
from datetime import timedelta
from email.message import EmailMessage
from pathlib import Path

import httpx2
import pytest
from fastapi import FastAPI
from pydantic import AnyUrl
from sqlalchemy import func, select, update

from auth.database import transaction
from auth.mail.messages import MessageWriter
from auth.mail.models import MailRequest
from auth.mail.sender import MailSender
from auth.mail.services import request_mail
from auth.mail.setup import mail_sender_from
from auth.mail.transports import SmtpTransport
from servicekit.settings import UnsafeConfiguration
from tests.auth.factories import make_settings, make_user

WRITER = MessageWriter("Shop <shop@example.com>", "https://shop.example", 15)
LIFETIME = timedelta(minutes=15)


@pytest.fixture
def nobody_else_sends(client: httpx2.AsyncClient, app: FastAPI, monkeypatch: pytest.MonkeyPatch) -> None:
    """The app's own sender rests during the test."""

    async def find_nothing() -> bool:
        return False

    monkeypatch.setattr(app.state.mail_sender, "send_next", find_nothing)


class RecordingTransport:
    def __init__(self) -> None:
        self.messages: list[EmailMessage] = []

    async def send(self, message: EmailMessage) -> None:
        self.messages.append(message)


class FailingTransport:
    def __init__(self) -> None:
        self.attempts = 0

    async def send(self, message: EmailMessage) -> None:  # noqa: ARG002
        self.attempts += 1
        raise ConnectionRefusedError


async def test_a_mail_that_could_not_be_sent_is_sent_later(nobody_else_sends: None) -> None:
    await request_reset_for("patient@example.com")
    failing, recording = FailingTransport(), RecordingTransport()

    await MailSender(failing, WRITER, LIFETIME).send_next()
    still_there = await waiting_mails()
    too_early = await MailSender(recording, WRITER, LIFETIME).send_next()
    async with transaction() as session:
        await session.execute(update(MailRequest).values(due_at=func.now()))
    await MailSender(recording, WRITER, LIFETIME).send_next()

    assert (failing.attempts, still_there, too_early) == (1, 1, False)
    assert [message["To"] for message in recording.messages] == ["patient@example.com"]
    assert await waiting_mails() == 0


async def test_of_several_senders_one_takes_a_mail(nobody_else_sends: None) -> None:
    await request_reset_for("once@example.com")
    recording = RecordingTransport()

    await asyncio.gather(*(MailSender(recording, WRITER, LIFETIME).send_next() for _ in range(5)))

    assert len(recording.messages) == 1


async def test_gives_up_on_a_mail_that_nobody_waits_for_any_more(nobody_else_sends: None) -> None:
    await request_reset_for("late@example.com")
    recording = RecordingTransport()
    async with transaction() as session:
        await session.execute(update(MailRequest).values(created_at=func.now() - timedelta(hours=2)))

    await MailSender(recording, WRITER, LIFETIME).send_next()

    assert (recording.messages, await waiting_mails()) == ([], 0)


async def request_reset_for(email: str) -> None:
    await make_user(email=email, is_email_verified=True)
    async with transaction() as session:
        await request_mail(session, kind="reset_password", email=email)


async def waiting_mails() -> int:
    async with transaction() as session:
        return await session.scalar(select(func.count()).select_from(MailRequest)) or 0


@pytest.mark.parametrize("missing", ["smtp_url", "public_shop_url"])
def test_production_does_not_start_without_a_way_for_its_mails(keys_dir: Path, missing: str) -> None:
    settings = {"smtp_url": "smtps://mail.example", "public_shop_url": "https://shop.example"}
    del settings[missing]

    with pytest.raises(UnsafeConfiguration, match=f"AUTH_{missing.upper()}"):
        mail_sender_from(
            make_settings(
                ENVIRONMENT="production", database_url="postgresql://a@b/c", signing_keys_dir=keys_dir, **settings
            )
        )


class SmtpServer(socketserver.ThreadingTCPServer):
    """Understands enough of SMTP to take a message."""

    allow_reuse_address = True
    daemon_threads = True
    block_on_close = False

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _SmtpConversation)
        self.received: list[bytes] = []


class _SmtpConversation(socketserver.StreamRequestHandler):
    def handle(self) -> None:
        self.wfile.write(b"220 ready\r\n")
        for line in self.rfile:
            if line.upper().startswith(b"DATA"):
                self.wfile.write(b"354 go on\r\n")
                lines = iter(self.rfile.readline, b".\r\n")
                assert isinstance(self.server, SmtpServer)
                self.server.received.append(b"".join(lines))
            self.wfile.write(b"221 bye\r\n" if line.upper().startswith(b"QUIT") else b"250 ok\r\n")


@pytest.fixture
def smtp_server() -> Iterator[SmtpServer]:
    with SmtpServer() as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield server
        server.shutdown()
        thread.join()


async def test_sends_by_smtp(smtp_server: SmtpServer) -> None:
    transport = SmtpTransport(AnyUrl(f"smtp://127.0.0.1:{smtp_server.server_address[1]}"))

    await transport.send(WRITER.write("reset_password", recipient="ada@example.com", username="ada", token="t0ken"))

    [message] = smtp_server.received
    assert b"To: ada@example.com" in message
    assert b"https://shop.example/password-reset?token=3Dt0ken" in message or b"?token=t0ken" in message


async def test_sends_no_password_over_an_open_line(smtp_server: SmtpServer) -> None:
    transport = SmtpTransport(AnyUrl(f"smtp://shop:secret@127.0.0.1:{smtp_server.server_address[1]}"))
    message = WRITER.write("reset_password", recipient="ada@example.com", username="ada", token="t0ken")

    with pytest.raises(OSError):
        await transport.send(message)

    assert smtp_server.received == []
