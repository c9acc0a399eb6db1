"""Products of which few are left, for whoever orders them in."""

from django.db.models import F, QuerySet

from product.catalogue.models import Product


def low_stock(*, at_most: int) -> QuerySet[Product]:
    """What is for sale and of which no more than so many are on hand, with `on_hand`.

    Reads the whole of `stock`, which is narrow: an index on the pieces would make every order more expensive.
    """
    products = Product.objects.filter(is_active=True, retired_at=None, stock__on_hand__lte=at_most)
    complete = products.select_related("category", "stock").prefetch_related("images")
    return complete.defer("search_name", "search_vector").annotate(on_hand=F("stock__on_hand"))
