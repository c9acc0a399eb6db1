"""How e-mails leave: by SMTP, or into a folder for development and tests."""

import smtplib
import ssl
from email.message import EmailMessage
from pathlib import Path
from typing import Protocol
from urllib.parse import unquote

import anyio
from anyio.to_thread import run_sync
from pydantic import AnyUrl

from servicekit.ids import new_id

_TIMEOUT_SECONDS = 10


class MailTransport(Protocol):
    async def send(self, message: EmailMessage) -> None:
        """Hand the message over. Raises `OSError` (and smtplib's errors, which are such) when that is not possible."""


class FolderTransport:
    """Writes each message into a file of its own, `*.eml`."""

    def __init__(self, folder: Path) -> None:
        self._folder = anyio.Path(folder)

    async def send(self, message: EmailMessage) -> None:
        await self._folder.mkdir(parents=True, exist_ok=True)
        unfinished = self._folder / f".{new_id()}"
        await unfinished.write_bytes(message.as_bytes())
        await unfinished.rename(self._folder / f"{new_id()}.eml")


class SmtpTransport:
    """Sends by `smtp://` (encrypted when the server offers it, and always before a password) or by `smtps://`."""

    def __init__(self, url: AnyUrl) -> None:
        self._url = url

    async def send(self, message: EmailMessage) -> None:
        await run_sync(self._send, message)

    def _send(self, message: EmailMessage) -> None:
        context = ssl.create_default_context()
        with self._connect(context) as connection:
            if self._url.scheme == "smtp":
                connection.ehlo()
                if self._url.username or connection.has_extn("starttls"):
                    connection.starttls(context=context)
            if self._url.username:
                connection.login(unquote(self._url.username), unquote(self._url.password or ""))
            connection.send_message(message)

    def _connect(self, context: ssl.SSLContext) -> smtplib.SMTP:
        host = self._url.host or ""
        if self._url.scheme == "smtps":
            return smtplib.SMTP_SSL(host, self._url.port or 465, timeout=_TIMEOUT_SECONDS, context=context)
        return smtplib.SMTP(host, self._url.port or 587, timeout=_TIMEOUT_SECONDS)
