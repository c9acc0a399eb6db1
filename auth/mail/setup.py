"""The mail sender that the settings ask for."""

from datetime import timedelta

from auth.mail.messages import MessageWriter
from auth.mail.sender import MailSender
from auth.mail.transports import FolderTransport, MailTransport, SmtpTransport
from auth.settings import Settings
from servicekit.settings import UnsafeConfiguration

_DEVELOPMENT_SHOP_URL = "http://127.0.0.1:8000"


def mail_sender_from(settings: Settings) -> MailSender:
    """Raises `UnsafeConfiguration` when e-mails would get lost, or lead nowhere, in production."""
    if settings.environment == "production":
        for variable, value in (("SMTP_URL", settings.smtp_url), ("PUBLIC_SHOP_URL", settings.public_shop_url)):
            if value is None:
                raise UnsafeConfiguration(f"AUTH_{variable}: in production e-mails need it")
    lifetime = timedelta(seconds=settings.confirmation_token_seconds)
    writer = MessageWriter(
        sender=settings.mail_from,
        shop_url=str(settings.public_shop_url or _DEVELOPMENT_SHOP_URL),
        token_minutes=settings.confirmation_token_seconds // 60,
    )
    return MailSender(_transport(settings), writer, lifetime)


def _transport(settings: Settings) -> MailTransport:
    return SmtpTransport(settings.smtp_url) if settings.smtp_url else FolderTransport(settings.mail_dir)
