"""Where in each service the common rules can be tried: who may call which operation stands in `authorisation.py`."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Surface:
    """`private`: a GET for whoever is signed in. `write`: method, path, and whose token it takes, of an operation
    with a JSON body; None where the service has none. `lists`: paged by cursor, for a customer."""

    private: str
    write: tuple[str, str, str] | None
    lists: tuple[str, ...] = ()


SURFACES = {
    "auth": Surface(private="/api/v1/users/me", write=("POST", "/register", "anyone")),
    "product": Surface(
        private="/api/v1/orders",
        write=("POST", "/api/v1/orders", "customer"),
        lists=("/api/v1/products", "/api/v1/orders"),
    ),
    "payment": Surface(
        private="/api/v1/wallets", write=("POST", "/api/v1/wallets", "customer"), lists=("/api/v1/payments",)
    ),
}
