"""What the log says of people: their ids, and nothing else."""

import httpx2
import structlog

from tests.auth.factories import PASSWORD, bearer, make_user, registration, sign_in


async def test_hold_ids_and_no_personal_data(client: httpx2.AsyncClient) -> None:
    person = registration(first_name="Augusta", last_name="Lovelace")
    user = await make_user()

    with structlog.testing.capture_logs() as logs:
        registered = await client.post("/register", json=person)
        await client.post("/register", json=person)
        await sign_in(client, person["email"])
        await sign_in(client, person["username"], "wrong-password")
        await client.post("/verify", headers={"Authorization": "Bearer x.y.z"})
        headers = await bearer(client, user)
        await client.get("/api/v1/users/me", headers=headers)

    written = repr(logs)
    assert registered.json()["id"] in written
    for secret in (*person.values(), PASSWORD, user.username, user.email, headers["Authorization"][7:]):
        assert secret not in written
