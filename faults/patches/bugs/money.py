"""Bugs of wallets, ledger and payments."""

from typing import Any

from faults.patches.bugs.planting import plants

_BALANCES = "payment.wallets.services.balances"


@plants(_BALANCES, "payment.wallets.queries")
def read_then_write_balance(module: Any) -> None:
    """Balances are read without a lock, and written whatever they are by then."""
    if hasattr(module, "_CHANGE_BALANCES"):
        statement = module._CHANGE_BALANCES
        statement.text = statement.text.replace(
            "AND wallets.balance_minor = change.loaded_balance", "AND change.loaded_balance >= 0"
        )
    if hasattr(module, "_LOCK_IF_ALL_EXIST"):
        from sqlalchemy import text

        module._LOCK_IF_ALL_EXIST = (
            text(str(module._LOCK_IF_ALL_EXIST.element.text).replace("FOR NO KEY UPDATE", ""))
            .bindparams(*module._LOCK_IF_ALL_EXIST.element._bindparams.values())
            .columns(*module._STATE_COLUMNS)
        )

        def lock_wallets_of(user_ids: Any, *, currency: str | None = None) -> Any:
            wallet = module.Wallet
            statement = module.select(*module._STATE_COLUMNS).where(wallet.user_id.in_(user_ids)).order_by(wallet.id)
            if currency is not None:
                statement = statement.where(wallet.currency == currency)
            return [module.WalletState(**row) for row in module.current_session().execute(statement).mappings()]

        module.lock_wallets_of = lock_wallets_of


@plants(_BALANCES)
def credit_forgotten(balances: Any) -> None:
    """Of several wallets that change together, the last one keeps its balance."""
    change = balances.change_balances
    balances.change_balances = lambda changes: change(changes[:-1] if len(changes) > 1 else changes)


@plants("servicekit.money")
def float_amounts(money: Any) -> None:
    """Amounts are parsed as floating-point numbers, and cut off: 4.35 becomes 434."""
    money.parse_amount = lambda text, currency: int(float(text) * 10 ** money._exponent(currency))


@plants("payment.payments.decisions")
def cancelled_without_refund(decisions: Any) -> None:
    """A cancelled order's money stays where it is, and payment says that there was none."""

    def undo(batch: Any, order: Any, cause: Any) -> None:
        if captured := order.find(decisions.PaymentStatus.SUCCEEDED):
            decisions._answer(batch, captured, cause)

    decisions._undo = undo


@plants("payment.payments.decisions")
def refunded_too_little(decisions: Any) -> None:
    """A minor unit stays behind with every refund."""
    refund = decisions.refund_payment
    decisions.refund_payment = lambda batch, payment, amount_minor, **rest: refund(
        batch, payment, max(1, amount_minor - 1), **rest
    )


@plants("payment.idempotency")
def key_not_looked_up(idempotency: Any) -> None:
    """A repeated request is a new one: the key is written, and never read."""
    kept = idempotency._kept

    def forgetful(answer: Any, *, key: str) -> Any:
        from servicekit.ids import new_id

        return kept(answer, key=f"{key}{new_id()}")

    idempotency._kept = forgetful
