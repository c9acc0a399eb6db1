"""The state of the ledger over the wire."""

from uuid import UUID

from pydantic import BaseModel


class CurrencySum(BaseModel):
    """The sum of all entries in a currency. It is zero, or money was made up or lost."""

    currency: str
    entries: int
    sum: str


class UnbalancedTransaction(BaseModel):
    transaction_id: UUID
    currency: str
    sum: str


class DifferingWallet(BaseModel):
    """`wrong_entries` counts those whose balance after is not the sum of the entries up to it."""

    wallet_id: UUID
    currency: str
    balance: str
    sum_of_entries: str
    wrong_entries: int


class LedgerCounts(BaseModel):
    accounts: int
    transactions: int
    entries: int
    wallets: int


class LedgerReport(BaseModel):
    """Everything recomputed from the entries. At most a hundred of each kind of fault are listed."""

    is_consistent: bool
    currencies: list[CurrencySum]
    unbalanced_transactions: list[UnbalancedTransaction]
    differing_wallets: list[DifferingWallet]
    counts: LedgerCounts
