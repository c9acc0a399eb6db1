"""Changing preferences."""

import json
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from auth.accounts.queries import lock_user
from auth.database import transaction
from auth.preferences.models import Preferences
from auth.preferences.schemas import MAX_SETTINGS_LENGTH
from servicekit.problems import ValidationFailed


async def update_preferences(*, user_id: UUID, changes: Mapping[str, Any]) -> Preferences:
    """Set the given preferences. Raises `NotFound`, and `ValidationFailed` when all custom ones together are too many.

    The user's row is held, so that no preferences appear behind a deletion.
    """
    async with transaction() as session:
        await lock_user(session, user_id)
        await session.execute(insert(Preferences).values(user_id=user_id).on_conflict_do_nothing())
        preferences = (await session.scalars(select(Preferences).where(Preferences.user_id == user_id))).one()
        for name, value in changes.items():
            setattr(preferences, name, _merged(preferences, value) if name == "custom_settings" else value)
    return preferences


def _merged(preferences: Preferences, settings: dict[str, Any]) -> dict[str, Any]:
    merged = {key: value for key, value in (preferences.custom_settings | settings).items() if value is not None}
    if len(json.dumps(merged, ensure_ascii=False)) > MAX_SETTINGS_LENGTH:
        raise ValidationFailed([{"pointer": "/custom_settings", "message": "are too many together"}])
    return merged
