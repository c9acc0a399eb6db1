"""What payment asks of auth on a caller's behalf: who it is that money is sent to."""

from uuid import UUID

import httpx2
from pydantic import BaseModel, ValidationError

from payment.settings import get_settings
from servicekit.problems import Unauthenticated
from servicekit.service_calls import ServiceAway, call


class AuthAway(ServiceAway):
    """Nobody can be looked up by name at the moment. Tokens are checked all the same, with keys that are held."""

    code = "auth_unavailable"
    title = "Receivers cannot be looked up at the moment"


class KnownUser(BaseModel):
    """An active account, by the word of auth."""

    id: UUID
    username: str


def find_user(*, username: str, access_token: str) -> KnownUser | None:
    """The active user of this name, asked by the caller, whose token it is. Writes nothing.

    Raises `AuthAway`, `TooManyRequests`, and `Unauthenticated` for a session that has ended, which auth knows first.
    """
    try:
        url = f"{get_settings().auth_url}/check-user"
        response = call("auth", "POST", url, access_token=access_token, json={"username": username})
        return _known_user(response)
    except (ServiceAway, ValidationError) as error:
        raise AuthAway from error


def _known_user(response: httpx2.Response) -> KnownUser | None:
    if response.status_code == Unauthenticated.status:
        raise Unauthenticated
    # 422: no user can have such a name.
    return None if response.is_client_error else KnownUser.model_validate_json(response.content)
