"""Files of products: small ones are taken in at once, large ones are stored for the clock process.

Whatever is interrupted of a large one begins again. That is harmless, because what a row says already holds when it is
met a second time; only the report then calls `unchanged` what was created before the interruption.
"""

from collections.abc import Callable
from dataclasses import asdict
from datetime import timedelta
from io import BytesIO
from uuid import UUID

import structlog
from django.db import InterfaceError, OperationalError
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_noop as _

from product.catalogue.csv.reading import UnusableFile
from product.catalogue.models import ProductImport
from product.catalogue.services.csv_import import ImportReport, import_products
from product.remarks import Remark, in_english
from product.transactions import retried_transaction
from servicekit.patience import waiting_at_most

_AT_ONCE_BYTES = 1_048_576
_AT_ONCE_LINES = 1000
_AT_ONCE_SECONDS = 8
_CLAIM = timedelta(seconds=60)
_KEPT_ROWS = 1000
_KEPT_IMPORTS = timedelta(days=30)

_log = structlog.get_logger(__name__)


def take_in(*, content: bytes, actor_id: UUID, currency: str, charset: str | None) -> ProductImport:
    """At once when nobody needs to wait long for it, and later otherwise. Raises `UnusableFile`."""
    if is_large(content):
        return queue_import(content=content, actor_id=actor_id, currency=currency, charset=charset)
    report = import_at_once(content=content, actor_id=actor_id, currency=currency, charset=charset)
    return keep_report(report=report, content=content, actor_id=actor_id, currency=currency)


def is_large(content: bytes) -> bool:
    """Whether nobody should wait while the file is taken in."""
    return len(content) > _AT_ONCE_BYTES or content.count(b"\n") > _AT_ONCE_LINES


def import_at_once(*, content: bytes, actor_id: UUID, currency: str, charset: str | None) -> ImportReport:
    """Take in a small file, which must be done within seconds. Raises `UnusableFile`."""
    report = ImportReport()
    with waiting_at_most(_AT_ONCE_SECONDS):
        for _line in import_products(
            BytesIO(content), actor_id=actor_id, currency=currency, charset=charset, report=report
        ):
            pass
    return report


@retried_transaction
def keep_report(*, report: ImportReport, content: bytes, actor_id: UUID, currency: str) -> ProductImport:
    """Keep what became of a file that was taken in at once, beside the reports of large ones."""
    lines = _lines(content)
    return ProductImport.objects.create(
        state=ProductImport.State.COMPLETED,
        actor_id=actor_id,
        currency=currency,
        lines=lines,
        line=lines,
        report=asdict(report),
        finished_at=Now(),
    )


@retried_transaction
def queue_import(*, content: bytes, actor_id: UUID, currency: str, charset: str | None) -> ProductImport:
    """Keep the file until its turn has come."""
    return ProductImport.objects.create(
        content=content,
        actor_id=actor_id,
        currency=currency,
        charset=charset or "",
        lines=_lines(content),
        report=asdict(ImportReport()),
    )


def run_next_import(*, is_stopping: Callable[[], bool]) -> bool:
    """Take in the oldest waiting file, if there is one; whether there was. Told to stop, it leaves it to the next.

    Raises `OperationalError` or `InterfaceError` when the database is away: the file is begun again once the claim on
    it has run out. Any other failure would come again each time, and ends the import.
    """
    job = _claim_import()
    if job is None:
        return False
    report = ImportReport(keep=_KEPT_ROWS)
    try:
        _take_in(job, report, is_stopping)
    except UnusableFile as error:
        _fail(job, report, error.remark)
    except (OperationalError, InterfaceError):
        raise
    except Exception:  # noqa: BLE001  (whatever it is)
        _log.exception("import.failed", import_id=str(job.pk))
        _fail(job, report, Remark(words=_("The rows after this line met a fault of ours")))
    return True


@retried_transaction
def forget_old_imports(*, limit: int = 100) -> int:
    """Delete reports that are a month old. Returns how many."""
    old = ProductImport.objects.filter(finished_at__lt=Now() - _KEPT_IMPORTS).values("pk")[:limit]
    return ProductImport.objects.filter(pk__in=old).delete()[0]


def _lines(content: bytes) -> int:
    return content.count(b"\n") + 1


@retried_transaction
def _claim_import() -> ProductImport | None:
    State = ProductImport.State  # noqa: N806
    free = Q(claimed_until=None) | Q(claimed_until__lt=Now())
    waiting = ProductImport.objects.filter(free, state__in=[State.WAITING, State.RUNNING]).order_by("id")
    job = waiting.select_for_update(skip_locked=True).first()
    if job is not None:
        _record(job, state=State.RUNNING, claimed_until=Now() + _CLAIM)
    return job


def _take_in(job: ProductImport, report: ImportReport, is_stopping: Callable[[], bool]) -> None:
    for line in import_products(
        BytesIO(job.content),
        actor_id=job.actor_id,
        currency=job.currency,
        charset=job.charset or None,
        report=report,
    ):
        _record(job, line=line, report=asdict(report), claimed_until=Now() + _CLAIM)
        if is_stopping():
            _record(job, state=ProductImport.State.WAITING, claimed_until=None)
            return
    _finish(job, report, ProductImport.State.COMPLETED, line=F("lines"))


def _fail(job: ProductImport, report: ImportReport, reason: Remark) -> None:
    report.end = reason
    _finish(job, report, ProductImport.State.FAILED, detail=in_english(reason))


def _finish(job: ProductImport, report: ImportReport, state: ProductImport.State, **values: object) -> None:
    _record(job, state=state, report=asdict(report), finished_at=Now(), claimed_until=None, content=b"", **values)


def _record(job: ProductImport, **values: object) -> None:
    ProductImport.objects.filter(pk=job.pk).update(**values)
