"""The web application: settings in, a Flask app out."""

from apiflask import APIFlask

from payment import VERSION, health
from payment.authentication import VERIFIER
from payment.documentation import STATIC_FILES, install_documentation
from payment.errors import install_error_handlers
from payment.ledger import api as ledger
from payment.messaging import api as operations
from payment.observation import install_observation
from payment.payments import api as payments
from payment.payments.methods import api as payment_methods
from payment.reconciliation import api as reconciliation
from payment.request_bodies import StrictRequest
from payment.revocations.memory import revoked_sessions
from payment.settings import Settings
from payment.statements import api as statements
from payment.transfers import api as transfers
from payment.wallets import api as wallets
from servicekit.http import MAX_BODY_BYTES
from servicekit.tokens import JwksCache, TokenVerifier


def create_app(settings: Settings, *, verifier: TokenVerifier | None = None) -> APIFlask:
    """Build the application. Without a `verifier` it trusts the keys that auth publishes."""
    app = APIFlask(__name__, title="payment", version=VERSION, docs_oauth2_redirect_path=None, **STATIC_FILES)
    app.request_class = StrictRequest
    app.config["MAX_CONTENT_LENGTH"] = MAX_BODY_BYTES
    app.json.sort_keys = False  # type: ignore[attr-defined]  # Flask types the provider as its base class
    app.url_map.merge_slashes = False
    app.extensions[VERIFIER] = verifier or _verifier(settings)
    install_observation(app)
    install_error_handlers(app)
    install_documentation(app)
    for blueprint in (
        health.blueprint,
        payments.blueprint,
        payments.refunds_blueprint,
        payment_methods.blueprint,
        wallets.blueprint,
        transfers.blueprint,
        statements.blueprint,
        ledger.blueprint,
        operations.blueprint,
        reconciliation.blueprint,
    ):
        app.register_blueprint(blueprint)
    return app


def _verifier(settings: Settings) -> TokenVerifier:
    revoked = revoked_sessions()
    revoked.keep_fresh()
    return TokenVerifier(
        JwksCache(settings.jwks_url).find,
        issuer=settings.token_issuer,
        audience=settings.token_audience,
        is_revoked=revoked.is_revoked,
    )
