"""Reading wallets over HTTP: one's own, and everybody's for staff."""

from flask.testing import FlaskClient

from servicekit.ids import new_id
from tests.payment.factories import bearer, deliver, order_placed, user_registered
from tests.payment.records import wallets_of


def test_shows_the_balance(client: FlaskClient) -> None:
    user_id = new_id()
    deliver(order_placed(user_id=user_id, total="19.99"))
    (wallet,) = wallets_of(user_id)

    body = client.get(f"/api/v1/wallets/{wallet.id}", headers=bearer(user_id)).get_json()

    assert body.pop("created_at").endswith("Z")
    assert body == {
        "id": str(wallet.id),
        "user_id": str(user_id),
        "currency": "EUR",
        "balance": "980.01",
        "label": None,
        "is_frozen": False,
        "closed_at": None,
    }


def test_lists_ones_own_wallets(client: FlaskClient) -> None:
    user_id = new_id()
    deliver(user_registered(user_id), user_registered(new_id()))

    page = client.get("/api/v1/wallets", headers=bearer(user_id)).get_json()

    assert [wallet["user_id"] for wallet in page["results"]] == [str(user_id)]
    assert (page["next"], page["previous"]) == (None, None)


def test_another_users_wallet_is_not_there(client: FlaskClient) -> None:
    user_id = new_id()
    deliver(user_registered(user_id))
    (wallet,) = wallets_of(user_id)

    answer = client.get(f"/api/v1/wallets/{wallet.id}", headers=bearer())

    assert (answer.status_code, answer.get_json()["code"]) == (404, "wallet_not_found")


def test_staff_see_everybodys_wallets(client: FlaskClient) -> None:
    user_ids = [new_id(), new_id()]
    deliver(*[user_registered(user_id) for user_id in user_ids])
    headers = bearer(role="staff")

    page = client.get("/api/v1/wallets", headers=headers).get_json()

    assert {wallet["user_id"] for wallet in page["results"]} == {str(user_id) for user_id in user_ids}
    assert client.get(f"/api/v1/wallets/{page['results'][0]['id']}", headers=headers).status_code == 200


def test_staff_look_for_somebodys_wallets_and_for_a_currency(client: FlaskClient) -> None:
    user_id, headers = new_id(), bearer(role="staff")
    deliver(user_registered(user_id), user_registered(new_id()))
    client.post("/api/v1/wallets", json={"currency": "JPY"}, headers=bearer(user_id))

    def found(**filters: object) -> list[str]:
        page = client.get("/api/v1/wallets", query_string=filters, headers=headers).get_json()
        return [wallet["currency"] for wallet in page["results"]]

    assert found(user_id=user_id) == ["JPY", "EUR"]
    assert found(currency="JPY") == ["JPY"]
    assert found(currency="EUR", user_id=user_id) == ["EUR"]
    assert found(user_id=new_id()) == []


def test_another_users_wallets_are_not_found_by_looking_for_them(client: FlaskClient) -> None:
    user_id = new_id()
    deliver(user_registered(user_id))

    page = client.get("/api/v1/wallets", query_string={"user_id": user_id}, headers=bearer()).get_json()

    assert page["results"] == []


def test_refuses_to_look_for_what_is_no_currency(client: FlaskClient) -> None:
    answer = client.get("/api/v1/wallets?currency=XXX", headers=bearer())

    assert (answer.status_code, answer.get_json()["errors"][0]["pointer"]) == (422, "currency")
