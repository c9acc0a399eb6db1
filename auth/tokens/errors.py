"""Why there is no token."""

from servicekit.problems import Unauthenticated


class InvalidCredentials(Unauthenticated):
    """The same for an unknown name, a wrong password and a closed account."""

    code = "invalid_credentials"
    title = "User name or password is wrong"


class InvalidRefreshToken(Unauthenticated):
    """The same for a token that is unknown, was used before, or whose session is over."""

    code = "invalid_refresh_token"
    title = "This refresh token is not valid"
