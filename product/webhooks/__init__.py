"""Telling other people's systems what happened: events of orders and payments, signed, to the addresses they gave."""
