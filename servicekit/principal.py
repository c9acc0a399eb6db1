"""Who is calling. Apart from the tokens that prove it, so that what only asks who it was carries no cryptography."""

from dataclasses import dataclass
from typing import Literal
from uuid import UUID

Role = Literal["customer", "staff", "admin"]


@dataclass(frozen=True, slots=True)
class Principal:
    """Who is calling, by the word of a verified token."""

    user_id: UUID
    username: str
    role: Role
    session_id: UUID
    token_id: str
    email_verified: bool = False
    """Whether auth has seen that the user reads mail sent to their address."""

    @property
    def is_authenticated(self) -> bool:
        return True

    @property
    def is_staff(self) -> bool:
        """Staff may run the shop; an admin may do all that staff may."""
        return self.role in ("staff", "admin")
