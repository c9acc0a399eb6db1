"""What the auth service reads from its environment: the shared variables, and its own under `AUTH_`."""

from pathlib import Path

from pydantic import Field
from pydantic_settings import SettingsConfigDict

from servicekit.settings import ServiceSettings


class Settings(ServiceSettings):
    model_config = SettingsConfigDict(env_prefix="AUTH_")

    port: int = 8001
    signing_keys_dir: Path
    """Folder of `*.pem` EC P-256 private keys. The last name in sort order signs; all are published."""
    access_token_seconds: int = Field(900, ge=60, le=3600)
    """How long an access token is good for, and with it the session that it came from."""
    database_connections: int = Field(10, ge=1, le=100)
    """The most connections that one web process holds."""
    password_hashing_threads: int = Field(2, ge=1, le=32)
    """How many passwords are hashed at once; each takes 19 MiB and one core for some 30 ms."""
