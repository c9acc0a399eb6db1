"""E-mails as they are sent."""

from dataclasses import dataclass
from email.message import EmailMessage
from email.utils import formatdate, make_msgid
from textwrap import dedent

from auth.mail.models import MailKind
from auth.mail.texts import PATHS, text_of


@dataclass(frozen=True, slots=True)
class MessageWriter:
    """Writes e-mails. Links lead to `shop_url`, a setting: a request's `Host` header is the sender's choice."""

    sender: str
    shop_url: str
    token_minutes: int

    def write(
        self, kind: MailKind, *, recipient: str, username: str, token: str | None, language: str = "en"
    ) -> EmailMessage:
        """The message in the reader's language, with the token in its link."""
        text = text_of(kind, language=language)
        message = EmailMessage()
        message["From"] = self.sender
        message["To"] = recipient
        message["Subject"] = text.subject
        message["Date"] = formatdate()
        message["Message-ID"] = make_msgid(domain=self.sender.rpartition("@")[2].rstrip(">"))
        message["Auto-Submitted"] = "auto-generated"
        link = f"{self.shop_url.rstrip('/')}{PATHS.get(kind, '')}?token={token}"
        message.set_content(dedent(text.body).format(username=username, link=link, minutes=self.token_minutes))
        return message
