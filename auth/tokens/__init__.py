"""Access tokens: signing in, the signing keys, checking a token against the database."""
