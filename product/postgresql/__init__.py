"""Django's PostgreSQL backend with three things added: a pool that threads share, a bound on every wait, and
one way to tell that the database is away: `OperationalError` or `InterfaceError`."""
