"""Sending events: the row that is written with the change, and the relay that carries it to the broker."""

from servicekit.outbox.row import OutboxRow, OutsideTransaction

__all__ = ["OutboxRow", "OutsideTransaction"]
