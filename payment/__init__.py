"""The payment service: wallets, the ledger, payments and refunds. Flask through APIFlask, SQLAlchemy, psycopg2."""

VERSION = "1.0.0"
