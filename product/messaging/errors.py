"""Failures of operating the messaging."""

from servicekit.problems import Conflict, NotFound


class ParkedMessageNotFound(NotFound):
    code = "parked_message_not_found"
    title = "There is no such parked message"


class AlreadyResolved(Conflict):
    code = "already_resolved"
    title = "The message was replayed or discarded before"


class StillUnprocessable(Conflict):
    """The replay ended where the first try did. `reason` and `detail` say why."""

    code = "still_unprocessable"
    title = "The message still cannot be processed"
