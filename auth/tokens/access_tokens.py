"""Making access tokens (RFC 9068). Checking them is `servicekit.tokens`, for all services alike."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

import jwt

from auth.accounts.models import User
from auth.tokens.signing_keys import SigningKeys
from servicekit.ids import new_id
from servicekit.principal import Role
from servicekit.tokens import ALGORITHM, TOKEN_TYPE


@dataclass(frozen=True, slots=True)
class TokenSubject:
    """What a token says of an account, for those who have not read all of it."""

    id: UUID
    username: str
    role: Role
    email_verified: bool


@dataclass(frozen=True, slots=True)
class AccessTokenIssuer:
    """Signs tokens with the current key."""

    keys: SigningKeys
    issuer: str
    audience: str
    lifetime: timedelta

    def expiry(self, *, now: datetime, session_expires_at: datetime) -> datetime:
        """When a token of now expires: not after its session, which product and payment do not ask for."""
        return min(now + self.lifetime, session_expires_at)

    def issue(self, user: User | TokenSubject, *, session_id: UUID, expires_at: datetime) -> str:
        """A token that says who the user is and what they may do, until it expires."""
        claims = {
            "iss": self.issuer,
            "aud": self.audience,
            "sub": str(user.id),
            "sid": str(session_id),
            "role": user.role,
            "username": user.username,
            "email_verified": user.email_verified,
            "iat": datetime.now(UTC),
            "exp": expires_at,
            "jti": str(new_id()),
        }
        key = self.keys.current
        return jwt.encode(claims, key.private_key, ALGORITHM, headers={"typ": TOKEN_TYPE, "kid": key.id})
