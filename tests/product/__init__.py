"""Django wants its settings before the first model is imported; this package is imported before any of its tests.

Where the database is, conftest.py tells when a test asks for it.
"""

import os

import django

os.environ |= {
    "DJANGO_SETTINGS_MODULE": "product.settings",
    "PRODUCT_SECRET_KEY": "not a secret, and of no use outside of these tests",
    "PRODUCT_ALLOWED_HOSTS": "testserver,127.0.0.1",
    "PRODUCT_DATABASE_URL": "postgresql://nobody@127.0.0.1:1/product",
    "PRODUCT_DATABASE_OWNER_URL": "postgresql://nobody@127.0.0.1:1/product",
    "PRODUCT_AUTH_URL": "http://127.0.0.1:1",
    "PRODUCT_PAYMENT_URL": "http://127.0.0.1:1",
    "PRODUCT_MEDIA_DIR": "/nonexistent",
}
os.environ.setdefault("ENVIRONMENT", "test")
django.setup()
