"""From a row of ours to an event of the contract."""

from auth.accounts.models import User
from servicekit.contracts import CloudEvent, UserRegistered


def user_registered(user: User) -> CloudEvent[UserRegistered]:
    data = UserRegistered(user_id=user.id, username=user.username, email=user.email)
    return CloudEvent[UserRegistered].of(data, sequence=user.version)
