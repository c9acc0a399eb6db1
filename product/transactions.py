"""One use case, one transaction: begun, committed and, when PostgreSQL chose it as a victim, repeated as a whole."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from functools import wraps
from typing import ParamSpec, TypeVar

from django.db import IntegrityError, OperationalError, connection, transaction
from psycopg2 import errorcodes
from tenacity import Retrying, retry_if_exception, stop_after_attempt, wait_random_exponential

from servicekit.problems import Problem

Parameters = ParamSpec("Parameters")
Result = TypeVar("Result")

_is_one_fate: ContextVar[bool] = ContextVar("is_one_fate", default=False)

_VICTIM = (errorcodes.SERIALIZATION_FAILURE, errorcodes.DEADLOCK_DETECTED)


def retried_transaction(use_case: Callable[Parameters, Result]) -> Callable[Parameters, Result]:
    """Run the function in a transaction, at most five times. Its decisions are taken anew each time.

    Inside another transaction it takes part in that one, as a savepoint unless `sharing_one_fate`, and leaves
    repeating to it.
    """

    in_transaction = transaction.atomic(use_case)

    @wraps(use_case)
    def run(*args: Parameters.args, **kwargs: Parameters.kwargs) -> Result:
        if connection.in_atomic_block:
            with transaction.atomic(savepoint=not _is_one_fate.get()):
                return use_case(*args, **kwargs)
        try:
            return in_transaction(*args, **kwargs)
        except OperationalError as error:
            if not _is_victim(error):
                raise
        return _repeating(in_transaction, *args, **kwargs)

    return run


@contextmanager
def sharing_one_fate() -> Iterator[None]:
    """Around use cases within a transaction that ends with theirs: nobody catches their failure and goes on.

    Spares them their savepoints, two statements each.
    """
    token = _is_one_fate.set(True)
    try:
        yield
    finally:
        _is_one_fate.reset(token)


@contextmanager
def violations_as(problems: Mapping[str, type[Problem]]) -> Iterator[None]:
    """Around a transaction: tell of a violated constraint by the problem that `problems` has under its name."""
    try:
        yield
    except IntegrityError as error:
        problem = problems.get(getattr(getattr(error.__cause__, "diag", None), "constraint_name", None) or "")
        if problem is None:
            raise
        raise problem() from error


def _is_victim(error: BaseException) -> bool:
    return isinstance(error, OperationalError) and getattr(error.__cause__, "pgcode", None) in _VICTIM


# After the first attempt: nearly all transactions need no other, and are spared the bookkeeping. One for all threads:
# it keeps what it knows of an attempt apart for each.
_repeating = Retrying(
    retry=retry_if_exception(_is_victim),
    stop=stop_after_attempt(4),
    wait=wait_random_exponential(multiplier=0.02, max=0.5),
    reraise=True,
)
