"""Recognisable secrets, through a purchase, failures and a fault: in no log line, in no answer but their owner's.

The shop logs at DEBUG meanwhile.
"""

import re
from collections.abc import Iterator
from pathlib import Path

import httpx2
import pytest

from servicekit.ids import new_id
from stack.shop import Shop
from tests.auth.mailbox import mails, token_in
from tests.running_shop import RunningShop
from tests.security.conftest import Figure
from tests.shop_client import Json, Visitor
from tests.waiting import wait_until

_PAGE = {"Accept": "text/html"}
_CSRF = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')
_INTENDED = ("/token", "/api/v1/webhooks")
"""Their answers give the caller a secret: that is what they are for."""


class Witness:
    """Makes canaries, and remembers every answer."""

    def __init__(self, shop: RunningShop) -> None:
        self.secrets: dict[str, str] = {}
        self.answers: list[tuple[str, str]] = []
        self._http = httpx2.Client(timeout=40, trust_env=False, event_hooks={"response": [self._remember]})
        self.visitor = Visitor(self._http, shop.addresses.urls)

    def canary(self, name: str) -> str:
        return self.keep(name, f"Canary-{new_id().hex[-12:]}-{name}")

    def keep(self, name: str, value: str) -> str:
        """From now on this must not be told."""
        self.secrets[name] = value
        return value

    def signed_in(self, token: str) -> Visitor:
        return Visitor(self._http, self.visitor.urls, token=token)

    def close(self) -> None:
        self._http.close()

    def _remember(self, answer: httpx2.Response) -> None:
        answer.read()
        if answer.request.url.path not in _INTENDED:
            self.answers.append(
                (f"{answer.request.method} {answer.request.url.path} {answer.status_code}", answer.text)
            )


@pytest.fixture
def witness(shop: RunningShop) -> Iterator[Witness]:
    witness = Witness(shop)
    yield witness
    witness.close()


def test_no_secret_is_told(machinery: Shop, shop: RunningShop, witness: Witness, figure: Figure) -> None:
    account = _registered(witness)
    customer = _signed_in(witness, account)
    _buys(shop, witness, customer)
    _fails(witness, account)
    _resets_the_password(witness, account, Path(machinery.environment["AUTH_MAIL_DIR"]))
    _uses_a_browser(witness, account)
    _is_there_in_a_fault(machinery, witness, account)
    credentials = machinery.servers.credentials
    for names in (credentials.postgres, credentials.rabbitmq, credentials.accounts):
        for name, value in names.items():
            witness.keep(f"{name}'s password", value)
    witness.keep("product's secret key", credentials.product_secret_key)

    lines, told = _told_in_logs(Path(machinery.environment["AUTH_MAIL_DIR"]).parent / "logs", witness)
    told += [
        f"{name} in the answer to {call}"
        for call, text in witness.answers
        for name, secret in witness.secrets.items()
        if secret in text
    ]

    figure(
        f"log lines and answers, looked through for {len(witness.secrets)} secrets", lines + len(witness.answers), told
    )


def _registered(witness: Witness) -> Json:
    name = f"canary-{new_id().hex[-12:]}"
    account = {"username": name, "email": f"{name}@example.com", "password": witness.canary("password")}
    answer = witness.visitor.post("auth", "/register", account)
    assert answer.status_code == 201, answer.text
    return account


def _signed_in(witness: Witness, account: Json) -> Visitor:
    form = {"grant_type": "password", "username": account["username"], "password": account["password"]}
    tokens = witness.visitor.call("POST", "auth", "/token", data=form).json()
    refresh = witness.keep("refresh token", tokens["refresh_token"])
    renewed = witness.visitor.call(
        "POST", "auth", "/token", data={"grant_type": "refresh_token", "refresh_token": refresh}
    ).json()
    witness.keep("renewed refresh token", renewed["refresh_token"])
    witness.keep("first access token", tokens["access_token"])
    return witness.signed_in(witness.keep("access token", renewed["access_token"]))


def _buys(shop: RunningShop, witness: Witness, customer: Visitor) -> None:
    product = shop.new_product()
    line = {"lines": [{"product_id": product["id"], "quantity": 1}]}
    wait_until(lambda: customer.read("payment", "/api/v1/wallets")["results"])
    order = customer.post("product", "/api/v1/orders", line, key=str(new_id()))
    assert order.status_code == 202, order.text
    path = f"/api/v1/orders/{order.json()['id']}"
    wait_until(lambda: customer.read("product", path, wait=5, until="paid")["payment_status"] == "paid")
    card = f"card:{witness.canary('card-token')}"
    customer.post("product", "/api/v1/orders", line | {"payment_method": card}, key=str(new_id()))
    webhook = shop.staff.post(
        "product", "/api/v1/webhooks", {"url": "https://shop.example/hook", "events": ["order.placed"]}
    )
    if webhook.status_code == 201:
        witness.keep("webhook's secret", webhook.json()["secret"])


def _fails(witness: Witness, account: Json) -> None:
    """What is refused is quoted to nobody."""
    visitor, secret = witness.visitor, witness.canary("wrong-password")
    for name in (account["username"], "nobody-at-all"):
        form = {"grant_type": "password", "username": name, "password": secret}
        assert visitor.call("POST", "auth", "/token", data=form).status_code == 401
    for password in ("x" + secret * 10, [secret], {"a": secret}):
        visitor.post("auth", "/register", account | {"password": password})
    visitor.call(
        "POST", "auth", "/register", content=f'{{"password": "{secret}"', headers={"Content-Type": "application/json"}
    )
    visitor.call("POST", "auth", "/token", data={"grant_type": secret, "password": secret})
    for service in ("auth", "product", "payment"):
        forged = witness.canary(f"forged-token-{service}")
        witness.signed_in(forged).get(service, "/api/v1/orders")
        witness.signed_in(f"{forged}.{forged}.{forged}").get(service, "/api/v1/users/me")
        visitor.get(service, "/api/v1/nothing", access_token=forged, token=forged, password=secret)
        visitor.call("GET", service, "/", headers={"Cookie": f"sessionid={forged}", "X-Api-Key": forged})
    visitor.call(
        "POST", "auth", "/password-reset/confirm", json={"token": witness.canary("reset-token"), "new_password": secret}
    )


def _resets_the_password(witness: Witness, account: Json, folder: Path) -> None:
    assert witness.visitor.post("auth", "/password-reset", {"email": account["email"]}).status_code == 202
    wait_until(lambda: [mail for mail in mails(folder, to=account["email"]) if "/password-reset" in mail.get_content()])
    account["password"] = witness.canary("new-password")
    for number, message in enumerate(mails(folder, to=account["email"])):
        token = witness.keep(f"mailed token {number}", token_in(message))
        reset = {"token": token, "new_password": account["password"]}
        witness.visitor.post("auth", "/password-reset/confirm", reset)
    _signed_in(witness, account)


def _uses_a_browser(witness: Witness, account: Json) -> None:
    visitor = witness.visitor
    page = visitor.call("GET", "product", "/sign-in", headers=_PAGE)
    found = _CSRF.search(page.text)
    assert found
    form = {"username": account["username"], "csrfmiddlewaretoken": found[1]}
    headers = _PAGE | {"Origin": visitor.urls["product"]}
    for password in (witness.canary("typed-password"), account["password"]):
        page = visitor.call("POST", "product", "/sign-in", headers=headers, data=form | {"password": password})
    assert page.status_code == 302, page.text
    for name in ("sessionid", "csrftoken"):
        for value in page.headers.get_list("Set-Cookie"):
            if value.startswith(f"{name}="):
                witness.keep(f"cookie {name}", value.partition("=")[2].partition(";")[0])
    assert "cookie sessionid" in witness.secrets
    for path in ("/", "/orders", "/account", "/wallet", "/nowhere"):
        visitor.call("GET", "product", path, headers=_PAGE)


def _is_there_in_a_fault(machinery: Shop, witness: Witness, account: Json) -> None:
    """Errors that nobody foresaw come with tracebacks."""
    machinery.postgres.kill()
    try:
        form = {"grant_type": "password", "username": account["username"], "password": account["password"]}
        assert witness.visitor.call("POST", "auth", "/token", data=form).status_code == 503
        bearer = witness.signed_in(witness.secrets["access token"])
        bearer.post("product", "/api/v1/orders", {}, key=str(new_id()))
        bearer.get("payment", "/api/v1/wallets")
        witness.visitor.post("auth", "/register", account | {"username": f"x{new_id().hex}"})
    finally:
        machinery.postgres.start()
        for name, process in machinery.processes.items():
            if name.endswith("-web"):
                process.wait_until_healthy()


def _told_in_logs(folder: Path, witness: Witness) -> tuple[int, list[str]]:
    """How many lines there are, and what they tell."""
    count, told = 0, []
    for path in sorted(folder.glob("*.log")):
        for number, line in enumerate(path.read_text("utf-8", "replace").splitlines(), 1):
            count += 1
            told += [
                f"{name} in {path.name}, line {number}: {line[:300]}"
                for name, secret in witness.secrets.items()
                if secret in line
            ]
    assert count > 0
    return count, told
