"""The texts of the e-mails."""

from dataclasses import dataclass
from email.message import EmailMessage
from email.utils import formatdate, make_msgid
from textwrap import dedent

from auth.mail.models import MailKind


@dataclass(frozen=True, slots=True)
class _Text:
    subject: str
    body: str
    path: str = ""
    """The shop's page that takes the token."""


_TEXTS: dict[MailKind, _Text] = {
    "reset_password": _Text(
        "Choose a new password",
        """\
        Hello {username},

        somebody, probably you, has asked for a new password for your account. Within {minutes} minutes you can choose
        one here:

        {link}

        If it was not you, there is nothing to do: your password has not changed.
        """,
        "/password-reset",
    ),
    "confirm_email": _Text(
        "Please confirm your e-mail address",
        """\
        Hello {username},

        please confirm within {minutes} minutes that this is your e-mail address:

        {link}

        If you have no account with us, somebody mistyped theirs. There is nothing to do.
        """,
        "/email-confirmation",
    ),
    "change_email": _Text(
        "Please confirm your new e-mail address",
        """\
        Hello {username},

        you want to use this e-mail address from now on. Please confirm it within {minutes} minutes:

        {link}

        If it was not you, there is nothing to do: the address has not changed.
        """,
        "/email-change",
    ),
    "email_changed": _Text(
        "Your e-mail address has changed",
        """\
        Hello {username},

        your account has another e-mail address now, and we will not write to this one again.

        If it was not you, somebody else knows your password. Please write to us.
        """,
    ),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class MessageWriter:
    """Writes e-mails. Links lead to `shop_url`, a setting: a request's `Host` header is the sender's choice."""

    sender: str
    shop_url: str
    token_minutes: int

    def write(self, kind: MailKind, *, recipient: str, username: str, token: str | None) -> EmailMessage:
        """The message, with the token in its link."""
        text = _TEXTS[kind]
        message = EmailMessage()
        message["From"] = self.sender
        message["To"] = recipient
        message["Subject"] = text.subject
        message["Date"] = formatdate()
        message["Message-ID"] = make_msgid(domain=self.sender.rpartition("@")[2].rstrip(">"))
        message["Auto-Submitted"] = "auto-generated"
        link = f"{self.shop_url.rstrip('/')}{text.path}?token={token}"
        message.set_content(dedent(text.body).format(username=username, link=link, minutes=self.token_minutes))
        return message
