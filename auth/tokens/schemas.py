"""What goes over the wire about tokens. The names are those of OAuth 2 (RFC 6749) and JWK (RFC 7517)."""

from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationInfo, field_validator

from auth.accounts.schemas import Password, Username
from servicekit.text import Text


def _describe_grants(schema: dict[str, Any]) -> None:
    """Which parameters belong to which grant; JSON Schema has no other words for it."""
    for parameter in schema["properties"].values():
        parameter.pop("default", None)
    schema["oneOf"] = [
        {"properties": {"grant_type": {"const": grant}}, "required": list(parameters)}
        for grant, parameters in _PARAMETERS.items()
    ]


_PARAMETERS = {"password": ("username", "password"), "refresh_token": ("refresh_token",)}


class TokenRequest(BaseModel):
    """The form of a sign-in, or of a refresh. RFC 6749, 3.2: unknown parameters (`scope`, `client_id`) are ignored."""

    model_config = ConfigDict(extra="ignore", validate_default=True, json_schema_extra=_describe_grants)

    grant_type: Literal["password", "refresh_token"]
    username: Annotated[Text, Field(max_length=254, description="User name or e-mail address.")] = ""
    password: Password = SecretStr("")
    refresh_token: Annotated[Password, Field(description="The last one received.")] = SecretStr("")

    @field_validator("username", "password", "refresh_token", mode="after")
    @classmethod
    def _is_there(cls, value: str | SecretStr, info: ValidationInfo) -> str | SecretStr:
        if not value and info.field_name in _PARAMETERS.get(info.data.get("grant_type", ""), ()):
            raise ValueError("Field required")
        return value


class TokenResponse(BaseModel):
    """A bearer token, good for `expires_in` seconds, and the token that gets the next one, good for one use."""

    model_config = ConfigDict(from_attributes=True)

    access_token: str
    token_type: Literal["bearer"] = "bearer"  # noqa: S105
    expires_in: int
    refresh_token: str


class UserQuestion(BaseModel):
    model_config = ConfigDict(extra="forbid")

    username: Username


class KnownUser(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    id: UUID
    username: str


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
