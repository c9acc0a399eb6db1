"""The mail sender that the settings ask for."""

from datetime import timedelta
from pathlib import Path

from auth.mail.messages import MessageWriter
from auth.mail.sender import MailSender
from auth.mail.transports import FolderTransport, MailTransport, SmtpTransport
from auth.settings import Settings
from servicekit.settings import UnsafeConfiguration

_DEVELOPMENT_SHOP_URL = "http://127.0.0.1:8000"
_DEVELOPMENT_FOLDER = Path(".run/mail")


def mail_sender_from(settings: Settings) -> MailSender:
    """Raises `UnsafeConfiguration` when e-mails would get lost, or lead nowhere, in production."""
    if settings.environment == "production":
        if settings.public_shop_url is None:
            raise UnsafeConfiguration("AUTH_PUBLIC_SHOP_URL: in production the links in e-mails need it")
        if settings.smtp_url is None and settings.mail_dir is None:
            raise UnsafeConfiguration("AUTH_SMTP_URL: in production e-mails need it, or a folder, AUTH_MAIL_DIR")
    lifetime = timedelta(seconds=settings.confirmation_token_seconds)
    writer = MessageWriter(
        sender=settings.mail_from,
        shop_url=str(settings.public_shop_url or _DEVELOPMENT_SHOP_URL),
        token_minutes=settings.confirmation_token_seconds // 60,
    )
    return MailSender(_transport(settings), writer, lifetime)


def _transport(settings: Settings) -> MailTransport:
    if settings.smtp_url:
        return SmtpTransport(settings.smtp_url)
    return FolderTransport(settings.mail_dir or _DEVELOPMENT_FOLDER)
