"""Searching the catalogue: by words, in any of their forms, and with typing errors."""

import pytest

from product.catalogue import search
from tests.product.api import Api
from tests.product.factories import make_product


@pytest.fixture(autouse=True)
def _products(db: None) -> None:
    make_product(name="Stoneware mug", sku="KIT-101", description="Thrown by hand, in a sage green glaze.")
    make_product(name="Pour-over kettle", sku="KIT-104", description="A long spout, for coffee and for tea.")
    make_product(name="Café chair", sku="OUT-900", description="Bentwood. A mug fits on its arm.")
    make_product(name="Ceramic planter", sku="GRD-502", description="For the windowsill.")
    make_product(name="Secret mug", sku="KIT-999", is_active=False)


def found(api: Api, text: str) -> list[str]:
    response = api.get("/api/v1/products", {"search": text})
    assert response.status_code == 200, response.text
    return [product["name"] for product in response.json()["results"]]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("kettle", "Pour-over kettle"),
        ("KETTLE", "Pour-over kettle"),
        ("kettles", "Pour-over kettle"),
        ("coffee", "Pour-over kettle"),
        ("green glaze", "Stoneware mug"),
        ("KIT-104", "Pour-over kettle"),
        ("cafe", "Café chair"),
        ("café", "Café chair"),
    ],
)
def test_finds_words_in_name_description_and_sku(api: Api, text: str, name: str) -> None:
    assert found(api, text) == [name]


@pytest.mark.parametrize(
    "typo", ["kettel", "ketle", "stonewear", "stonware mug", "cermaic planter", "planetr", "stonew"]
)
def test_forgives_typing_errors(api: Api, typo: str) -> None:
    assert found(api, typo)[0] in {"Pour-over kettle", "Stoneware mug", "Ceramic planter"}


def test_ranks_the_name_above_the_description(api: Api) -> None:
    assert found(api, "mug") == ["Stoneware mug", "Café chair"]


def test_finds_nothing_where_there_is_nothing(api: Api) -> None:
    assert found(api, "bicycle") == []


@pytest.mark.parametrize("text", ["x" * 200, "ﬃ" * 200, "'", '"', "&|!", "a:*", "(", "\\", "%", "-", "mug' OR 1=1 --"])
def test_takes_any_text_for_words(api: Api, text: str) -> None:
    assert isinstance(found(api, text), list)


def test_pages_through_the_ranking(api: Api) -> None:
    first = api.get("/api/v1/products?search=mug&limit=1").json()
    second = api.get(first["next"]).json()

    assert [first["results"][0]["name"], second["results"][0]["name"]] == ["Stoneware mug", "Café chair"]
    assert second["next"] is None
    assert api.get(second["previous"]).json()["results"] == first["results"]


def test_combines_with_other_filters_and_orders(api: Api) -> None:
    response = api.get("/api/v1/products?search=mug&ordering=name&in_stock=true").json()

    assert [product["name"] for product in response["results"]] == ["Café chair", "Stoneware mug"]


def test_forgives_in_every_word_and_in_part_of_them(api: Api) -> None:
    assert found(api, "stonware mugg") == ["Stoneware mug"]
    assert found(api, "stoneware bicycle") == []


def test_finds_a_mistyped_word_in_any_order_of_the_list(api: Api) -> None:
    response = api.get("/api/v1/products?search=ketle&ordering=price").json()

    assert [product["name"] for product in response["results"]] == ["Pour-over kettle"]


def test_learns_new_words_with_new_and_renamed_products(api: Api) -> None:
    bicycle = make_product(name="Bicycle")
    assert found(api, "bycicle") == ["Bicycle"]

    bicycle.name = "Tandem"
    bicycle.save(update_fields=["name"])

    assert found(api, "tandme") == ["Tandem"]


def test_the_exact_name_comes_first_however_many_share_its_word(api: Api) -> None:
    make_product(name="Lamp")
    for number in range(30):
        make_product(name=f"Lamp {number}", description="Lamp lamp lamp")

    assert found(api, "lamp")[0] == "Lamp"


def test_pages_of_a_common_word_end_and_hold_every_candidate_once(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(search, "_FEW", 4)
    monkeypatch.setattr(search, "_NEWEST", 3)
    monkeypatch.setattr(search.ranked, "__kwdefaults__", {"candidates": 4})
    make_product(name="Common", description="the oldest")
    for number in range(9):
        make_product(name=f"Common {number}")
    make_product(name="Rare")

    pages, url = [], "/api/v1/products?search=common&limit=2"
    while url:
        page = api.get(url).json()
        pages.append([product["name"] for product in page["results"]])
        url = page["next"]

    names = [name for page in pages for name in page]
    assert len(names) == len(set(names)) <= 4 + 3
    assert names[0] == "Common"
    assert {"Common 7", "Common 8"} <= set(names)  # new products are seen at once


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("stonew", "Stoneware mug"),
        ("stoneware m", "Stoneware mug"),
        ("ketle", "Pour-over kettle"),
        ("Caf", "Café chair"),
    ],
)
def test_suggests_while_one_types(api: Api, typed: str, name: str) -> None:
    results = api.get("/api/v1/products/suggest", {"q": typed}).json()["results"]

    assert results[0]["name"] == name
    assert set(results[0]) == {"id", "name", "slug", "price", "currency"}


@pytest.mark.parametrize("typed", ["secre", "xyz", "&|!", "'", "-", "%"])
def test_suggests_nothing_that_is_not_for_sale(api: Api, typed: str) -> None:
    assert api.get("/api/v1/products/suggest", {"q": typed}).json()["results"] == []
