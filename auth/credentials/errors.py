"""What can stand in the way of a new password."""

from servicekit.problems import ValidationFailed


class EasilyGuessed(ValidationFailed):
    """The new password is one of the user's own names."""
