"""What goes over the wire about tokens. The names are those of OAuth 2 (RFC 6749) and JWK (RFC 7517)."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from auth.accounts.schemas import Password
from servicekit.text import Text


class PasswordGrant(BaseModel):
    """The form of a sign-in. RFC 6749, 3.2: parameters that are not known (`scope`, `client_id`) are ignored."""

    model_config = ConfigDict(extra="ignore")

    grant_type: Literal["password"]
    username: Annotated[Text, Field(max_length=254, description="User name or e-mail address.")]
    password: Password


class TokenResponse(BaseModel):
    """A bearer token, good for `expires_in` seconds."""

    access_token: str
    token_type: Literal["bearer"] = "bearer"  # noqa: S105
    expires_in: int


class PublicKey(BaseModel):
    kty: Literal["EC"]
    crv: Literal["P-256"]
    x: str
    y: str
    kid: str
    use: Literal["sig"]
    alg: Literal["ES256"]


class PublicKeySet(BaseModel):
    """Several keys during a rotation."""

    keys: list[PublicKey]
