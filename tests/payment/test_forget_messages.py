"""Which messages were processed is forgotten when nobody can send them again."""

from datetime import UTC, datetime, timedelta

from payment.clock import tidy
from payment.database import transaction
from payment.messaging.models import InboxMessage
from servicekit.ids import earliest_id
from tests.payment.records import count


def test_forgets_messages_after_thirty_days() -> None:
    for days in (29, 31):
        moment = datetime.now(UTC) - timedelta(days=days)
        with transaction() as session:
            session.add(
                InboxMessage(
                    consumer="payment.orders", message_id=earliest_id(moment), body_hash=b"", received_at=moment
                )
            )

    assert (tidy(limit=1), tidy(limit=1)) == (True, False)
    assert count("inbox_messages") == 1
