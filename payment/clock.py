"""The clock process: asks providers for what is due, several at once, and forgets what is past its time.

May run more than once at the same time, and be killed at any moment: what it had taken on is due again soon.
"""

from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait

import structlog

from payment.database import DatabaseUnavailable, TransactionConflict
from payment.idempotency_keys import forget_old_keys
from payment.messaging.services import forget_processed_messages
from payment.payments.methods import provider_named
from payment.payments.methods.provider import Declined, Provider, ProviderUnavailable
from payment.payments.models import CallKind
from payment.payments.outcomes import Done, NotDone, Outcome, Unknown
from payment.payments.services import claim_calls, record_outcome
from payment.payments.services.provider_calls import ClaimedCall
from servicekit.worker import Worker

_CALLS_AT_ONCE = 6
"""Below the number of database connections: each needs one to say what came of it."""
_TIDY_EVERY_ROUNDS = 600

_log = structlog.get_logger(__name__)


class Clock:
    """Looks every `interval_seconds`, or at once when a call is done. A slow provider holds up nobody but itself."""

    def __init__(self, worker: Worker, *, interval_seconds: float = 0.5) -> None:
        self._worker = worker
        self._interval_seconds = interval_seconds
        self._calls = ThreadPoolExecutor(_CALLS_AT_ONCE, thread_name_prefix="provider-call")
        self._under_way: set[Future[None]] = set()

    def run(self) -> None:
        """Work until SIGTERM, then wait for the calls that are under way."""
        _log.info("clock.ready")
        rounds, is_untidy = 0, True
        while not self._worker.stopping.is_set():
            self._worker.beat()
            try:
                self._take_on()
                if is_untidy or rounds % _TIDY_EVERY_ROUNDS == 0:
                    is_untidy = tidy()
            except (DatabaseUnavailable, TransactionConflict) as error:
                _log.warning("clock.database_away", error=type(error).__name__)
            rounds += 1
            self._rest()
        self._calls.shutdown()

    def _take_on(self) -> None:
        free = _CALLS_AT_ONCE - len(self._under_way)
        for call in claim_calls(limit=free) if free else ():
            self._under_way.add(self._calls.submit(carry_out, call))

    def _rest(self) -> None:
        """Until a call is done, or the interval is over. SIGTERM is heard after the interval at the latest."""
        if not self._under_way:
            self._worker.stopping.wait(self._interval_seconds)
            return
        done, self._under_way = wait(self._under_way, self._interval_seconds, FIRST_COMPLETED)
        for future in done:
            match future.exception():
                case DatabaseUnavailable() | TransactionConflict() as error:
                    _log.warning("provider_call.outcome_lost", error=type(error).__name__)
                case BaseException() as error:
                    _log.error("provider_call.failed", exc_info=error)


def tidy(*, limit: int = 1000) -> bool:
    """Forget a portion of what is past its time. Returns whether there may be more."""
    return limit in (forget_old_keys(limit=limit), forget_processed_messages(limit=limit))


def carry_out(call: ClaimedCall) -> None:
    """Ask the provider, and record what came of it. Whatever fails here is due again after the lease."""
    record_outcome(call=call, outcome=_ask(provider_named(call.method), call))


def _ask(provider: Provider, call: ClaimedCall) -> Outcome:
    try:
        match call.kind:
            case CallKind.CHARGE:
                return Done(
                    provider.charge(
                        payment_id=call.payment_id,
                        amount_minor=call.amount_minor,
                        currency=call.currency,
                        token=call.token,
                    )
                )
            case CallKind.VOID:
                provider.void(payment_id=call.payment_id)
            case CallKind.REFUND:
                provider.refund(
                    refund_id=call.id,
                    payment_id=call.payment_id,
                    reference=call.reference or "",
                    amount_minor=call.amount_minor,
                    currency=call.currency,
                )
    except Declined as error:
        return NotDone(error.code)
    except ProviderUnavailable:
        return Unknown()
    return Done()
