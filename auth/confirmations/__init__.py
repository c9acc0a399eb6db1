"""Confirmations: single-use tokens by e-mail, for a forgotten password, another address, an address to be proven."""
