"""Only methods that this installation offers pay for anything."""

import pytest

from payment.settings import Settings
from servicekit.ids import new_id
from servicekit.settings import UnsafeConfiguration
from tests.payment.card_orders import fresh_settings
from tests.payment.factories import deliver, order_placed
from tests.payment.records import count, payments_of


@pytest.mark.parametrize("method", ["sandbox-card", "gold", "gold:bar"])
def test_a_method_that_is_not_offered_is_declined(monkeypatch: pytest.MonkeyPatch, method: str) -> None:
    monkeypatch.setenv("PAYMENT_SANDBOX_CARD", "false")
    order_id = new_id()
    with fresh_settings():
        deliver(order_placed(order_id=order_id, payment_method=method))

    (payment,) = payments_of(order_id)
    assert (payment.status, payment.failure_code) == ("failed", "payment_method_unavailable")
    assert count("provider_calls") == 0


def test_production_refuses_to_start_with_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ENVIRONMENT", "production")

    with pytest.raises(UnsafeConfiguration, match="PAYMENT_SANDBOX_CARD"):
        Settings()
