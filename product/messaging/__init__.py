"""This service's side of messaging: the outbox that it writes, the inbox that it reads, and what was parked."""
