"""From a row of ours to an event of the contract."""

from collections.abc import Collection

from auth.accounts.models import User
from servicekit.contracts import CloudEvent, UserDeleted, UserRegistered, UserUpdated


def user_registered(user: User) -> CloudEvent[UserRegistered]:
    data = UserRegistered(user_id=user.id, username=user.username, email=user.email)
    return CloudEvent[UserRegistered].of(data, sequence=user.version)


def user_updated(user: User, changed_fields: Collection[str]) -> CloudEvent[UserUpdated]:
    """Names what changed. Of the values only the address is told: the rest is nobody's business."""
    data = UserUpdated(
        user_id=user.id,
        version=user.version,
        changed_fields=tuple(sorted(changed_fields)),
        email=user.email if "email" in changed_fields else None,
    )
    return CloudEvent[UserUpdated].of(data, sequence=user.version)


def user_deleted(user: User) -> CloudEvent[UserDeleted]:
    return CloudEvent[UserDeleted].of(UserDeleted(user_id=user.id), sequence=user.version)
