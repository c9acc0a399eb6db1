"""What the account pages ask of auth on a user's behalf: profile, preferences, picture, sessions, password, address."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import IO, Any
from uuid import UUID

import httpx2
from django.conf import settings
from pydantic import BaseModel

from product.clients.auth import AuthAway
from product.clients.refusals import Model, Refused, Unreadable, accepted, read
from servicekit.service_calls import ServiceAway, call


@dataclass(frozen=True, slots=True)
class Account:
    """Whose account, and the token that proves it is theirs."""

    user_id: UUID
    access_token: str

    @property
    def path(self) -> str:
        return f"/api/v1/users/{self.user_id}"


class Address(BaseModel):
    street: str | None = None
    building: str | None = None
    city: str | None = None
    postal_code: str | None = None
    country: str | None = None


class Profile(BaseModel):
    username: str
    email: str
    email_verified: bool
    display_name: str | None
    first_name: str | None
    last_name: str | None
    bio: str | None
    location: str | None
    website: str | None
    phone_number: str | None
    address: Address | None


class Preferences(BaseModel):
    language: str
    timezone: str
    theme: str
    date_format: str
    time_format: str
    email_notifications: bool
    push_notifications: bool
    sms_notifications: bool
    newsletter: bool
    marketing: bool


class OpenSession(BaseModel):
    """A sign-in on some device."""

    id: UUID
    device_type: str | None
    os: str | None
    client: str | None
    address: str | None
    created_at: datetime
    last_seen_at: datetime
    current: bool


class _SessionList(BaseModel):
    results: list[OpenSession]


@dataclass(frozen=True, slots=True)
class Avatar:
    content: bytes
    content_type: str
    etag: str


# Every function may also raise `AuthAway` and `TooManyRequests`; those that take an account, `SessionEnded`.


def read_profile(account: Account) -> Profile:
    return _read(Profile, _ask("GET", "/api/v1/users/me", account))


def update_profile(account: Account, changes: Mapping[str, Any]) -> None:
    """Raises `Refused`."""
    _ask("PATCH", account.path, account, json=changes)


def read_preferences(account: Account) -> Preferences:
    return _read(Preferences, _ask("GET", f"{account.path}/preferences", account))


def update_preferences(account: Account, changes: Mapping[str, Any]) -> None:
    """Raises `Refused`."""
    _ask("PATCH", f"{account.path}/preferences", account, json=changes)


def list_sessions(account: Account) -> list[OpenSession]:
    """The newest first."""
    return _read(_SessionList, _ask("GET", f"{account.path}/sessions", account)).results


def end_session(account: Account, session_id: UUID) -> None:
    _ask("DELETE", f"{account.path}/sessions/{session_id}", account)


def end_other_sessions(account: Account) -> None:
    _ask("DELETE", f"{account.path}/sessions", account)


def change_password(account: Account, *, old_password: str, new_password: str) -> None:
    """Ends the other sessions. Raises `Refused`."""
    _ask("POST", "/change-password", account, json={"old_password": old_password, "new_password": new_password})


def delete_account(account: Account) -> None:
    """Raises `Refused`, for the last admin."""
    _ask("DELETE", account.path, account)


def read_avatar(user_id: UUID) -> Avatar | None:
    """Anyone's picture, if they have one."""
    try:
        response = _ask("GET", f"/api/v1/users/{user_id}/avatar")
    except Refused:
        return None
    return Avatar(response.content, response.headers["Content-Type"], response.headers.get("ETag", ""))


def save_avatar(account: Account, *, file: IO[bytes], content_type: str) -> None:
    """Raises `Refused`."""
    _ask("POST", f"{account.path}/avatar", account, files={"file": ("avatar", file, content_type)})


def delete_avatar(account: Account) -> None:
    """Raises `Refused` when there is none."""
    _ask("DELETE", f"{account.path}/avatar", account)


def request_password_reset(*, email: str) -> None:
    """Raises `Refused` for what is no address."""
    _ask("POST", "/password-reset", json={"email": email})


def confirm_password_reset(*, token: str, new_password: str) -> None:
    """Raises `Refused`."""
    _ask("POST", "/password-reset/confirm", json={"token": token, "new_password": new_password})


def request_email_change(account: Account, *, new_email: str, password: str) -> None:
    """Raises `Refused`."""
    _ask("POST", "/email-change", account, json={"new_email": new_email, "password": password})


def confirm_email_change(*, token: str) -> None:
    """Raises `Refused`."""
    _ask("POST", "/email-change/confirm", json={"token": token})


def request_email_confirmation(account: Account) -> None:
    _ask("POST", "/email-confirmation", account)


def confirm_email(*, token: str) -> None:
    """Raises `Refused`."""
    _ask("POST", "/email-confirmation/confirm", json={"token": token})


def _ask(method: str, path: str, account: Account | None = None, **content: Any) -> httpx2.Response:
    token = account.access_token if account else None
    try:
        response = call("auth", method, settings.AUTH_URL + path, access_token=token, **content)
    except ServiceAway as error:
        raise AuthAway from error
    try:
        return accepted(response, is_signed_in=account is not None)
    except Unreadable as error:
        raise AuthAway from error


def _read(model: type[Model], response: httpx2.Response) -> Model:
    try:
        return read(model, response)
    except Unreadable as error:
        raise AuthAway from error
