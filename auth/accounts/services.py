"""Changing accounts. One use case = one function = one transaction."""

import structlog
from sqlalchemy import func, update
from sqlalchemy.exc import IntegrityError

from auth.accounts.errors import EmailTaken, UsernameTaken
from auth.accounts.events import user_registered
from auth.accounts.models import User
from auth.database import transaction, violated_constraint
from auth.messaging import outbox
from servicekit.ids import new_id
from servicekit.tokens import Role

_TAKEN = {"users_username_key": UsernameTaken, "users_email_key": EmailTaken}

_log = structlog.get_logger(__name__)


async def register_user(
    *,
    username: str,
    email: str,
    password_hash: str,
    first_name: str | None = None,
    last_name: str | None = None,
    role: Role = "customer",
) -> User:
    """Create an account and tell the others (`user.registered`). Raises `UsernameTaken` and `EmailTaken`.

    The unique indexes decide who was first: to look before inserting would let two through.
    """
    user = User(
        id=new_id(),
        username=username,
        email=email,
        password_hash=password_hash,
        first_name=first_name,
        last_name=last_name,
        role=role,
    )
    try:
        async with transaction() as session:
            session.add(user)
            await session.flush()
            await outbox.record(session, user_registered(user))
    except IntegrityError as error:
        taken = _TAKEN.get(violated_constraint(error))
        if taken is None:
            raise
        raise taken from error
    _log.info("user.registered", user_id=str(user.id), role=role)
    return user


async def ensure_user(*, username: str, email: str, password_hash: str, role: Role) -> None:
    """Make sure that an account of this name has this password and this role. Raises `EmailTaken`.

    One that exists keeps its e-mail address. For operators: it asks for no old password.
    """
    try:
        await register_user(username=username, email=email, password_hash=password_hash, role=role)
    except UsernameTaken:
        async with transaction() as session:
            await session.execute(
                update(User)
                .where(func.lower(User.username) == func.lower(username))
                .values(password_hash=password_hash, role=role, is_active=True, version=User.version + 1)
            )
