"""Bugs of sign-in, sessions and tokens."""

from typing import Any

from faults.patches.bugs.planting import plants


@plants("servicekit.tokens")
def algorithm_from_header(tokens: Any) -> None:
    """The token says how it wants to be checked, and is believed: `none` as well."""
    decode = tokens.jwt.decode

    class Jwt:
        def decode(self, token: str, key: Any, **options: Any) -> Any:
            if tokens.jwt.get_unverified_header(token).get("alg") == "none":
                return decode(token, options={"verify_signature": False})
            return decode(token, key, **options)

        def __getattr__(self, name: str) -> Any:
            return getattr(original, name)

    original = tokens.jwt
    tokens.jwt = Jwt()


@plants("auth.tokens.services")
def family_not_revoked(services: Any) -> None:
    """A refresh token that comes a second time is refused, and its session lives on."""

    async def nothing(*_: Any, **__: Any) -> None:
        return None

    services.end_sessions_where = nothing


@plants("auth.tokens.services")
def refresh_token_lives_twice(services: Any) -> None:
    """The old refresh token stays good beside its successor."""
    rotate = services._rotate

    async def rotate_and_keep(session: Any, presented: str, **rest: Any) -> Any:
        issued = await rotate(session, presented, **rest)
        found = await services._lock_token(session, presented)
        if found is not None:
            found[0].rotated_at = None
        return issued

    services._rotate = rotate_and_keep


@plants("auth.tokens.services")
def password_logged(services: Any) -> None:
    """For the search of another bug, somebody has the password written to the log."""
    sign_in = services.sign_in

    async def sign_in_and_tell(**details: Any) -> Any:
        services._log.info("sign_in.tried", name=details["name_or_email"], text=details["password"])
        return await sign_in(**details)

    services.sign_in = sign_in_and_tell
