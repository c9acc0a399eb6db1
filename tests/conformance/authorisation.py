"""Who may do what: every operation of the three services, and how it answers to whom.

`test_authorisation.py` tries every cell, and fails for an operation that has no row.
"""

from dataclasses import dataclass
from typing import Any

# `in`: let in, whatever comes of the request. `any`: a public operation may mind a bad token, or not look at it.
_ANSWERS = """
                  anonymous  owner  other  staff  admin  expired  revoked
  anyone          in         in     in     in     in     any      any
  user            401        in     in     in     in     401      401
  owner           401        in     404    404    404    401      401
  owner-alone     401        in     404    403    403    401      401
  owner-or-staff  401        in     404    in     in     401      401
  owner-or-admin  401        in     404    404    in     401      401
  staff           401        403    403    in     in     401      401
  admin           401        403    403    403    in     401      401
"""
# owner: the customer to whom the thing in the path belongs. other: another customer. Nobody can tell a thing of
# somebody else's from one that does not exist. expired, revoked: a token of the owner's that is past its time, and one
# of a session that has ended.

_OPERATIONS = """
  every    GET     /                                              anyone
  every    GET     /healthcheck                                   anyone
  every    GET     /health                                        anyone
  every    GET     /metrics                                       anyone
  every    GET     /docs                                          anyone
  every    GET     /openapi.json                                  anyone

  product  GET     /api/v1/products                               anyone
  product  GET     /api/v1/products/suggest                       anyone
  product  POST    /api/v1/products/import                        staff
  product  GET     /api/v1/products/imports/{import_id}           staff
  product  GET     /api/v1/products/export                        staff
  product  POST    /api/v1/products                               staff
  product  GET     /api/v1/products/{id_or_slug}                  anyone
  product  GET     /api/v1/products/{id_or_slug}/related          anyone
  product  POST    /api/v1/products/{id_or_slug}/images           staff
  product  PATCH   /api/v1/products/{id_or_slug}/images/{image_id} staff
  product  DELETE  /api/v1/products/{id_or_slug}/images/{image_id} staff
  product  GET     /api/v1/products/{id_or_slug}/stock-movements  staff
  product  POST    /api/v1/products/{id_or_slug}/stock-movements  staff
  product  PATCH   /api/v1/products/{id_or_slug}                  staff
  product  DELETE  /api/v1/products/{id_or_slug}                  staff
  product  GET     /api/v1/categories                             anyone
  product  POST    /api/v1/categories                             staff
  product  GET     /api/v1/categories/{id_or_slug}                anyone
  product  PATCH   /api/v1/categories/{id_or_slug}                staff
  product  DELETE  /api/v1/categories/{id_or_slug}                staff
  product  GET     /api/v1/cart                                   user
  product  PUT     /api/v1/cart/items/{product_id}                user
  product  DELETE  /api/v1/cart/items/{product_id}                user
  product  DELETE  /api/v1/cart                                   user
  product  GET     /api/v1/orders                                 user
  product  POST    /api/v1/orders                                 user
  product  GET     /api/v1/orders/{order_id}                      owner-or-staff
  product  GET     /api/v1/orders/{order_id}/events               owner-or-staff
  product  POST    /api/v1/orders/{order_id}/pay                  owner-or-staff
  product  POST    /api/v1/orders/{order_id}/cancel               owner-or-staff
  product  POST    /api/v1/orders/{order_id}/ship                 staff
  product  POST    /api/v1/orders/{order_id}/deliver              staff
  product  GET     /api/v1/webhooks                               staff
  product  POST    /api/v1/webhooks                               staff
  product  GET     /api/v1/webhooks/{webhook_id}                  staff
  product  PATCH   /api/v1/webhooks/{webhook_id}                  staff
  product  GET     /api/v1/webhooks/{webhook_id}/deliveries       staff
  product  POST    /api/v1/webhooks/{webhook_id}/deliveries/{delivery_id}/redeliver staff
  product  POST    /api/v1/webhooks/{webhook_id}/rotate-secret    staff
  product  POST    /api/v1/webhooks/{webhook_id}/test             staff
  product  DELETE  /api/v1/webhooks/{webhook_id}                  staff
  product  GET     /api/v1/operations/outbox                      staff
  product  POST    /api/v1/operations/outbox/retry                staff
  product  GET     /api/v1/operations/parked                      staff
  product  POST    /api/v1/operations/parked/replay               staff
  product  GET     /api/v1/operations/parked/{parked_id}          staff
  product  POST    /api/v1/operations/parked/{parked_id}/replay   staff
  product  DELETE  /api/v1/operations/parked/{parked_id}          staff

  payment  GET     /api/v1/wallets                                user
  payment  POST    /api/v1/wallets                                user
  payment  GET     /api/v1/wallets/{wallet_id}                    owner-or-staff
  payment  PATCH   /api/v1/wallets/{wallet_id}                    owner-or-staff
  payment  DELETE  /api/v1/wallets/{wallet_id}                    owner-or-staff
  payment  GET     /api/v1/wallets/{wallet_id}/transactions       owner-or-staff
  payment  POST    /api/v1/wallets/{wallet_id}/top-up             owner-alone
  payment  GET     /transactions                                  user
  payment  POST    /transfer                                      user
  payment  GET     /api/v1/payment-methods                        user
  payment  GET     /api/v1/payments                               user
  payment  GET     /api/v1/payments/{payment_id}                  owner-or-staff
  payment  POST    /api/v1/payments/{payment_id}/refund           staff
  payment  GET     /api/v1/payments/{payment_id}/refunds          owner-or-staff
  payment  GET     /api/v1/payments/{payment_id}/refunds/{refund_id} owner-or-staff
  payment  GET     /api/v1/refunds                                staff
  payment  GET     /api/v1/ledger/verify                          staff
  payment  GET     /api/v1/operations/outbox                      staff
  payment  POST    /api/v1/operations/outbox/retry                staff
  payment  GET     /api/v1/operations/reconciliation              staff
  payment  POST    /api/v1/operations/reconciliation              staff
  payment  GET     /api/v1/operations/parked                      staff
  payment  POST    /api/v1/operations/parked/replay               staff
  payment  GET     /api/v1/operations/parked/{parked_id}          staff
  payment  POST    /api/v1/operations/parked/{parked_id}/replay   staff
  payment  DELETE  /api/v1/operations/parked/{parked_id}          staff

  auth     POST    /register                                      anyone
  auth     POST    /token                                         anyone
  auth     GET     /.well-known/jwks.json                         anyone
  auth     GET     /.well-known/revoked-sessions.json             anyone
  auth     POST    /password-reset                                anyone
  auth     POST    /password-reset/confirm                        anyone
  auth     POST    /email-change                                  user
  auth     POST    /email-change/confirm                          anyone
  auth     POST    /email-confirmation                            user
  auth     POST    /email-confirmation/confirm                    anyone
  auth     POST    /verify                                        user
  auth     POST    /check-user                                    user
  auth     POST    /change-password                               user
  auth     GET     /api/v1/users                                  admin
  auth     POST    /api/v1/users                                  admin
  auth     GET     /api/v1/users/me                               user
  auth     GET     /api/v1/users/search                           user
  auth     GET     /api/v1/users/@{username}                      user
  auth     GET     /api/v1/users/{user_id}                        user
  auth     PATCH   /api/v1/users/{user_id}                        owner-or-admin
  auth     GET     /api/v1/users/{user_id}/preferences            owner
  auth     PATCH   /api/v1/users/{user_id}/preferences            owner
  auth     POST    /api/v1/users/{user_id}/avatar                 owner
  auth     GET     /api/v1/users/{user_id}/avatar                 anyone
  auth     DELETE  /api/v1/users/{user_id}/avatar                 owner
  auth     GET     /api/v1/users/{user_id}/sessions               owner
  auth     POST    /logout                                        user
  auth     DELETE  /api/v1/users/{user_id}/sessions/{session_id}  owner
  auth     DELETE  /api/v1/users/{user_id}/sessions               owner
  auth     GET     /api/v1/operations/outbox                      staff
  auth     POST    /api/v1/operations/outbox/retry                staff
  auth     DELETE  /api/v1/users/{user_id}                        owner-or-admin
"""
# They are tried in this order, by one caller after the other: what ends sessions and the account stands last.

BODIES: dict[tuple[str, str], dict[str, Any]] = {
    ("PUT", "/api/v1/cart/items/{product_id}"): {"quantity": 1},
    ("PATCH", "/api/v1/wallets/{wallet_id}"): {"label": "Savings"},
    ("POST", "/api/v1/wallets/{wallet_id}/top-up"): {"amount": "1.00"},
}
"""Of operations where an empty JSON object is refused before it matters who sends it."""

STAFF_BODIES: dict[tuple[str, str], dict[str, Any]] = {("PATCH", "/api/v1/wallets/{wallet_id}"): {"frozen": False}}
"""Where staff may change something else than the owner."""

UPLOADS = {
    ("POST", "/api/v1/users/{user_id}/avatar"),
    ("POST", "/api/v1/products/{id_or_slug}/images"),
    ("POST", "/api/v1/products/import"),
}
"""Operations whose body is a form with a file; a picture serves to see who is let in."""

SERVICES = ("product", "payment", "auth")


@dataclass(frozen=True)
class Operation:
    service: str
    method: str
    path: str
    """As in the OpenAPI description: a template."""
    access: str
    """A row of the first table."""

    @property
    def names_a_thing_of_the_owner(self) -> bool:
        return self.access.startswith("owner")


def _operations() -> tuple[Operation, ...]:
    rows = [line.split() for line in _OPERATIONS.splitlines() if line]
    services = {service: [service] for service in SERVICES} | {"every": list(SERVICES)}
    return tuple(
        Operation(service, method, path, access) for name, method, path, access in rows for service in services[name]
    )


OPERATIONS = _operations()
PUBLIC = {(each.service, each.method, each.path) for each in OPERATIONS if each.access == "anyone"}
CALLERS, *_ROWS = (line.split() for line in _ANSWERS.splitlines() if line)


def expected(operation: Operation, caller: str) -> str:
    """`in`, `any`, or a status."""
    answers = {access: dict(zip(CALLERS, row, strict=True)) for access, *row in _ROWS}
    return answers[operation.access][caller]
