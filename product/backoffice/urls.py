"""Addresses of the back office's pages, below /backoffice/."""

from django.urls import include, path

from product.backoffice.views import imports, orders, pictures, products, refunds, stock, today

app_name = "backoffice"
urlpatterns = [
    path("", today.today, name="today"),
    path("orders", orders.orders, name="orders"),
    path("orders/<uuid:order_id>/ship", orders.ship, name="ship"),
    path("orders/<uuid:order_id>/deliver", orders.deliver, name="deliver"),
    path("refunds", refunds.refunds, name="refunds"),
    path("refunds/<uuid:order_id>", refunds.refund, name="refund"),
    path("stock", stock.stock, name="stock"),
    path("stock/<uuid:product_id>", stock.count_pieces, name="count-pieces"),
    path("products", products.products, name="products"),
    path("products/new", products.new_product, name="new-product"),
    path("products/export", imports.export, name="export"),
    path("products/<uuid:product_id>", products.product, name="product"),
    path("products/<uuid:product_id>/deletion", products.delete_product, name="delete-product"),
    path("products/<uuid:product_id>/pictures", pictures.add_pictures, name="pictures"),
    path("products/<uuid:product_id>/pictures/<uuid:image_id>", pictures.change_picture, name="picture"),
    path("import", imports.imports, name="imports"),
    path("import/<uuid:import_id>", imports.import_progress, name="import"),
    path("operations", include("product.backoffice.operations.urls")),
]
