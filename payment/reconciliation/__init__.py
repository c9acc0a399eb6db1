"""Reconciliation: does every order's money agree with the payments, the ledger and the stock?

It reads product's database as well as payment's own, through roles that may read these columns and nothing else. No
process of the shop does so; only this check, which people run, looks over the fence.
"""
