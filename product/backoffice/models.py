"""Django's user, as far as the admin needs one: a name beside what staff did. No password, no second account."""

from typing import Self

from django.db import models

from servicekit.principal import Principal


class StaffMember(models.Model):
    """An account of auth, as its token names it. Saved when its owner changes something, so that the log knows who.

    Whether somebody may enter is never read from the table: `principal` is there only behind a valid token.
    """

    id = models.UUIDField(primary_key=True)
    username = models.CharField(max_length=150)
    """Not unique: auth gives a name away again when its account is deleted."""

    principal: Principal | None = None

    USERNAME_FIELD = "id"
    REQUIRED_FIELDS: list[str] = []
    is_anonymous = False
    is_authenticated = True
    is_active = True

    class Meta:
        db_table = "staff_members"

    def __str__(self) -> str:
        return self.username

    @classmethod
    def of(cls, principal: Principal) -> Self:
        member = cls(id=principal.user_id, username=principal.username)
        member.principal = principal
        return member

    def remember(self) -> None:
        """Save the name of this moment, for the log."""
        type(self).objects.update_or_create(id=self.pk, defaults={"username": self.username})

    @property
    def is_staff(self) -> bool:
        return self.principal is not None and self.principal.is_staff

    def get_username(self) -> str:
        return self.username

    def has_usable_password(self) -> bool:
        """Passwords are auth's affair: the admin offers no page to change one."""
        return False

    # Staff may do all that the pages offer; what they must not do, no page offers.

    def has_perm(self, perm: str, obj: object = None) -> bool:  # noqa: ARG002
        return self.is_staff

    def has_module_perms(self, app_label: str) -> bool:  # noqa: ARG002
        return self.is_staff
