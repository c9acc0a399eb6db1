"""Text that PostgreSQL can store: no NUL characters and no lone surrogates."""

from typing import Annotated

from pydantic import AfterValidator


def storable(value: str) -> str:
    """Return `value` unchanged; raise `ValueError` when PostgreSQL could not store it."""
    if "\x00" in value:
        raise ValueError("must not contain NUL characters")
    try:
        value.encode("utf-8")
    except UnicodeEncodeError:
        raise ValueError("must not contain lone surrogates") from None
    return value


def legible(value: str) -> str:
    """`value` with a question mark for each character that PostgreSQL could not store."""
    return value.encode("utf-8", "replace").decode().replace("\x00", "?")


Text = Annotated[str, AfterValidator(storable)]
