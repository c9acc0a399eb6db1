"""From a row of ours to an event of the contract."""

from datetime import datetime

from auth.sessions.models import UserSession
from servicekit.contracts import CloudEvent, SessionRevoked
from servicekit.tokens import LEEWAY


def session_revoked(session: UserSession) -> CloudEvent[SessionRevoked]:
    """`until` counts in the leeway with which tokens are checked: they are believed a little longer than they say."""
    data = SessionRevoked(user_id=session.user_id, session_id=session.id, until=believed_until(session))
    return CloudEvent[SessionRevoked].of(data)


def believed_until(session: UserSession) -> datetime:
    """When the last of its tokens is refused by everyone, ended or not."""
    return session.tokens_expire_at + LEEWAY
