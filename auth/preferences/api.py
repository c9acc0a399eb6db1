"""One's own preferences."""

from fastapi import APIRouter

from auth.database import DatabaseUnavailable, transaction
from auth.dependencies import AccountOwner
from auth.errors import UNUSABLE_BODY, problem_responses
from auth.preferences import services
from auth.preferences.models import Preferences
from auth.preferences.schemas import PreferenceChanges, PreferencesResponse
from auth.request_bodies import CheckedBodyRoute
from servicekit.problems import NotFound, Unauthenticated, ValidationFailed

router = APIRouter(
    prefix="/api/v1/users/{user_id:uuid}/preferences", tags=["preferences"], route_class=CheckedBodyRoute
)


@router.get(
    "",
    response_model=PreferencesResponse,
    responses=problem_responses(Unauthenticated, NotFound, ValidationFailed, DatabaseUnavailable),
)
async def read_preferences(owner: AccountOwner) -> Preferences | PreferencesResponse:
    """The preferences, by default where nothing was chosen. Only the owner sees them."""
    async with transaction() as session:
        return await session.get(Preferences, owner.id) or PreferencesResponse()


@router.patch(
    "",
    response_model=PreferencesResponse,
    responses=problem_responses(*UNUSABLE_BODY, Unauthenticated, NotFound, DatabaseUnavailable),
)
async def update_preferences(owner: AccountOwner, changes: PreferenceChanges) -> Preferences:
    """Change some of the preferences. Only the owner may."""
    return await services.update_preferences(user_id=owner.id, changes=changes.model_dump(exclude_unset=True))
