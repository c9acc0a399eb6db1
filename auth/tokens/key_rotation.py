"""Rotating the signing key: one is made that will sign in ten minutes, and those that have retired are removed."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from auth.tokens.signing_keys import MOMENT_FORMAT, in_order, retired, signs_from


@dataclass(frozen=True, slots=True)
class Rotation:
    """What was done: no key is added while another one still waits for its moment."""

    added: Path | None
    removed: list[Path]
    signs_from: datetime
    """From when the newest key signs."""


def rotate_keys(directory: Path, *, publication: timedelta, now: datetime) -> Rotation:
    """Add a key that is published at once and signs after `publication`, unless one waits; remove retired ones.

    In an empty folder the key signs at once. Web processes notice by themselves. Of two rotations at a time the second
    waits, and finds the key of the first.
    """
    directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    with _only_one(directory):
        paths = in_order(directory)
        removed = paths[: retired([signs_from(path) for path in paths], now=now)]
        for path in removed:
            path.unlink()
        newest = signs_from(paths[-1]) if paths else None
        if newest is not None and newest >= now.replace(microsecond=0):
            return Rotation(None, removed, newest)
        moment = (now + publication if paths else now).replace(microsecond=0)
        added = directory / f"signing-{moment.strftime(MOMENT_FORMAT)}.pem"
        _write_key(added)
        return Rotation(added, removed, moment)


@contextmanager
def _only_one(directory: Path) -> Iterator[None]:
    """Held by one process of this machine at a time."""
    descriptor = os.open(directory, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def _write_key(path: Path) -> None:
    """Under another name first: nobody shall read half a key."""
    pem = generate_private_key(SECP256R1()).private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    unfinished = path.with_suffix(".unfinished")
    with os.fdopen(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        file.write(pem)
        file.flush()
        os.fsync(file.fileno())
    unfinished.rename(path)
