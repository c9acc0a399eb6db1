"""The background task of the web process that sends what was asked for. Several may run: each claims its own requests.

No transaction is open while a mail server is talked to.
"""

import asyncio
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage

import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from auth.accounts.models import User
from auth.accounts.queries import find_user, find_user_by_id
from auth.confirmations.services import create_token
from auth.database import DatabaseUnavailable, transaction
from auth.mail.messages import MessageWriter
from auth.mail.models import MailRequest
from auth.mail.services import claim_mail, remove_mail
from auth.mail.transports import MailTransport
from auth.preferences.queries import language_of

_POLL_SECONDS = 0.5
_DATABASE_PAUSE_SECONDS = 5
_GIVE_UP_AFTER = timedelta(hours=1)

_log = structlog.get_logger(__name__)


class MailSender:
    """Composes and sends, one mail after the other."""

    def __init__(self, transport: MailTransport, writer: MessageWriter, token_lifetime: timedelta) -> None:
        self._transport = transport
        self._writer = writer
        self._token_lifetime = token_lifetime

    async def run(self) -> None:
        """Work until cancelled. A mail that cannot even be written does not stop those behind it."""
        while True:
            try:
                pause = 0 if await self.send_next() else _POLL_SECONDS
            except DatabaseUnavailable:
                pause = _DATABASE_PAUSE_SECONDS
            except Exception:  # noqa: BLE001
                _log.exception("mail.defect")
                pause = _POLL_SECONDS
            await asyncio.sleep(pause)

    async def send_next(self) -> bool:
        """Deal with the request that is due first; False when none is. What cannot be sent falls due again."""
        mail = await claim_mail()
        if mail is None:
            return False
        message = await self._compose(mail)
        if message is not None:
            try:
                await self._transport.send(message)
            except OSError as error:
                _log.warning("mail.failed", mail_id=str(mail.id), kind=mail.kind, error=type(error).__name__)
                return True
            _log.info("mail.sent", mail_id=str(mail.id), kind=mail.kind)
        await remove_mail(mail.id)
        return True

    async def _compose(self, mail: MailRequest) -> EmailMessage | None:
        """The message with a fresh token, or None when there is nobody to write to any more."""
        if datetime.now(UTC) - mail.created_at > _GIVE_UP_AFTER:
            _log.error("mail.given_up", mail_id=str(mail.id), kind=mail.kind)
            return None
        token = None
        async with transaction() as session:
            user = await _find_addressee(session, mail)
            if user is None:
                return None
            recipient = user.email if mail.user_id is None else mail.email
            language = await language_of(session, user_id=user.id)
            if mail.kind != "email_changed":
                token = await create_token(
                    session, user_id=user.id, purpose=mail.kind, email=recipient, lifetime=self._token_lifetime
                )
        return self._writer.write(
            mail.kind, recipient=recipient, username=user.username, token=token, language=language
        )


async def _find_addressee(session: AsyncSession, mail: MailRequest) -> User | None:
    """The account that the mail is about, locked; None when it no longer is as it was when the mail was asked for.

    A mail asked for by address alone goes to the account's own: what was typed may only look the same to `lower()`.
    """
    if mail.user_id is None:
        user = await find_user(session, name_or_email=mail.email)
    else:
        user = await find_user_by_id(session, mail.user_id)
    if user is None:
        return None
    await session.refresh(user, with_for_update={"key_share": True})
    is_pointless = mail.kind == "confirm_email" and (user.email_verified or user.email != mail.email)
    return user if user.is_active and not is_pointless else None
