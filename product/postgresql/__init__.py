"""Django's PostgreSQL backend with two things added: a pool that threads share, and a bound on every wait."""
