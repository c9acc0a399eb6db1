"""What another service says to a request that it does not grant, as errors that pages can put into words."""

from http import HTTPStatus
from typing import TypeVar

import httpx2
from pydantic import BaseModel, ValidationError

Model = TypeVar("Model", bound=BaseModel)


class Refused(Exception):
    """The service does not accept what was sent. `fields` are those at fault; none when none is named."""

    def __init__(self, code: str, fields: frozenset[str]) -> None:
        super().__init__(code, fields)
        self.code = code
        self.fields = fields


class SessionEnded(Exception):
    """The service does not know the caller's session any more, while the token is not yet refused here."""


class Unreadable(Exception):
    """The answer is not of the form that was agreed on."""


class _Fault(BaseModel):
    pointer: str


class _Refusal(BaseModel):
    code: str
    errors: list[_Fault] = []


def accepted(response: httpx2.Response, *, is_signed_in: bool) -> httpx2.Response:
    """The answer, if it grants the request. Raises `Refused`, `SessionEnded`, `Unreadable`."""
    if response.is_success:
        return response
    if response.status_code == HTTPStatus.UNAUTHORIZED and is_signed_in:
        raise SessionEnded
    refusal = read(_Refusal, response)
    raise Refused(refusal.code, frozenset(error.pointer.removeprefix("/") for error in refusal.errors))


def read(model: type[Model], response: httpx2.Response) -> Model:
    """Raises `Unreadable`."""
    try:
        return model.model_validate_json(response.content)
    except ValidationError as error:
        raise Unreadable from error
