"""What can stand in the way of a new password."""

from servicekit.problems import Forbidden, ValidationFailed


class WrongPassword(Forbidden):
    """No 401: the access token is good, and asking for another would not help."""

    code = "wrong_password"
    title = "The old password is wrong"


class EasilyGuessed(ValidationFailed):
    """The new password is among the user's own names."""
