"""Django's settings, derived from the environment (`product/environment.py`). Read once, at start."""

from pathlib import Path
from typing import Any

from django.utils.translation import gettext_lazy as _
from pydantic import PostgresDsn

from product import VERSION
from product.environment import Settings
from servicekit.http import MAX_BODY_BYTES
from servicekit.money import CURRENCIES
from servicekit.settings import POSTGRES_CONNECT, load_settings

ENVIRONMENT = load_settings(Settings)
FOLDER = Path(__file__).resolve().parent

DEBUG = False
SECRET_KEY = ENVIRONMENT.secret_key.get_secret_value()
ALLOWED_HOSTS = ENVIRONMENT.host_names

INSTALLED_APPS = [
    "product",
    "product.catalogue",
    "product.cart",
    "product.orders",
    "product.messaging",
    "product.revocations",
    "product.webhooks",
    "product.storefront",
    "django.contrib.auth",
    "product.backoffice.apps.BackOfficeConfig",
    "product.backoffice.apps.BackOfficeAdminConfig",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django_htmx",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
]

# Whoever works on the pages sees every change at once; all others get files that browsers keep.
IS_EDITED = ENVIRONMENT.environment == "development"
_STATIC_FILES = "product.static_files.StaticFilesMiddleware"
if IS_EDITED:
    _STATIC_FILES = "whitenoise.middleware.WhiteNoiseMiddleware"

MIDDLEWARE = [
    "product.middleware.ObservationMiddleware",
    "product.visitors.VisitorMiddleware",
    # Outside of what answers by itself, so that its answers have the headers, too.
    "django.middleware.security.SecurityMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "product.storefront.middleware.BrowserPolicyMiddleware",
    "product.storefront.middleware.PageCompressionMiddleware",
    "product.middleware.ProblemMiddleware",
    "product.storefront.display.DisplayMiddleware",
    _STATIC_FILES,
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "product.backoffice.authentication.StaffMemberMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
]

ROOT_URLCONF = "product.urls"
WSGI_APPLICATION = "product.wsgi.application"
APPEND_SLASH = False

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "product.storefront.context_processors.shopper",
                "product.storefront.context_processors.account_menu",
                "product.storefront.context_processors.cart_count",
            ]
        },
    }
]


def _database(engine: str, url: PostgresDsn, options: dict[str, Any]) -> dict[str, Any]:
    host = url.hosts()[0]
    return {
        "ENGINE": engine,
        "NAME": (url.path or "").removeprefix("/"),
        "USER": host["username"],
        "PASSWORD": host["password"],
        "HOST": host["host"],
        "PORT": host["port"],
        "OPTIONS": options,
    }


_LIMITS = POSTGRES_CONNECT | {
    "pool_size": ENVIRONMENT.database_connections,
    # Words that share a fifth of their trigrams are looked at when one is mistyped; `search.py` decides more exactly.
    # Nothing here runs long enough to be worth compiling. A page that is not next to the last one costs hardly more:
    # what is asked for often is in memory. And a scan that may begin anywhere, as PostgreSQL lets those of large
    # tables, would make the second page of a search another list than the first. The pages of a search lie all over
    # the table, and are asked for several at a time. What is prepared (`postgresql/prepared.py`) looks for a few rows
    # by their keys: PostgreSQL is not to think again each time how few.
    "options": f"{POSTGRES_CONNECT['options']} -c pg_trgm.similarity_threshold=0.2"
    " -c jit=off -c random_page_cost=1.1 -c effective_io_concurrency=16 -c synchronize_seqscans=off"
    " -c plan_cache_mode=force_generic_plan",
}
DATABASES = {"default": _database("product.postgresql", ENVIRONMENT.database_url, _LIMITS)}
if ENVIRONMENT.database_owner_url is not None:
    # Migrations only: the application's role cannot change the schema.
    DATABASES["owner"] = _database(
        "django.db.backends.postgresql", ENVIRONMENT.database_owner_url, {"connect_timeout": 3}
    )
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English")), ("ru", _("Russian"))]
LANGUAGE_COOKIE_NAME = "language"
USE_I18N = True
TIME_ZONE = "UTC"
USE_TZ = True

STATIC_URL = "/static/"
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = IS_EDITED
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if IS_EDITED
        else "product.static_files.ContentNamedStorage"
    },
}
MEDIA_URL = "/media/"
MEDIA_ROOT = ENVIRONMENT.media_dir

SESSION_ENGINE = "django.contrib.sessions.backends.db"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = ENVIRONMENT.behind_tls
CSRF_COOKIE_HTTPONLY = True
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if ENVIRONMENT.behind_tls else None
SECURE_HSTS_SECONDS = 31_536_000 if ENVIRONMENT.behind_tls else 0
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
DATA_UPLOAD_MAX_MEMORY_SIZE = MAX_BODY_BYTES

# Accounts are auth's. Django's user is their shadow in the admin's log, and has no password.
AUTH_USER_MODEL = "backoffice.StaffMember"
AUTHENTICATION_BACKENDS = ["product.backoffice.authentication.StorefrontBackend"]

CURRENCY = ENVIRONMENT.currency
AUTH_URL = str(ENVIRONMENT.auth_url).rstrip("/")
PAYMENT_URL = str(ENVIRONMENT.payment_url).rstrip("/")
BROKER_MONITOR_URL = str(ENVIRONMENT.broker_monitor_url).rstrip("/") if ENVIRONMENT.broker_monitor_url else None

CSRF_FAILURE_VIEW = "product.storefront.views.errors.csrf_failure"

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["product.authentication.BearerAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["product.authentication.SignedIn"],
    "DEFAULT_PARSER_CLASSES": ["product.parsers.JSONParser"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_CONTENT_NEGOTIATION_CLASS": "product.negotiation.JsonAlways",
    "DEFAULT_METADATA_CLASS": None,
    "DEFAULT_SCHEMA_CLASS": "product.openapi.Schema",
    "EXCEPTION_HANDLER": "product.errors.exception_handler",
    "UNAUTHENTICATED_USER": None,
    "TEST_REQUEST_DEFAULT_FORMAT": "json",
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Product",
    "DESCRIPTION": "Catalogue, stock and orders of the shop.",
    "VERSION": VERSION,
    "OAS_VERSION": "3.1.0",
    "SCHEMA_PATH_PREFIX": r"/api/v1",
    "SERVE_INCLUDE_SCHEMA": False,
    "ENFORCE_NON_BLANK_FIELDS": True,
    "ENUM_NAME_OVERRIDES": {"CurrencyEnum": sorted(CURRENCIES)},
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "POSTPROCESSING_HOOKS": ["drf_spectacular.hooks.postprocess_schema_enums", "product.openapi.add_problems"],
}

LOGGING_CONFIG = None  # servicekit.logging speaks for every library
