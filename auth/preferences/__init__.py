"""Preferences: how a user wants the shop to look and which messages they want."""
