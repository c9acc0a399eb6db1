"""Files of products in the back office: in, with a page that tells what became of each row, and out."""

from typing import Any, get_args

from django.contrib import admin
from django.db.models import OuterRef, QuerySet, Subquery
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.views.decorators.http import require_http_methods, require_safe

from product.backoffice.model_admin import ReadOnly, UseCaseAdmin, acting, told
from product.backoffice.models import StaffMember
from product.catalogue.csv.download import products_download
from product.catalogue.forms import MAX_FILE_BYTES, ImportForm
from product.catalogue.models import ProductImport
from product.catalogue.services.csv_import import Result, worst_first
from product.catalogue.services.import_jobs import take_in
from servicekit.problems import Problem

_RELOAD_SECONDS = 2


class ProductFilesAdmin(UseCaseAdmin):
    """The two pages behind the buttons of the products' list."""

    def get_urls(self) -> list[URLPattern]:
        import_view = self.admin_site.admin_view(require_http_methods(["GET", "POST"])(self.import_view))
        import_view.max_body_bytes = MAX_FILE_BYTES + 65_536  # type: ignore[attr-defined]
        export_view = self.admin_site.admin_view(require_safe(self.export_view))
        return [
            path("import/", import_view, name="catalogue_product_import"),
            path("export/", export_view, name="catalogue_product_export"),
            *super().get_urls(),
        ]

    def import_view(self, request: HttpRequest) -> HttpResponse:
        form = ImportForm(request.POST or None, request.FILES or None)
        if form.is_valid():
            try:
                imported = _take_in(request, form)
            except Problem as problem:
                form.add_error("file", told(problem))
            else:
                self.log_addition(request, imported, [{"added": {}}])
                return HttpResponseRedirect(reverse("admin:catalogue_productimport_change", args=[imported.pk]))
        context = {"title": "Import products", "opts": self.opts, "form": form}
        page = "admin/catalogue/product/import.html"
        return TemplateResponse(request, page, self.admin_site.each_context(request) | context)

    def export_view(self, request: HttpRequest) -> HttpResponseBase:
        return products_download(request)


@admin.register(ProductImport)
class ProductImportAdmin(ReadOnly, UseCaseAdmin):
    """Files of the last month. The page of one that is still being taken in reloads itself."""

    ordering = ["-id"]
    list_display = ["created_at", "sent_by", "state", "progress", "outcome"]
    list_filter = ["state"]
    sortable_by = ()
    fields = ["state", "detail", "progress", "outcome", "sent_by", "created_at", "finished_at"]
    readonly_fields = ["progress", "outcome", "sent_by"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[ProductImport]:
        sender = StaffMember.objects.filter(id=OuterRef("actor_id")).values("username")
        imports: QuerySet[ProductImport] = super().get_queryset(request)
        return imports.defer("content").annotate(sender=Subquery(sender))

    @admin.display
    def sent_by(self, job: ProductImport) -> str:
        name: str | None = job.sender  # type: ignore[attr-defined]  # annotated
        return name or str(job.actor_id)

    @admin.display(description="lines")
    def progress(self, job: ProductImport) -> str:
        return f"{job.line:,} of {job.lines:,}"

    @admin.display(description="rows")
    def outcome(self, job: ProductImport) -> str:
        counts = [(job.report["counts"][result], result) for result in get_args(Result)]
        return ", ".join(f"{count:,} {result}" for count, result in counts if count) or "none yet"

    def render_change_form(self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any) -> Any:
        job: ProductImport = kwargs["obj"]
        context["rows"] = sorted(job.report["rows"], key=worst_first)
        if job.state in {ProductImport.State.WAITING, ProductImport.State.RUNNING}:
            context["reload_seconds"] = _RELOAD_SECONDS
        return super().render_change_form(request, context, *args, **kwargs)


def _take_in(request: HttpRequest, form: ImportForm) -> ProductImport:
    file, currency = form.cleaned_data["file"], form.cleaned_data["currency"]
    return take_in(content=file.read(), actor_id=acting(request).user_id, currency=currency, charset=file.charset)
