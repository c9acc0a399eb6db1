"""Somebody who asks until there is an answer: the same request under the same key, however often the answer is lost."""

import threading
import time
from http import HTTPStatus
from typing import Any

import httpx2

from faults.journal import Journal
from servicekit.ids import new_id
from tests.shop_client import PASSWORD, Visitor

_TIMEOUT = httpx2.Timeout(15, connect=3)
_PAUSE_SECONDS = 0.3
_PATIENCE_SECONDS = 240
"""Longer than any fault lasts, and the shop's time to recover from it."""
_COME_BACK = {HTTPStatus.SERVICE_UNAVAILABLE, HTTPStatus.TOO_MANY_REQUESTS}


class GaveUp(Exception):
    """No answer within the patience of a client. What became of the request is not known."""


class PersistentClient:
    """One user, signed in again whenever the shop asks for it."""

    def __init__(self, urls: dict[str, str], journal: Journal, *, username: str = "", password: str = PASSWORD) -> None:
        """Without a user name it is a new user, who registers."""
        self._http = httpx2.Client(timeout=_TIMEOUT, trust_env=False)
        self._visitor = Visitor(self._http, urls)
        self._journal = journal
        self._refresh_token = ""
        self._password = password
        self._username = username
        self.user_id = "" if username else self._register()
        self.sign_in()

    @property
    def username(self) -> str:
        return self._username

    def close(self) -> None:
        self._http.close()

    def post(self, service: str, path: str, body: Any = None, *, key: str | None = None) -> httpx2.Response:
        """The first answer that settles the matter. `key`: the Idempotency-Key, a new one when None."""
        return self._until_settled("POST", service, path, json={} if body is None else body, key=key or str(new_id()))

    def get(self, service: str, path: str, **params: Any) -> httpx2.Response:
        return self._until_settled("GET", service, path, params=params or None)

    def sign_in(self) -> None:
        form = {"grant_type": "password", "username": self._username, "password": self._password}
        answer = self._until_settled("POST", "auth", "/token", data=form)
        if answer.status_code != HTTPStatus.OK:
            raise GaveUp(f"sign-in: {answer.status_code} {answer.text}")
        self._take_tokens(answer)

    def refresh(self) -> None:
        """Exchange the refresh token. Lost for good, with an answer lost too late, it leads to a new sign-in."""
        form = {"grant_type": "refresh_token", "refresh_token": self._refresh_token}
        answer = self._until_settled("POST", "auth", "/token", data=form)
        if answer.status_code == HTTPStatus.OK:
            self._take_tokens(answer)
        else:
            self.sign_in()

    def sign_out(self) -> None:
        """End the session, and begin another."""
        token = self._visitor.token or ""
        answer = self._until_settled("POST", "auth", "/logout", renews=False)
        if answer.is_success:
            self._journal.note_revoked(token)
        self.sign_in()

    def _take_tokens(self, answer: httpx2.Response) -> None:
        body = answer.json()
        self._visitor.token, self._refresh_token = body["access_token"], body["refresh_token"]
        self._journal.tokens |= {body["access_token"], body["refresh_token"]}

    def _register(self) -> str:
        """The new user's id. An account that is there already is our own, made by a request whose answer was lost."""
        self._username = f"client-{new_id().hex[-12:]}"
        details = {"username": self._username, "email": f"{self._username}@example.com", "password": self._password}
        answer = self._until_settled("POST", "auth", "/register", json=details)
        if answer.status_code == HTTPStatus.CREATED:
            return str(answer.json()["id"])
        if answer.json().get("code") != "username_taken":
            raise GaveUp(f"registration: {answer.status_code} {answer.text}")
        self.sign_in()
        return str(self.get("auth", "/api/v1/users/me").json()["id"])

    def _until_settled(
        self, method: str, service: str, path: str, *, key: str | None = None, renews: bool = True, **request: Any
    ) -> httpx2.Response:
        headers = {"Idempotency-Key": key} if key else {}
        deadline = time.monotonic() + _PATIENCE_SECONDS
        while time.monotonic() < deadline:
            try:
                answer = self._visitor.call(method, service, path, headers=headers, **request)
            except httpx2.TransportError:
                threading.Event().wait(_PAUSE_SECONDS)
                continue
            if self._is_settled(answer, service, path, renews=renews):
                return answer
            threading.Event().wait(_PAUSE_SECONDS)
        raise GaveUp(f"{method} {service}{path}: no answer within {_PATIENCE_SECONDS} s")

    def _is_settled(self, answer: httpx2.Response, service: str, path: str, *, renews: bool) -> bool:
        status = answer.status_code
        if status == HTTPStatus.UNAUTHORIZED and renews and path != "/token":
            self.sign_in()
            return False
        if status == HTTPStatus.CONFLICT and _code(answer) == "idempotency_key_in_use":
            return False
        if status >= HTTPStatus.INTERNAL_SERVER_ERROR and status not in _COME_BACK:
            self._journal.note_strange(f"I12: {service}{path} answered {status}: {answer.text[:300]}")
            return False
        return status not in _COME_BACK


def _code(answer: httpx2.Response) -> str:
    try:
        return str(answer.json().get("code", ""))
    except ValueError:
        return ""
