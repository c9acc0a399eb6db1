"""Changing a password. What else may set one: a reset by e-mail (`confirmations/`), an operator (`cli.py`)."""

from uuid import UUID

import structlog
from sqlalchemy import select

from auth.accounts.errors import WrongPassword
from auth.accounts.models import User
from auth.accounts.password_policy import WeakPassword, refuse_weak_password
from auth.accounts.passwords import PasswordHasher
from auth.credentials.errors import EasilyGuessed
from auth.database import transaction
from auth.sessions.services import end_sessions

_log = structlog.get_logger(__name__)


async def change_password(
    *, user: User, session_id: UUID, old_password: str, new_password: str, hasher: PasswordHasher
) -> None:
    """Set a new password and end the user's other sessions. Raises `WrongPassword` and `EasilyGuessed`."""
    _refuse_easily_guessed(new_password, user)
    is_right, _ = await hasher.verify(old_password, user.password_hash)
    if not is_right:
        raise WrongPassword
    new_hash = await hasher.hash(new_password)

    async with transaction() as session:
        account = await session.scalar(select(User).where(User.id == user.id).with_for_update(key_share=True))
        if account is None or account.password_hash != user.password_hash:
            raise WrongPassword  # of two changes at once, one was first
        account.password_hash = new_hash
        await end_sessions(session, user_id=user.id, except_session_id=session_id)
    _log.info("password.changed", user_id=str(user.id))


def _refuse_easily_guessed(password: str, user: User) -> None:
    try:
        refuse_weak_password(password, names=(user.username, user.email))
    except WeakPassword as error:
        raise EasilyGuessed([{"pointer": "/new_password", "message": str(error)}]) from error
