"""Confirmations: single-use tokens by e-mail, for a forgotten password, a new address, an address that is to be proven."""
