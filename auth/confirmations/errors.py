"""Why nothing is confirmed."""

from servicekit.problems import Problem


class InvalidConfirmation(Problem):
    """The same for a token that never was, has expired, or was used or replaced."""

    status = 422
    code = "invalid_confirmation"
    title = "This link is not valid any more"
