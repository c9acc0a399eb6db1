"""Profiles: what users say of themselves, who may see it, and finding people by it."""
