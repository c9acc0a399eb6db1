"""What a batch of questions was loaded with, and what has become of it so far. Decides, reads and writes nothing."""

from collections.abc import Hashable, Iterable
from typing import Any, Generic, TypeVar
from uuid import UUID

from payment.ledger.services import Movement
from payment.payments.models import CallKind, RefundStatus
from payment.payments.states import CallState, OrderState, PaymentState, RefundState
from payment.wallets.states import WalletState
from servicekit.contracts import Cause, CloudEvent

KeyT = TypeVar("KeyT", bound=Hashable)
StateT = TypeVar("StateT")


class Changes(Generic[KeyT, StateT]):
    """States by their key, as loaded and as they are now."""

    def __init__(self, loaded: dict[KeyT, StateT]) -> None:
        self._loaded = loaded
        self._now = dict(loaded)

    def put(self, key: KeyT, state: StateT) -> None:
        self._now[key] = state

    def get(self, key: KeyT) -> StateT | None:
        return self._now.get(key)

    def all(self) -> list[StateT]:
        return list(self._now.values())

    @property
    def new(self) -> list[StateT]:
        return [state for key, state in self._now.items() if key not in self._loaded]

    @property
    def changed(self) -> list[tuple[StateT, StateT]]:
        """As loaded, and as they are now."""
        pairs = [(self._loaded[key], state) for key, state in self._now.items() if key in self._loaded]
        return [(before, after) for before, after in pairs if before != after]


class Batch:
    """Orders, wallets and refunds as they stand after the questions answered so far, and the list of what to save."""

    def __init__(
        self,
        *,
        orders: Iterable[OrderState],
        wallets: Iterable[WalletState] = (),
        refunds: Iterable[RefundState] = (),
        calls: Iterable[CallState] = (),
    ) -> None:
        self.orders = {order.id: order for order in orders}
        self.payments = Changes({payment.id: payment for payment in self._loaded_payments()})
        self.wallets = Changes({(wallet.user_id, wallet.currency): wallet for wallet in wallets})
        self.refunds = Changes({refund.id: refund for refund in refunds})
        self.calls = Changes({call.id: call for call in calls})
        self.closed_orders: set[UUID] = set()
        self.movements: list[Movement] = []
        self.events: list[CloudEvent[Any]] = []

    def payment(self, payment_id: UUID) -> PaymentState:
        """One that was loaded or put."""
        payment = self.payments.get(payment_id)
        assert payment
        return payment

    def put_payment(self, payment: PaymentState) -> None:
        self.orders[payment.order_id].payments[payment.attempt] = payment
        self.payments.put(payment.id, payment)

    def put_refund(self, refund: RefundState) -> None:
        self.refunds.put(refund.id, refund)

    def refunds_of(self, payment: PaymentState) -> list[RefundState]:
        """The oldest first."""
        return sorted((r for r in self.refunds.all() if r.payment_id == payment.id), key=lambda refund: refund.id)

    def total_refunded(self, payment: PaymentState) -> int:
        """What has really gone back by now, in minor units."""
        done = [refund for refund in self.refunds_of(payment) if refund.status == RefundStatus.SUCCEEDED]
        return sum(refund.amount_minor for refund in done)

    def put_wallet(self, wallet: WalletState) -> None:
        self.wallets.put((wallet.user_id, wallet.currency), wallet)

    def ask_provider(self, kind: CallKind, id_: UUID, payment: PaymentState, *, cause: Cause | None) -> None:
        """Write down that the method's provider is to be asked. `id_` is the payment's or the refund's."""
        known = (None, None) if cause is None else (cause.event_id, cause.traceparent)
        call = CallState(id=id_, payment_id=payment.id, kind=kind, cause_id=known[0], traceparent=known[1])
        self.calls.put(id_, call)

    def close(self, order: OrderState) -> None:
        if not order.is_closed:
            order.is_closed = True
            self.closed_orders.add(order.id)

    def _loaded_payments(self) -> list[PaymentState]:
        return [payment for order in self.orders.values() for payment in order.payments.values()]
