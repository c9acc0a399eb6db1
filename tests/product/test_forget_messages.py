"""Which messages were processed is forgotten when nobody can send them again."""

from datetime import timedelta

import pytest
from django.utils import timezone

from product.messaging.models import InboxMessage
from product.messaging.services import forget_processed_messages
from servicekit.ids import earliest_id, new_id

pytestmark = pytest.mark.django_db


def test_forgets_messages_after_thirty_days() -> None:
    for days in (29, 31):
        received_at = timezone.now() - timedelta(days=days)
        InboxMessage.objects.create(
            consumer="product.payments", message_id=earliest_id(received_at), body_hash=b"", received_at=received_at
        )

    assert (forget_processed_messages(), forget_processed_messages()) == (1, 0)
    assert InboxMessage.objects.count() == 1


def test_keeps_what_came_late() -> None:
    """A message that lay in a parking place for months may be sent again all the same."""
    long_ago = earliest_id(timezone.now() - timedelta(days=90))
    InboxMessage.objects.create(consumer="product.payments", message_id=long_ago, body_hash=b"")

    assert forget_processed_messages() == 0


def test_ids_are_in_the_order_of_their_moments() -> None:
    before = timezone.now()

    assert earliest_id(before - timedelta(milliseconds=1)) < new_id() < earliest_id(before + timedelta(minutes=1))
