"""Wallets: how much money a user has with us, per currency."""
