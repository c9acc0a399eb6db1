"""Files of products, in and out. A large file is taken in by the clock process, and its page follows it."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django import forms
from django.conf import settings
from django.db.models import OuterRef, Subquery
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, StreamingHttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_http_methods, require_safe

from product.backoffice.access import staff_only
from product.backoffice.log import ADDITION, log_act
from product.backoffice.models import StaffMember
from product.catalogue import queries
from product.catalogue.csv.download import products_download
from product.catalogue.csv.reading import UnusableFile
from product.catalogue.models import ProductImport
from product.catalogue.services.csv_import import worst_first
from product.catalogue.services.import_jobs import take_in
from product.remarks import translated
from servicekit.money import CURRENCIES
from servicekit.principal import Principal

_MAX_FILE_BYTES = 33_554_432
_LATEST = 20
_REFRESH_SECONDS = 1
_STATES: Mapping[str, tuple[Promise, str]] = {
    ProductImport.State.WAITING: (_("Waits for its turn"), "wait"),
    ProductImport.State.RUNNING: (_("Is being taken in"), "wait"),
    ProductImport.State.COMPLETED: (_("Done"), "good"),
    ProductImport.State.FAILED: (_("Could not be read to its end"), "bad"),
}
_RESULTS: Mapping[str, Promise] = {
    "created": _("Created"),
    "updated": _("Changed"),
    "unchanged": _("As it was"),
    "ignored": _("Left out"),
    "failed": _("Failed"),
}


class ImportForm(forms.Form):
    file = forms.FileField(
        label=_("CSV file"),
        help_text=_("With the columns that Shopify exports, one row per variant. At most 32 MiB."),
        widget=forms.FileInput(attrs={"accept": ".csv,text/csv"}),
    )
    currency = forms.ChoiceField(
        label=_("Currency"),
        choices=[(code, code) for code in sorted(CURRENCIES)],
        initial=settings.CURRENCY,
        help_text=_("Of prices whose row does not say."),
    )

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file.size > _MAX_FILE_BYTES:
            raise forms.ValidationError(_("The file is too large."))
        return file


@require_http_methods(["GET", "POST"])
@staff_only
def imports(request: HttpRequest, principal: Principal) -> HttpResponse:
    form = ImportForm(request.POST or None, request.FILES or None)
    if form.is_valid():
        file, currency = form.cleaned_data["file"], form.cleaned_data["currency"]
        try:
            job = take_in(content=file.read(), actor_id=principal.user_id, currency=currency, charset=file.charset)
        except UnusableFile as refusal:
            form.add_error("file", f"{translated(refusal.remark).rstrip('.?')}.")
        else:
            log_act(principal, job, gettext_noop("Imported."), flag=ADDITION)
            return HttpResponseRedirect(reverse("backoffice:import", args=[job.pk]))
    sender = StaffMember.objects.filter(id=OuterRef("actor_id")).values("username")
    latest = ProductImport.objects.defer("content", "report").annotate(sender=Subquery(sender)).order_by("-id")
    context = {"form": form, "jobs": [_told(job) for job in latest[:_LATEST]]}
    return render(request, "backoffice/imports.html", context, status=422 if form.errors else 200)


imports.max_body_bytes = _MAX_FILE_BYTES + 65_536  # type: ignore[attr-defined]


@require_safe
@staff_only
def import_progress(request: HttpRequest, principal: Principal, import_id: UUID) -> HttpResponse:  # noqa: ARG001
    """Asks again by itself, as long as there is something to come."""
    job = queries.get_import(import_id)
    is_open = job.state in {ProductImport.State.WAITING, ProductImport.State.RUNNING}
    counts = [(words, count) for result, words in _RESULTS.items() if (count := job.report["counts"][result])]
    context = _told(job) | {
        "counts": counts,
        "rows": [row | {"words": _RESULTS[row["result"]]} for row in sorted(job.report["rows"], key=worst_first)],
        "refresh_seconds": _REFRESH_SECONDS if is_open else None,
    }
    return render(request, "backoffice/import.html", context)


@require_safe
@staff_only
def export(request: HttpRequest, principal: Principal) -> StreamingHttpResponse:  # noqa: ARG001
    return products_download(request)


def _told(job: ProductImport) -> dict[str, Any]:
    words, tone = _STATES[job.state]
    return {"job": job, "state": words, "tone": tone}
