"""The web application: settings in, a FastAPI app out."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta

from fastapi import FastAPI
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

from auth import VERSION, health
from auth.accounts import api as accounts
from auth.accounts.passwords import PasswordHasher
from auth.avatars import api as avatars
from auth.avatars.pictures import PictureProcessor
from auth.avatars.store import avatar_store
from auth.confirmations import api as confirmations
from auth.credentials import api as credentials
from auth.database import database
from auth.documentation import DocumentedAPI, serve_documentation
from auth.errors import install_error_handlers
from auth.housekeeping import purge_for_ever
from auth.mail.setup import mail_sender_from
from auth.messaging import api as operations
from auth.middleware import LimitBody, ObserveRequests
from auth.preferences import api as preferences
from auth.profiles import api as profiles
from auth.sessions import api as sessions
from auth.sessions.cache import session_cache
from auth.sessions.clients import user_agent_parser
from auth.sessions.revocation_list import PublishedRevocations
from auth.settings import Settings
from auth.throttling.setup import connect_redis, make_throttles
from auth.tokens import api as tokens
from auth.tokens.access_tokens import AccessTokenIssuer
from auth.tokens.signing_keys import SigningKeys
from servicekit.tokens import TokenVerifier
from servicekit.tracing import shutdown_tracing


def create_app(settings: Settings) -> FastAPI:
    """Build the application. Raises `UnsafeConfiguration` when a signing key is missing or weak."""
    app = DocumentedAPI(
        title="auth",
        version=VERSION,
        description="Accounts and access tokens of the shop.",
        lifespan=_lifespan,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        # Spans, metrics and log lines of a request are `ObserveRequests`', the same in all services.
        telemetry={"tracing": False, "metrics": False, "logs": False},
    )
    keys = SigningKeys.load(settings.signing_keys_dir)
    app.state.settings = settings
    app.state.hasher = PasswordHasher(threads=settings.password_hashing_threads)
    app.state.avatars = avatar_store(settings.avatar_dir)
    app.state.pictures = PictureProcessor()
    app.state.mail_sender = mail_sender_from(settings)
    app.state.issuer = AccessTokenIssuer(
        keys, settings.token_issuer, settings.token_audience, timedelta(seconds=settings.access_token_seconds)
    )
    redis = app.state.redis = connect_redis(settings)
    app.state.throttles = make_throttles(settings, redis)
    app.state.revocations = PublishedRevocations()
    app.state.session_policy = settings.session_policy
    app.state.verifier = TokenVerifier(keys.find, issuer=settings.token_issuer, audience=settings.token_audience)
    for api in (
        health, tokens, credentials, sessions, accounts, profiles, preferences, avatars, confirmations, operations,
    ):  # fmt: skip
        app.include_router(api.router)
    serve_documentation(app)
    install_error_handlers(app)
    app.add_middleware(LimitBody, upload_bytes=settings.max_avatar_size)
    app.add_middleware(ProxyHeadersMiddleware, trusted_hosts=settings.trusted_proxies)
    app.add_middleware(ObserveRequests)  # the last one added is the outermost
    return app


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    settings: Settings = app.state.settings
    user_agent_parser()  # otherwise the first to sign in would wait for its rules
    async with (
        database(str(settings.database_url), connections=settings.database_connections),
        session_cache(app.state.redis),
    ):
        tasks = [asyncio.create_task(app.state.mail_sender.run()), asyncio.create_task(purge_for_ever())]
        yield
        for task in tasks:
            task.cancel()
    if app.state.redis is not None:
        await app.state.redis.aclose()
    shutdown_tracing()
