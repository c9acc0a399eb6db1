"""The texts of the e-mails, in the languages of the shop's pages."""

from dataclasses import dataclass

from auth.mail.models import MailKind


@dataclass(frozen=True, slots=True)
class MailText:
    subject: str
    body: str
    """With `username`, `minutes` and `link`."""


PATHS: dict[MailKind, str] = {
    "reset_password": "/password-reset",  # nosec B105
    "confirm_email": "/email-confirmation",
    "change_email": "/email-change",
}
"""The shop's pages that take the tokens."""

_ENGLISH: dict[MailKind, MailText] = {
    "reset_password": MailText(
        "Choose a new password",
        """\
        Hello {username},

        somebody, probably you, has asked for a new password for your account. Within {minutes} minutes you can choose
        one here:

        {link}

        If it was not you, there is nothing to do: your password has not changed.
        """,
    ),
    "confirm_email": MailText(
        "Please confirm your e-mail address",
        """\
        Hello {username},

        please confirm within {minutes} minutes that this is your e-mail address:

        {link}

        If you have no account with us, somebody mistyped theirs. There is nothing to do.
        """,
    ),
    "change_email": MailText(
        "Please confirm your new e-mail address",
        """\
        Hello {username},

        you want to use this e-mail address from now on. Please confirm it within {minutes} minutes:

        {link}

        If it was not you, there is nothing to do: the address has not changed.
        """,
    ),
    "email_changed": MailText(
        "Your e-mail address has changed",
        """\
        Hello {username},

        your account has another e-mail address now, and we will not write to this one again.

        If it was not you, somebody else knows your password. Please write to us.
        """,
    ),
}

_RUSSIAN: dict[MailKind, MailText] = {
    "reset_password": MailText(
        "Новый пароль",
        """\
        Здравствуйте, {username}!

        Кто-то, скорее всего вы, попросил сменить пароль от вашего аккаунта. Задать новый можно по этой ссылке,
        она действует {minutes} мин.:

        {link}

        Если это были не вы, ничего делать не нужно: пароль остался прежним.
        """,
    ),
    "confirm_email": MailText(
        "Подтвердите адрес электронной почты",
        """\
        Здравствуйте, {username}!

        Пожалуйста, подтвердите, что это ваш адрес. Ссылка действует {minutes} мин.:

        {link}

        Если у вас нет аккаунта в нашем магазине, кто-то ошибся, когда вводил свой адрес. Ничего делать не нужно.
        """,
    ),
    "change_email": MailText(
        "Подтвердите новый адрес электронной почты",
        """\
        Здравствуйте, {username}!

        Вы хотите привязать к аккаунту этот адрес. Пожалуйста, подтвердите его, ссылка действует {minutes} мин.:

        {link}

        Если это были не вы, ничего делать не нужно: адрес остался прежним.
        """,
    ),
    "email_changed": MailText(
        "Адрес электронной почты изменён",
        """\
        Здравствуйте, {username}!

        К вашему аккаунту теперь привязан другой адрес, на этот мы больше писать не будем.

        Если это сделали не вы, ваш пароль знает кто-то ещё. Пожалуйста, напишите нам.
        """,
    ),
}

TEXTS = {"en": _ENGLISH, "ru": _RUSSIAN}
"""By language. Who prefers another one is written to in English."""


def text_of(kind: MailKind, *, language: str) -> MailText:
    """`language` is a preference, such as `ru` or `pt-BR`."""
    return TEXTS.get(language.partition("-")[0], _ENGLISH)[kind]
