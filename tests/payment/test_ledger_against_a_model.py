"""Whatever happens to wallets and cards, in whatever order: our books are those that a dozen lines of Python keep."""

from typing import Any
from uuid import UUID

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, invariant, rule
from sqlalchemy import select

from payment.database import transaction
from payment.ledger.models import AccountKind
from payment.payments.errors import PaymentNotCaptured, RefundExceedsPayment
from payment.payments.services import refund_captured
from payment.wallets.models import Wallet
from servicekit.ids import new_id
from tests.payment.factories import ask_providers, deliver, order_cancelled, order_placed
from tests.payment.records import account_balance, ledger_is_consistent, payments_of

START = 100_000
USERS = 2


class Shop(RuleBasedStateMachine):
    orders = Bundle("orders")

    def __init__(self) -> None:
        super().__init__()
        self.users = [new_id() for _ in range(USERS)]
        self.balances = dict.fromkeys(self.users, START)
        self.card_minor = 0
        """What cards were charged, less what went back to them."""
        self.placed: dict[UUID, dict[str, Any]] = {}
        self.sales_before = account_balance(AccountKind.SALES)
        self.cards_before = account_balance(AccountKind.CARD_CLEARING)

    @rule(target=orders, user=st.integers(0, USERS - 1), cents=st.integers(0, 70_000), by_card=st.booleans())
    def place(self, user: int, cents: int, by_card: bool) -> UUID:
        order_id, user_id = new_id(), self.users[user]
        method = "sandbox-card" if by_card else "wallet"
        total = f"{cents // 100}.{cents % 100:02}"
        deliver(order_placed(order_id=order_id, user_id=user_id, total=total, payment_method=method))
        ask_providers()
        left = 0
        if by_card:
            self.card_minor += cents
            left = cents
        elif self.balances[user_id] >= cents:
            self.balances[user_id] -= cents
            left = cents
        self.placed[order_id] = {"user": user_id, "left": left, "by_card": by_card}
        return order_id

    @rule(order_id=orders, cents=st.integers(1, 70_000))
    def refund(self, order_id: UUID, cents: int) -> None:
        payment = payments_of(order_id)[-1]
        amount = f"{cents // 100}.{cents % 100:02}"
        try:
            refund_captured(payment_id=payment.id, amount=amount, requested_by=new_id())
        except (RefundExceedsPayment, PaymentNotCaptured):
            assert cents > self.placed[order_id]["left"]
        else:
            self._give_back(order_id, cents)
        ask_providers()

    @rule(order_id=orders)
    def cancel(self, order_id: UUID) -> None:
        deliver(order_cancelled(order_id))
        ask_providers()
        self._give_back(order_id, self.placed[order_id]["left"])

    def _give_back(self, order_id: UUID, cents: int) -> None:
        order = self.placed[order_id]
        assert cents <= order["left"]
        order["left"] -= cents
        if order["by_card"]:
            self.card_minor -= cents
        else:
            self.balances[order["user"]] += cents

    @invariant()
    def wallets_hold_what_the_model_says(self) -> None:
        with transaction() as session:
            wallets = session.scalars(select(Wallet).where(Wallet.user_id.in_(self.users))).all()
        assert {w.user_id: w.balance_minor for w in wallets}.items() <= self.balances.items()

    @invariant()
    def our_own_accounts_too(self) -> None:
        charged = sum(order["left"] for order in self.placed.values())
        assert account_balance(AccountKind.SALES) - self.sales_before == charged
        assert account_balance(AccountKind.CARD_CLEARING) - self.cards_before == -self.card_minor

    @invariant()
    def the_ledger_is_consistent(self) -> None:
        assert ledger_is_consistent()


TestShop = Shop.TestCase
TestShop.settings = settings(
    max_examples=6,
    stateful_step_count=10,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
