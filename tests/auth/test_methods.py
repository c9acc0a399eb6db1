"""What an address answers to methods that it does not know."""

import httpx2
import pytest

from tests.problems import assert_problem


async def test_allow_names_the_methods_of_all_routes_with_the_path(client: httpx2.AsyncClient) -> None:
    answer = await client.put("/api/v1/users")

    assert_problem(answer, 405, "method_not_allowed")
    assert answer.headers["Allow"] == "GET, POST"


@pytest.mark.parametrize("name", ["me", "search", "@ada"])
async def test_a_word_in_the_place_of_an_id_is_not_taken_for_one(client: httpx2.AsyncClient, name: str) -> None:
    answer = await client.patch(f"/api/v1/users/{name}", json={})

    assert_problem(answer, 405, "method_not_allowed")
    assert answer.headers["Allow"] == "GET"
