"""Which passwords are good enough: 8 to 128 characters, not common, not the user's own name."""

from importlib.resources import files

MIN_LENGTH = 8
MAX_LENGTH = 128

_COMMON = frozenset((files("auth.accounts") / "common_passwords.txt").read_text("utf-8").split())


class WeakPassword(ValueError):
    """The password is easily guessed."""


def refuse_weak_password(password: str, *, names: tuple[str, ...]) -> None:
    """Raise `WeakPassword` for a common password, and for one that is among `names` (user name, e-mail address)."""
    folded = password.casefold()
    if folded in _COMMON or len(set(folded)) < 3:
        raise WeakPassword("is too common")
    if folded in {name.casefold() for name in names}:
        raise WeakPassword("must differ from your user name and e-mail address")
