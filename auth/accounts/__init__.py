"""Accounts: registering, passwords, who a user is."""
