"""Why there is no token."""

from servicekit.problems import Unauthenticated


class InvalidCredentials(Unauthenticated):
    """The same for an unknown name, a wrong password and a closed account."""

    code = "invalid_credentials"
    title = "User name or password is wrong"
