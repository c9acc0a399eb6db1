"""From auth's news of sessions to the use case."""

from collections.abc import Sequence

from payment.revocations.services import refuse_tokens
from servicekit.contracts import SessionRevoked
from servicekit.messaging import Incoming


def on_session_revoked(messages: Sequence[Incoming[SessionRevoked]]) -> None:
    refuse_tokens(until_by_session={message.data.session_id: message.data.until for message in messages})
