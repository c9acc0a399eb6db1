"""Credentials: changing the password that one signs in with."""
