"""Which language somebody is spoken to in before they have chosen one."""

from auth.mail.texts import TEXTS


def language_asked_for(accept_language: str) -> str | None:
    """The one of ours that comes first in an `Accept-Language` header (RFC 9110, 12.5.4); None when none does."""
    wishes = []
    for place, wish in enumerate(accept_language.split(",")):
        language, _, quality = wish.strip().lower().partition(";q=")
        wishes.append((-_weight(quality), place, language.partition("-")[0]))
    return next((language for weight, _, language in sorted(wishes) if weight and language in TEXTS), None)


def _weight(quality: str) -> float:
    try:
        return min(float(quality), 1.0) if quality else 1.0
    except ValueError:
        return 0.0
