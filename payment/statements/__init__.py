"""Statements: what has happened to the money in a wallet, or in all wallets of a user."""
