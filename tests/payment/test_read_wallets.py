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
        "is_frozen": False,
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
