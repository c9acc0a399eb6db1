"""Whether a body can be read at all: its media type, and that it is JSON. Its values are the schemas' affair."""

import json
from typing import Any, NoReturn

from flask import Request

from servicekit.problems import Malformed, PayloadTooLarge, Problem, UnsupportedMediaType, ValidationFailed

UNUSABLE_BODY: tuple[type[Problem], ...] = (Malformed, PayloadTooLarge, UnsupportedMediaType, ValidationFailed)
"""What any operation with a body may answer."""


class StrictRequest(Request):
    """Reads bodies that say they are JSON, and are. APIFlask asks for them with `get_json(force=True)`."""

    def get_json(self, force: bool = False, silent: bool = False, cache: bool = True) -> Any:  # noqa: ARG002
        """The body's value, never null. Raises the problems of `UNUSABLE_BODY`."""
        body = self.get_data()
        if self.content_length is None and len(body) == self.max_content_length:
            raise PayloadTooLarge  # of a body whose length is not declared, Werkzeug just reads no more
        if not body:
            raise Malformed("The body is empty")
        if self.mimetype != "application/json":
            raise UnsupportedMediaType
        try:
            value = json.loads(body, parse_constant=_refuse_constant)
        except (ValueError, RecursionError) as error:
            raise Malformed("The body is not valid JSON") from error
        if value is None:  # APIFlask would take it for an empty object
            raise ValidationFailed([{"pointer": "", "message": "Input should be an object"}])
        return value


def _refuse_constant(name: str) -> NoReturn:
    """Python reads NaN and Infinity, which JSON does not have."""
    raise ValueError(name)
