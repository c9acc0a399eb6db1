"""The catalogue in the back office. Versions, stock movements and rules hold: every change is a use case."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from django.contrib import admin
from django.db.models import Case, IntegerField, QuerySet, Value, When
from django.forms import BaseInlineFormSet, CheckboxInput, Widget
from django.http import HttpRequest, HttpResponse
from django.utils.html import format_html
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from product.backoffice.model_admin import AnyTabularInline, UseCaseAdmin, acting
from product.catalogue import services
from product.catalogue.etags import ProductState
from product.catalogue.forms import MAX_PICTURE_BYTES, CategoryForm, ProductForm, ProductImageForm
from product.catalogue.models import Category, Product, ProductImage
from product.catalogue.queries import CategoryNode, category_tree
from product.catalogue.search import corrected_query, ranked, words_query

_FOUND_AT_MOST = 200
"""Products, the best first."""


@admin.register(Category)
class CategoryAdmin(UseCaseAdmin):
    """The tree, from top to bottom."""

    form = CategoryForm
    list_display = ["in_the_tree", "slug", "position"]
    list_per_page = 500
    sortable_by = ()
    prepopulated_fields = {"slug": ["name"]}

    def get_queryset(self, request: HttpRequest) -> QuerySet[Category]:  # noqa: ARG002
        nodes = list(_from_top_to_bottom(category_tree(), depth=0))
        return Category.objects.annotate(
            place=_number_by_id({category_id: place for place, (category_id, _) in enumerate(nodes)}),
            depth=_number_by_id(dict(nodes)),
        )

    def get_ordering(self, request: HttpRequest) -> Any:
        """Also asked for the choices on other pages, which do not come from `get_queryset`."""
        match = request.resolver_match
        return ["place"] if match and match.url_name == "catalogue_category_changelist" else ["position", "name"]

    @admin.display(description=_("name"))
    def in_the_tree(self, category: Category) -> str:
        depth: int = category.depth  # type: ignore[attr-defined]  # annotated
        return "\N{EM DASH} " * depth + category.name

    def save_model(self, request: HttpRequest, obj: Category, form: CategoryForm, change: bool) -> None:  # noqa: ARG002
        if change:
            services.change_category(category_id=obj.pk, changes=form.columns())
        else:
            obj.pk = services.create_category(**form.cleaned_data).pk

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:  # noqa: ARG002
        return [str(category) for category in objs], {}, set(), []

    def delete_model(self, request: HttpRequest, obj: Category) -> None:  # noqa: ARG002
        services.delete_category(category_id=obj.pk)


class ProductImageFormSet(BaseInlineFormSet):  # type: ignore[type-arg]  # generic in the stubs only
    def get_deletion_widget(self) -> Widget:  # type: ignore[override]  # the stubs know of classes only
        """In the table of pictures the heads of the columns are no labels of the fields."""
        return CheckboxInput(attrs={"aria-label": _("Delete")})


class ProductImageInline(AnyTabularInline):
    model = ProductImage
    form = ProductImageForm
    formset = ProductImageFormSet
    fields = ["preview", "upload", "alt", "position"]
    extra = 1
    readonly_fields = ["preview"]

    @admin.display(description=_("picture"))
    def preview(self, image: ProductImage) -> str:
        if image._state.adding:
            return ""
        return format_html('<img class="preview" src="{}" alt="{}" loading="lazy">', image.file.url, image.alt)


@admin.register(Product)
class ProductAdmin(UseCaseAdmin):
    form = ProductForm
    fieldsets = [
        (None, {"fields": ["name", ("sku", "slug"), "category", "description", ("price", "currency"), "is_active"]}),
        (_("Stock"), {"fields": [("on_hand", "reserved", "sold"), "pieces", "shown_version"]}),
    ]
    readonly_fields = ["on_hand", "reserved", "sold"]
    inlines = [ProductImageInline]
    list_display = ["picture", "name", "sku", "category", "amount", "on_hand", "reserved", "is_active"]
    list_display_links = ["name"]
    list_filter = ["is_active", ("retired_at", admin.EmptyFieldListFilter), "category"]
    ordering = ["-id"]
    sortable_by = ()
    search_fields = ["name"]
    search_help_text = _("Words of name, SKU or description, as in the shop")
    prepopulated_fields = {"slug": ["name"]}

    def get_queryset(self, request: HttpRequest) -> QuerySet[Product]:
        products: QuerySet[Product] = super().get_queryset(request)
        complete = products.select_related("category", "stock").prefetch_related("images")
        return complete.defer("search_name", "search_vector")

    def get_search_results(
        self,
        request: HttpRequest,  # noqa: ARG002
        queryset: QuerySet[Product],
        search_term: str,
    ) -> tuple[QuerySet[Product], bool]:
        """The shop's own search, which forgives slips and does not read a whole catalogue for a common word."""
        if not search_term.strip():
            return queryset, False
        found: list[UUID] = []
        for query in (words_query(search_term), corrected_query(search_term)):
            if query is not None and not found:
                rows = queryset.prefetch_related(None)
                found = ranked(rows, query, search_term, offset=0, limit=_FOUND_AT_MOST)
        places = {product_id: place for place, product_id in enumerate(found)}
        return queryset.filter(pk__in=found).order_by(_number_by_id(places)), False

    # --- what is shown

    @admin.display(description=_("picture"))
    def picture(self, product: Product) -> str:
        image = next(iter(product.images.all()), None)
        return format_html('<img class="thumbnail" src="{}" alt="" loading="lazy">', image.file.url) if image else ""

    @admin.display(description=_("price"))
    def amount(self, product: Product) -> str:
        return f"{product.price} {product.currency}"

    @admin.display(description=_("on hand"))
    def on_hand(self, product: Product) -> int:
        return 0 if product._state.adding else product.stock.on_hand

    @admin.display(description=_("reserved"))
    def reserved(self, product: Product) -> int:
        return 0 if product._state.adding else product.stock.reserved

    @admin.display(description=_("sold"))
    def sold(self, product: Product) -> int:
        return 0 if product._state.adding else product.stock.sold

    # --- what is done

    def add_view(self, *args: Any, **kwargs: Any) -> HttpResponse:
        return super().add_view(*args, **kwargs)

    def change_view(self, *args: Any, **kwargs: Any) -> HttpResponse:
        return super().change_view(*args, **kwargs)

    add_view.max_body_bytes = change_view.max_body_bytes = MAX_PICTURE_BYTES + 65_536  # type: ignore[attr-defined]

    def has_change_permission(self, request: HttpRequest, obj: Product | None = None) -> bool:
        """What was retired stays as it was sold."""
        return super().has_change_permission(request, obj) and (obj is None or obj.retired_at is None)

    def has_delete_permission(self, request: HttpRequest, obj: Product | None = None) -> bool:
        return self.has_change_permission(request, obj)

    def save_model(self, request: HttpRequest, obj: Product, form: ProductForm, change: bool) -> None:
        actor_id = acting(request).user_id
        if not change:
            obj.pk = services.create_product(new=_new_product(form), actor_id=actor_id).pk
            return
        # Only the version counts: the stock is never set here, but moved. That raises the version, too: the same form
        # sent again, by a second click, is out of date.
        seen, columns = ProductState(form.cleaned_data["shown_version"] or 0, on_hand=0), form.columns()
        pieces = form.cleaned_data["pieces"]
        if columns or pieces:
            services.change_product(product_id=obj.pk, actor_id=actor_id, changes=columns, expected=[seen])
        if pieces:
            services.move_stock(product_id=obj.pk, actor_id=actor_id, quantity=pieces)

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:  # noqa: ARG002
        """The pictures. What Django's log asks a saved formset for is left empty."""
        formset.new_objects, formset.changed_objects, formset.deleted_objects = [], [], []
        product_id, removed = form.instance.pk, set(formset.deleted_forms)
        for picture in formset.initial_forms:
            if picture in removed:
                services.delete_image(product_id=product_id, image_id=picture.instance.pk)
            elif columns := picture.columns():
                services.change_image(product_id=product_id, image_id=picture.instance.pk, changes=columns)
        for picture in set(formset.extra_forms) - removed:
            if upload := picture.cleaned_data.get("upload"):
                whole, smaller = upload
                alt = picture.cleaned_data["alt"]
                services.add_image(product_id=product_id, picture=whole, smaller=smaller, alt=alt, position=None)

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:  # noqa: ARG002
        words = gettext("erased; if it was ever ordered, only taken out of the shop and kept for its orders")
        return [f"{product}: {words}" for product in objs], {}, set(), []

    def delete_model(self, request: HttpRequest, obj: Product) -> None:  # noqa: ARG002
        services.delete_product(product_id=obj.pk)


def _new_product(form: ProductForm) -> services.NewProduct:
    values = form.cleaned_data
    own = {name: values[name] for name in ("sku", "name", "slug", "category", "description", "currency", "is_active")}
    return services.NewProduct(**own, price_minor=values["price_minor"], stock=values["pieces"] or 0)


def _from_top_to_bottom(nodes: list[CategoryNode], *, depth: int) -> Iterator[tuple[UUID, int]]:
    for node in nodes:
        yield node.category.pk, depth
        yield from _from_top_to_bottom(node.children, depth=depth + 1)


def _number_by_id(numbers: dict[UUID, int]) -> Case:
    cases = [When(id=category_id, then=Value(number)) for category_id, number in numbers.items()]
    return Case(*cases, default=Value(0), output_field=IntegerField())
