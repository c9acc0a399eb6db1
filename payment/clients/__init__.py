"""Calls to the other services: a module each, which gives their answers as values and their failures as our errors."""
