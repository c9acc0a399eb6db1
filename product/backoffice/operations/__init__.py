"""How the shop's machinery is doing: outboxes, queues, parked messages, the reconciliation, events as they happen."""
