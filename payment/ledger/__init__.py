"""Double entry: every movement of money, for ever. The single truth that wallet balances can be recomputed from."""
