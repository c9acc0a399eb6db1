"""Sessions: one row per sign-in."""
