"""Tables of the catalogue. Prices are integer minor units with their currency."""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import Func, GeneratedField, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from servicekit.ids import new_id
from servicekit.money import format_amount


class Category(models.Model):
    """A node of the category tree; those without a parent are its roots."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    parent = models.ForeignKey("self", models.PROTECT, null=True, related_name="children", verbose_name=_("within"))
    name = models.CharField(_("name"), max_length=100)
    slug = models.SlugField(_("slug"), max_length=100, db_index=False)
    description = models.TextField(_("description"), blank=True, default="")
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    created_at = models.DateTimeField(db_default=Now())
    updated_at = models.DateTimeField(db_default=Now())

    class Meta:
        db_table = "categories"
        verbose_name = _("category")
        verbose_name_plural = _("categories")
        ordering = ["position", "name", "id"]
        constraints = [models.UniqueConstraint(fields=["slug"], name="categories_slug_unique")]

    def __str__(self) -> str:
        return self.name


_FOR_SALE = Q(is_active=True, retired_at=None)


class Product(models.Model):
    """What is for sale. One that was sold is retired when it is deleted: gone from the shop, kept for its orders.

    A size or a colour is a product of its own, with SKU, price and stock, so that carts, orders and stock know one
    kind of thing only. `handle` joins the variants of one thing, `options` tells them apart.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    sku = models.CharField(_("SKU"), max_length=64)
    slug = models.SlugField(_("slug"), max_length=200, db_index=False)
    name = models.CharField(_("name"), max_length=200)
    description = models.TextField(_("description"), blank=True, default="")
    category = models.ForeignKey(
        Category, models.PROTECT, related_name="products", db_index=False, verbose_name=_("category")
    )
    price_minor = models.BigIntegerField()
    currency = models.CharField(_("currency"), max_length=3)
    vendor = models.CharField(max_length=100, blank=True, default="", db_default="")
    tags = ArrayField(models.CharField(max_length=50), default=list, db_default=[])
    handle = models.CharField(max_length=200, blank=True, default="", db_default="")
    """Shared by the variants of one thing; empty for a product without variants."""
    options = models.JSONField(default=list, db_default=[])
    """What tells a variant from its siblings: `[["Size", "M"], ["Colour", "green"]]`."""
    is_active = models.BooleanField(_("for sale"), default=True)
    retired_at = models.DateTimeField(_("retired at"), null=True)
    version = models.PositiveIntegerField(default=1)
    """Rises with every change by staff, not with sales: the ETag of the product."""
    created_at = models.DateTimeField(db_default=Now())
    updated_at = models.DateTimeField(db_default=Now())

    # searchable() and search_document() are made by the first migration: lower case, without accents, stemmed.
    search_name = GeneratedField(
        expression=Func("name", function="searchable"), output_field=models.TextField(), db_persist=True
    )
    search_vector = GeneratedField(
        expression=Func("name", "sku", "description", function="search_document"),
        output_field=SearchVectorField(),
        db_persist=True,
    )

    class Meta:
        db_table = "products"
        verbose_name = _("product")
        verbose_name_plural = _("products")
        constraints = [
            models.CheckConstraint(condition=Q(price_minor__gt=0), name="products_price_positive"),
            models.UniqueConstraint(fields=["sku"], condition=Q(retired_at=None), name="products_sku_unique"),
            models.UniqueConstraint(fields=["slug"], condition=Q(retired_at=None), name="products_slug_unique"),
        ]
        # The lists of the shop hold what is for sale, and each of them is read in the order of one of these.
        indexes = [
            GinIndex(fields=["search_vector"], name="products_full_text"),
            models.Index(OpClass("search_name", "text_pattern_ops"), name="products_by_search_name"),
            models.Index(fields=["price_minor", "id"], name="products_by_price", condition=_FOR_SALE),
            models.Index(fields=["name", "id"], name="products_by_name", condition=_FOR_SALE),
            models.Index(fields=["category", "id"], name="products_by_category"),
            models.Index(
                fields=["category", "price_minor", "id"], name="products_of_category_by_price", condition=_FOR_SALE
            ),
            # With what a price range is about: those outside of it are passed over without looking into the table.
            models.Index(
                fields=["category", "name", "id"],
                include=["price_minor", "currency"],
                name="products_in_category_by_name",
                condition=_FOR_SALE,
            ),
            models.Index(fields=["id"], name="products_hidden", condition=Q(is_active=False, retired_at=None)),
            models.Index(fields=["handle", "id"], name="products_by_handle", condition=~Q(handle="")),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def price(self) -> str:
        """The price as a decimal string ("19.99"), in `currency`."""
        return format_amount(self.price_minor, self.currency)

    @property
    def is_for_sale(self) -> bool:
        """Whether it can be ordered, as far as stock allows."""
        return self.is_active and self.retired_at is None


class SearchWord(models.Model):
    """A word of some product's name. A mistyped word is looked up here: words are few, however many products are.

    Filled by a trigger of the products, see migration 0003. A word stays when its last product goes.
    """

    word = models.CharField(max_length=50, primary_key=True)

    class Meta:
        db_table = "search_words"
        indexes = [GinIndex(fields=["word"], name="search_words_similar", opclasses=["gin_trgm_ops"])]

    def __str__(self) -> str:
        return self.word


class ProductImage(models.Model):
    """A picture of a product. The first by position stands for the product in lists."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    product = models.ForeignKey(Product, models.CASCADE, related_name="images")
    file = models.ImageField(upload_to="products", width_field="width", height_field="height", max_length=200)
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    alt = models.CharField(_("what it shows"), max_length=200, blank=True, default="")
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    class Meta:
        db_table = "product_images"
        verbose_name = _("picture")
        verbose_name_plural = _("pictures")
        ordering = ["position", "id"]

    def __str__(self) -> str:
        return self.alt or str(self.file)


class Stock(models.Model):
    """Where the pieces of a product are: free to be sold, held by unpaid orders, or sold.

    At all times their sum is the sum of the product's stock movements. A row of its own, narrow and without indexes
    on what changes, because every order changes it.
    """

    product = models.OneToOneField(Product, models.CASCADE, primary_key=True, related_name="stock")
    on_hand = models.PositiveIntegerField(default=0)
    reserved = models.PositiveIntegerField(default=0)
    sold = models.PositiveIntegerField(default=0)

    class Meta:
        db_table = "stock"

    def __str__(self) -> str:
        return f"{self.on_hand} on hand, {self.reserved} reserved, {self.sold} sold"


class StockMovement(models.Model):
    """Pieces that came in or left other than by an order: written once, never changed."""

    class Reason(models.TextChoices):
        INITIAL = "initial"
        RESTOCKED = "restocked"
        CORRECTED = "corrected"

    product = models.ForeignKey(Product, models.CASCADE, related_name="stock_movements")
    quantity = models.IntegerField()
    """Pieces; negative when they left."""
    reason = models.CharField(max_length=20, choices=Reason)
    actor_id = models.UUIDField(null=True)
    """The member of staff; null for the demo catalogue."""
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        db_table = "stock_movements"
        constraints = [models.CheckConstraint(condition=~Q(quantity=0), name="stock_movements_quantity_not_zero")]

    def __str__(self) -> str:
        return f"{self.quantity:+d} {self.reason}"


class ProductImport(models.Model):
    """A large file of products that was sent, and how far taking it in has come."""

    class State(models.TextChoices):
        WAITING = "waiting"
        RUNNING = "running"
        COMPLETED = "completed"
        FAILED = "failed"
        """The file could not be taken in to its end. What was before that line is imported."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    state = models.CharField(max_length=20, choices=State, default=State.WAITING)
    actor_id = models.UUIDField()
    content = models.BinaryField()
    """Emptied when the import has ended."""
    charset = models.CharField(max_length=40, blank=True, default="")
    currency = models.CharField(max_length=3)
    lines = models.PositiveIntegerField()
    """Of the file."""
    line = models.PositiveIntegerField(default=0)
    """The last one that was taken in."""
    report = models.JSONField(default=dict)
    detail = models.TextField(blank=True, default="")
    claimed_until = models.DateTimeField(null=True)
    """Whoever works on it renews this. When it is past, that process is gone and another begins again."""
    created_at = models.DateTimeField(db_default=Now())
    finished_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "product_imports"
        verbose_name = _("product import")
        verbose_name_plural = _("product imports")
        indexes = [
            models.Index(fields=["id"], name="product_imports_open", condition=Q(state__in=["waiting", "running"]))
        ]

    def __str__(self) -> str:
        return f"{self.state}, line {self.line} of {self.lines}"
