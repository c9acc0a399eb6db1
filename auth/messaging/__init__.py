"""The service's own side of messaging: the outbox."""
