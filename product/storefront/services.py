"""What the passing of time asks of the pages."""

from django.contrib.sessions.models import Session
from django.db.models.functions import Now

from product.transactions import retried_transaction


@retried_transaction
def forget_ended_browser_sessions(*, limit: int = 1000) -> int:
    """Delete sessions whose cookie is over, with the tokens that are in them. Returns how many."""
    over = Session.objects.filter(expire_date__lt=Now()).order_by("expire_date").select_for_update(skip_locked=True)
    deleted, _ = Session.objects.filter(pk__in=[session.pk for session in over[:limit]]).delete()
    return deleted
