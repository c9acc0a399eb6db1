"""Django's PostgreSQL backend with four things added: a pool that threads share, a bound on every wait, one way
to tell that the database is away (`OperationalError` or `InterfaceError`), and statements that are planned once."""
