"""JSON endpoints of the catalogue: anyone reads, staff writes."""

from product.catalogue.api.categories import CategoryListView, CategoryView
from product.catalogue.api.csv import ProductExportView, ProductImportJobView, ProductImportView
from product.catalogue.api.images import ProductImageListView, ProductImageView
from product.catalogue.api.products import (
    ProductListView,
    ProductSuggestionsView,
    ProductView,
    RelatedProductsView,
)
from product.catalogue.api.stock import StockMovementListView

__all__ = [
    "CategoryListView",
    "CategoryView",
    "ProductExportView",
    "ProductImageListView",
    "ProductImageView",
    "ProductImportJobView",
    "ProductImportView",
    "ProductListView",
    "ProductSuggestionsView",
    "ProductView",
    "RelatedProductsView",
    "StockMovementListView",
]
