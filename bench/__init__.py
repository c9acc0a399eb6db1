"""Measurements on private servers of their own: `python -m bench <what>`. They fail when a promise is broken."""
