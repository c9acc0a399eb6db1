"""Every address of the service. The pages have theirs in `storefront/urls.py` and `backoffice/urls.py`."""

from django.contrib import admin
from django.urls import include, path, re_path
from django.views.generic import RedirectView

from product.cart import api as cart
from product.catalogue import api as catalogue
from product.catalogue.media import product_image
from product.documentation import DocsView, OpenApiView
from product.health import HealthcheckView, HealthView, MetricsView
from product.home import home
from product.messaging import api as messaging
from product.orders import api as orders
from product.webhooks import api as webhooks

admin.autodiscover()

_api = [
    path("products", catalogue.ProductListView.as_view(), name="products"),
    path("products/import", catalogue.ProductImportView.as_view(), name="import-products"),
    path("products/imports/<uuid:import_id>", catalogue.ProductImportJobView.as_view(), name="product-import"),
    path("products/export", catalogue.ProductExportView.as_view(), name="export-products"),
    path("products/suggest", catalogue.ProductSuggestionsView.as_view(), name="product-suggestions"),
    path("products/<slug:id_or_slug>", catalogue.ProductView.as_view(), name="product"),
    path("products/<slug:id_or_slug>/related", catalogue.RelatedProductsView.as_view(), name="related-products"),
    path(
        "products/<slug:id_or_slug>/stock-movements", catalogue.StockMovementListView.as_view(), name="stock-movements"
    ),
    path("products/<slug:id_or_slug>/images", catalogue.ProductImageListView.as_view()),
    path("products/<slug:id_or_slug>/images/<uuid:image_id>", catalogue.ProductImageView.as_view()),
    path("categories", catalogue.CategoryListView.as_view(), name="categories"),
    path("categories/<slug:id_or_slug>", catalogue.CategoryView.as_view(), name="category"),
    path("cart", cart.CartView.as_view(), name="cart"),
    path("cart/items/<uuid:product_id>", cart.CartItemView.as_view(), name="cart-item"),
    path("orders", orders.OrderListView.as_view(), name="orders"),
    path("orders/<uuid:order_id>", orders.OrderView.as_view(), name="order"),
    path("orders/<uuid:order_id>/events", orders.OrderTimelineView.as_view(), name="order-events"),
    path("orders/<uuid:order_id>/cancel", orders.OrderCancelView.as_view(), name="order-cancel"),
    path("orders/<uuid:order_id>/pay", orders.OrderPayView.as_view(), name="order-pay"),
    path("orders/<uuid:order_id>/ship", orders.OrderShipView.as_view(), name="order-ship"),
    path("orders/<uuid:order_id>/deliver", orders.OrderDeliverView.as_view(), name="order-deliver"),
    path("webhooks", webhooks.WebhookListView.as_view(), name="webhooks"),
    path("webhooks/<uuid:webhook_id>", webhooks.WebhookView.as_view(), name="webhook"),
    path("webhooks/<uuid:webhook_id>/deliveries", webhooks.DeliveryListView.as_view(), name="webhook-deliveries"),
    path(
        "webhooks/<uuid:webhook_id>/deliveries/<uuid:delivery_id>/redeliver",
        webhooks.RedeliverView.as_view(),
        name="webhook-redeliver",
    ),
    path("webhooks/<uuid:webhook_id>/rotate-secret", webhooks.WebhookSecretView.as_view(), name="webhook-secret"),
    path("webhooks/<uuid:webhook_id>/test", webhooks.WebhookTestView.as_view(), name="webhook-test"),
    path("operations/outbox", messaging.OutboxView.as_view(), name="outbox"),
    path("operations/outbox/retry", messaging.OutboxRetryView.as_view(), name="outbox-retry"),
    path("operations/parked", messaging.ParkedListView.as_view(), name="parked"),
    path("operations/parked/replay", messaging.ParkedReplayAllView.as_view(), name="parked-replay-all"),
    path("operations/parked/<uuid:parked_id>", messaging.ParkedView.as_view(), name="parked-message"),
    path("operations/parked/<uuid:parked_id>/replay", messaging.ParkedReplayView.as_view(), name="parked-replay"),
]

urlpatterns = [
    path("", home),
    path("healthcheck", HealthcheckView.as_view()),
    path("health", HealthView.as_view()),
    path("metrics", MetricsView.as_view()),
    path("docs", DocsView.as_view()),
    path("openapi.json", OpenApiView.as_view(), name="openapi"),
    path("api/v1/", include(_api)),
    re_path(r"^media/products/(?P<name>[0-9a-f]{64}(?:-[0-9]{3})?\.webp)$", product_image, name="product-image"),
    path("admin", RedirectView.as_view(pattern_name="admin:index")),
    path("admin/", admin.site.urls),
    path("backoffice", RedirectView.as_view(pattern_name="backoffice:today")),
    path("backoffice/", include("product.backoffice.urls")),
    path("", include("product.storefront.urls")),
]

handler400 = "product.errors.bad_request"
handler403 = "product.errors.forbidden"
handler404 = "product.errors.not_found"
handler500 = "product.errors.internal_error"
