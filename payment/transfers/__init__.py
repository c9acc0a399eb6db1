"""Transfers: money that one user sends to another."""
