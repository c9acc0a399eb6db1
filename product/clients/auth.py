"""What the storefront asks of auth on a visitor's behalf: an account, and a session."""

from typing import Any, Literal

import httpx2
from django.conf import settings
from pydantic import BaseModel, ValidationError

from servicekit.problems import TooManyRequests
from servicekit.service_calls import ServiceAway, call

Fault = Literal["taken", "invalid"]

_TAKEN = {"username_taken": "username", "email_taken": "email"}


class AuthAway(ServiceAway):
    """Nobody can register or sign in at the moment; valid sessions go on working."""

    code = "auth_unavailable"
    title = "Signing in is not possible at the moment"


class WrongCredentials(Exception):
    """No account has this name and password. Auth does not say which of the two is wrong."""


class SessionOver(Exception):
    """The session was ended, at auth, by the user, or because nobody used it for long."""


class RegistrationRefused(Exception):
    """Auth does not accept these details. `faults` says what is wrong with which of them; empty when it is not said."""

    def __init__(self, faults: dict[str, Fault]) -> None:
        super().__init__(faults)
        self.faults = faults


class Session(BaseModel):
    """What signing in yields, and every refresh."""

    access_token: str
    refresh_token: str
    """Good for one use."""


class _FieldError(BaseModel):
    pointer: str


class _Refusal(BaseModel):
    code: str
    errors: list[_FieldError] = []


def register(*, username: str, email: str, password: str, language: str) -> None:
    """Open an account, whose e-mails are in `language`. Raises `RegistrationRefused`, `TooManyRequests`, `AuthAway`."""
    details = {"username": username, "email": email, "password": password}
    response = _call("/register", json=details, headers={"Accept-Language": language})
    if response.is_success:
        return
    try:
        refusal = _Refusal.model_validate_json(response.content)
    except ValidationError as error:
        raise AuthAway from error
    raise RegistrationRefused(_faults(refusal))


def sign_in(*, username: str, password: str) -> Session:
    """Open a session; `username` may be an e-mail address. Raises `WrongCredentials`, `TooManyRequests`, `AuthAway`."""
    response = _call("/token", data={"grant_type": "password", "username": username, "password": password})
    if response.is_client_error:
        raise WrongCredentials
    return _session(response)


def refresh(*, refresh_token: str) -> Session:
    """Exchange the token for the next two; two requests at once get the same. Raises `SessionOver`, `AuthAway`."""
    try:
        response = _call("/token", data={"grant_type": "refresh_token", "refresh_token": refresh_token})
    except TooManyRequests as error:
        raise AuthAway from error
    if response.is_client_error:
        raise SessionOver
    return _session(response)


def sign_out(*, access_token: str) -> None:
    """End the session. Also when it has ended already. Raises `TooManyRequests`, `AuthAway`."""
    _call("/logout", access_token=access_token)


def _session(response: httpx2.Response) -> Session:
    try:
        return Session.model_validate_json(response.content)
    except ValidationError as error:
        raise AuthAway from error


def _call(path: str, **content: Any) -> httpx2.Response:
    try:
        return call("auth", "POST", settings.AUTH_URL + path, **content)
    except ServiceAway as error:
        raise AuthAway from error


def _faults(refusal: _Refusal) -> dict[str, Fault]:
    """By detail. Auth points into the body that we sent ("/email")."""
    if refusal.code in _TAKEN:
        return {_TAKEN[refusal.code]: "taken"}
    return {error.pointer.removeprefix("/"): "invalid" for error in refusal.errors}
