"""Measurements on private servers of their own: `python -m bench`. They fail when a promise is broken."""
