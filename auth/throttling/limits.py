"""How much is too much: values of the settings."""

from dataclasses import dataclass

from limits import RateLimitItem


@dataclass(frozen=True, slots=True)
class ThrottleLimits:
    """How often in which time."""

    sign_in_per_account: RateLimitItem
    sign_in_per_address: RateLimitItem
    registration_per_account: RateLimitItem
    registration_per_address: RateLimitItem
    mail_per_account: RateLimitItem
    mail_per_address: RateLimitItem
