"""The auth service: who users are, and the tokens that prove it. FastAPI, async SQLAlchemy, asyncpg."""

VERSION = "1.0.0"
