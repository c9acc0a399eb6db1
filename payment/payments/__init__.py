"""Payments: the answers to what the product service asks about its orders, and the money that moves with them."""
