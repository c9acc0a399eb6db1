"""Throttling: how often something may be tried, per account and per address, counted for all processes together."""
