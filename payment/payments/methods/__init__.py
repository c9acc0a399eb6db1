"""Payment methods. One that an outside provider runs is a file that meets `Provider`, and an entry in `_PROVIDERS`."""

from typing import Protocol

from payment.payments.batch import Batch
from payment.payments.methods.provider import Provider, ProviderMethod
from payment.payments.methods.sandbox_card import SandboxCard
from payment.payments.methods.wallet import WalletMethod
from payment.payments.states import PaymentState, RefundState
from servicekit.contracts import Cause

_PROVIDERS: tuple[Provider, ...] = (SandboxCard(),)


class PaymentMethod(Protocol):
    """How money is taken and given back. Decides on loaded values, in the transaction of the question."""

    def take(self, batch: Batch, payment: PaymentState, *, cause: Cause) -> PaymentState:
        """The new payment as it becomes: taken, declined, or pending until somebody outside has answered."""

    def give_back(
        self, batch: Batch, payment: PaymentState, refund: RefundState, *, cause: Cause | None
    ) -> RefundState:
        """The new refund as it becomes: done, or pending."""

    def cancel(self, batch: Batch, payment: PaymentState, *, cause: Cause) -> PaymentState:
        """A pending payment, whose order was closed, as it becomes: voided, or pending until that is sure."""


_METHODS: dict[str, PaymentMethod] = {"wallet": WalletMethod()} | {
    provider.name: ProviderMethod() for provider in _PROVIDERS
}


def offered_methods() -> dict[str, tuple[str, ...]]:
    """The names of the methods for new payments, the usual one first, each with its test tokens."""
    offered = {provider.name: provider.test_tokens for provider in _PROVIDERS if provider.is_offered}
    return {"wallet": (), **offered}


def offered_method(name: str) -> PaymentMethod | None:
    """The method for a new payment; None when there is none of this name, or when it is switched off."""
    provider = next((provider for provider in _PROVIDERS if provider.name == name), None)
    return None if provider is not None and not provider.is_offered else _METHODS.get(name)


def method_of(payment: PaymentState) -> PaymentMethod:
    """The method that the payment was begun with, also when no new one can be by now."""
    assert payment.method
    return _METHODS[payment.method]


def provider_named(name: str) -> Provider:
    return next(provider for provider in _PROVIDERS if provider.name == name)
