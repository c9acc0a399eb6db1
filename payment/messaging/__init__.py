"""The service's own side of messaging: the tables, the way out (outbox), the way in (inbox, consumer)."""
