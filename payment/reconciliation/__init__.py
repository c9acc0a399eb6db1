"""Reconciliation: does every order's money agree with the payments, the ledger and the stock?

It reads product's database as well as payment's own, through roles that may read these columns and nothing else. Of
the shop's processes only payment's clock knows their passwords; it reconciles every hour, and when staff asks. People
run the same by `payment reconcile`.
"""
