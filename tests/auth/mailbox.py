"""Reading the e-mails that the service wrote into its folder."""

import asyncio
import re
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

_SECONDS = 10


def mails(folder: Path, *, to: str) -> list[EmailMessage]:
    """The messages to this address, the oldest first."""
    files = sorted(folder.glob("*.eml"))
    messages = [message_from_bytes(file.read_bytes(), policy=policy.default) for file in files]
    return [message for message in messages if message["To"] == to]


async def wait_for_mail(folder: Path, *, to: str, subject: str) -> EmailMessage:
    """The first message to this address whose subject holds these words."""
    async with asyncio.timeout(_SECONDS):
        while True:
            for message in mails(folder, to=to):
                if subject in message["Subject"]:
                    return message
            await asyncio.sleep(0.05)


def forget_mails(folder: Path) -> None:
    for file in folder.glob("*.eml"):
        file.unlink()


def link_in(message: EmailMessage) -> str:
    [link] = re.findall(r"https?://\S+", message.get_content())
    return str(link)


def token_in(message: EmailMessage) -> str:
    return link_in(message).rpartition("token=")[2]
