"""What a batch of questions was loaded with, and what has become of it so far. Decides, reads and writes nothing."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from payment.ledger.services import Movement
from payment.payments.states import OrderState, PaymentState, RefundState
from payment.wallets.states import WalletState
from servicekit.contracts import CloudEvent


class Batch:
    """Orders, wallets and refunds as they stand after the questions answered so far, and the list of what to save."""

    def __init__(
        self, *, orders: Iterable[OrderState], wallets: Iterable[WalletState], refunds: Iterable[RefundState]
    ) -> None:
        self.orders = {order.id: order for order in orders}
        self.wallets = {(wallet.user_id, wallet.currency): wallet for wallet in wallets}
        self.refunds = {refund.payment_id: refund for refund in refunds}
        self._loaded_payments = {payment.id: payment for payment in self._payments()}
        self._loaded_wallets = dict(self.wallets)
        self.closed_orders: set[UUID] = set()
        self.new_refunds: list[RefundState] = []
        self.movements: list[Movement] = []
        self.events: list[CloudEvent[Any]] = []

    def put_payment(self, payment: PaymentState) -> None:
        self.orders[payment.order_id].payments[payment.attempt] = payment

    def put_wallet(self, wallet: WalletState) -> None:
        self.wallets[wallet.user_id, wallet.currency] = wallet

    def add_refund(self, refund: RefundState) -> None:
        self.refunds[refund.payment_id] = refund
        self.new_refunds.append(refund)

    def close(self, order: OrderState) -> None:
        if not order.is_closed:
            order.is_closed = True
            self.closed_orders.add(order.id)

    @property
    def new_payments(self) -> list[PaymentState]:
        return [payment for payment in self._payments() if payment.id not in self._loaded_payments]

    @property
    def changed_payments(self) -> list[tuple[PaymentState, PaymentState]]:
        """As loaded, and as they are now."""
        pairs = [(self._loaded_payments.get(payment.id), payment) for payment in self._payments()]
        return [(before, after) for before, after in pairs if before is not None and before != after]

    @property
    def changed_wallets(self) -> list[tuple[WalletState, WalletState]]:
        """As loaded, and as they are now."""
        pairs = [(self._loaded_wallets[key], wallet) for key, wallet in self.wallets.items()]
        return [(before, after) for before, after in pairs if before != after]

    def _payments(self) -> list[PaymentState]:
        return [payment for order in self.orders.values() for payment in order.payments.values()]
