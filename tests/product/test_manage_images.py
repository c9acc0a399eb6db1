"""Staff uploads, describes, orders and removes the pictures of a product."""

from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from PIL import Image
from pytest_django import DjangoCaptureOnCommitCallbacks, Settings

from product.catalogue import media, pictures
from product.catalogue.models import Product, ProductImage
from tests.pictures import MEDIA_TYPES, make_animation, make_picture, png_bomb, webp_bomb
from tests.problems import assert_invalid, assert_problem
from tests.product.api import Api
from tests.product.factories import make_product


@pytest.fixture
def path(db: None) -> str:
    return f"/api/v1/products/{make_product(slug='mug').pk}/images"


def upload(api: Api, path: str, content: bytes, media_type: str = "image/png", **values: Any) -> Any:
    file = SimpleUploadedFile("any name.exe", content, content_type=media_type)
    return api.post(path, {"file": file, **values}, format="multipart")


def files(settings: Settings) -> list[Path]:
    return sorted(Path(settings.MEDIA_ROOT).glob("products/*"))


def served(api: Api, url: str) -> Image.Image:
    response = api.get(url)
    assert response.headers["Content-Type"] == "image/webp"
    assert "immutable" in response.headers["Cache-Control"]
    return Image.open(BytesIO(b"".join(response.streaming_content)))


@pytest.mark.parametrize("picture_format", ["PNG", "JPEG", "WEBP"])
def test_makes_webp_in_several_sizes_of_any_kind_of_picture(staff_api: Api, path: str, picture_format: str) -> None:
    content = make_picture(picture_format, size=(2000, 1000))

    response = upload(staff_api, path, content, MEDIA_TYPES[picture_format], alt="A mug")

    assert response.status_code == 201, response.text
    (image,) = staff_api.get("/api/v1/products/mug").json()["images"]
    assert image == response.json()
    assert (image["alt"], image["width"], image["height"]) == ("A mug", 1600, 800)
    assert [(size["width"], size["height"]) for size in image["sizes"]] == [(320, 160), (800, 400), (1600, 800)]
    for size in image["sizes"]:
        picture = served(staff_api, size["url"])
        assert (picture.format, picture.size) == ("WEBP", (size["width"], size["height"]))


def test_makes_nothing_larger_than_it_is(staff_api: Api, path: str, settings: Settings) -> None:
    image = upload(staff_api, path, make_picture("PNG", size=(100, 50))).json()

    assert image["sizes"] == [{"url": image["url"], "width": 100, "height": 50}]
    assert len(files(settings)) == 1


def test_keeps_nothing_but_pixels(staff_api: Api, path: str) -> None:
    exif = Image.Exif()
    exif[0x010E], exif[0x0112] = "where I live", 6  # lies on its side

    image = upload(staff_api, path, make_picture("JPEG", size=(400, 200), exif=exif), "image/jpeg").json()

    assert (image["width"], image["height"]) == (200, 400)
    assert not served(staff_api, image["url"]).getexif()


@pytest.mark.parametrize(
    ("content", "media_type", "problem"),
    [
        (b"not a picture", "image/png", (415, "picture_type_not_supported")),
        (make_picture("PNG"), "image/jpeg", (415, "picture_type_not_supported")),
        (make_picture("GIF"), "image/gif", (415, "picture_type_not_supported")),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "image/svg+xml", (415, "picture_type_not_supported")),
        (make_animation("WEBP"), "image/webp", (422, "invalid_picture")),
        (make_picture("PNG")[:200], "image/png", (422, "invalid_picture")),
        (make_picture("PNG") + b"<script>", "image/png", (422, "invalid_picture")),
        (png_bomb(5_000), "image/png", (422, "invalid_picture")),
        (webp_bomb(), "image/webp", (422, "invalid_picture")),
        (b"x" * 8_388_609, "image/png", (413, "picture_too_large")),
    ],
    ids=lambda value: str(value)[:20],
)
def test_refuses_what_is_no_picture_or_more_than_one(
    staff_api: Api, path: str, content: bytes, media_type: str, problem: tuple[int, str]
) -> None:
    assert_problem(upload(staff_api, path, content, media_type), *problem)

    assert not ProductImage.objects.exists()


@pytest.mark.parametrize(
    ("values", "pointer"),
    [({"alt": "x" * 201}, "/alt"), ({"position": "-1"}, "/position"), ({"width": "1"}, "/width")],
)
def test_refuses_values_that_are_not_valid(staff_api: Api, path: str, values: dict[str, str], pointer: str) -> None:
    assert_invalid(upload(staff_api, path, make_picture("PNG"), **values), pointer)


def test_wants_a_file_in_a_form(staff_api: Api, path: str) -> None:
    assert_invalid(staff_api.post(path, {"alt": "x"}, format="multipart"), "/file")
    assert_problem(staff_api.post(path, {"file": "x"}, format="json"), 415)


@pytest.fixture
def taken_turn() -> Iterator[None]:
    pictures._turn.acquire()
    yield
    pictures._turn.release()


def test_turns_away_whom_it_would_keep_waiting(
    staff_api: Api, path: str, taken_turn: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pictures, "_LONGEST_WAIT_SECONDS", 0.01)

    assert_problem(upload(staff_api, path, make_picture("PNG")), 503, "overloaded")


def test_a_product_has_so_many_pictures_and_no_more(staff_api: Api, path: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("product.catalogue.services.images.MOST_IMAGES", 1)
    upload(staff_api, path, make_picture("PNG"))

    assert_problem(upload(staff_api, path, make_picture("PNG", size=(9, 9))), 409, "too_many_images")


def test_puts_pictures_in_order(staff_api: Api, path: str) -> None:
    first, second = (upload(staff_api, path, make_picture("PNG", size=(side, 9))).json() for side in (10, 20))
    assert (first["position"], second["position"]) == (0, 1)
    tag = staff_api.get("/api/v1/products/mug").headers["ETag"]

    staff_api.patch(f"{path}/{second['id']}", {"position": 0, "alt": "In front"})
    staff_api.patch(f"{path}/{first['id']}", {"position": 1})

    shown = staff_api.get("/api/v1/products/mug")
    assert [(image["width"], image["alt"]) for image in shown.json()["images"]] == [(20, "In front"), (10, "")]
    assert_problem(staff_api.patch("/api/v1/products/mug", {"name": "x"}, headers={"If-Match": tag}), 412)


def test_removes_a_picture_with_its_files_unless_another_shows_it(
    staff_api: Api, path: str, settings: Settings, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    other = f"/api/v1/products/{make_product().pk}/images"
    ours, theirs = (upload(staff_api, where, make_picture("PNG")).json() for where in (path, other))
    assert ours["url"] == theirs["url"]
    assert len(files(settings)) == 2

    with django_capture_on_commit_callbacks(execute=True):
        assert staff_api.delete(f"{path}/{ours['id']}").status_code == 204
    assert len(files(settings)) == 2
    with django_capture_on_commit_callbacks(execute=True):
        staff_api.delete(f"{other}/{theirs['id']}")

    assert not files(settings)
    assert_problem(staff_api.delete(f"{path}/{ours['id']}"), 404, "image_not_found")


def test_erasing_a_product_erases_its_files(
    staff_api: Api, path: str, settings: Settings, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    upload(staff_api, path, make_picture("PNG"))

    with django_capture_on_commit_callbacks(execute=True):
        staff_api.delete("/api/v1/products/mug")

    assert not files(settings)


def test_leaves_no_row_without_a_file_and_cleans_files_without_a_row(
    staff_api: Api, path: str, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = upload(staff_api, path, make_picture("PNG")).json()
    monkeypatch.setattr(ProductImage.objects, "create", lambda **_: 1 / 0)
    upload(staff_api, path, make_picture("PNG", size=(700, 7)))
    assert (ProductImage.objects.count(), len(files(settings))) == (1, 4)
    unfinished = files(settings)[0].with_name("tmp123")
    unfinished.touch()
    monkeypatch.setattr(media, "_UNFINISHED_SECONDS", -1)

    call_command("clean_media")

    assert len(files(settings)) == 2
    assert served(staff_api, kept["url"])


def test_pictures_of_one_product_are_none_of_another(staff_api: Api, path: str) -> None:
    image = upload(staff_api, path, make_picture("PNG")).json()
    elsewhere = f"/api/v1/products/{make_product().pk}/images/{image['id']}"

    assert_problem(staff_api.patch(elsewhere, {"alt": "x"}), 404)
    assert_problem(staff_api.delete(elsewhere), 404)
    assert Product.objects.get(slug="mug").images.count() == 1


def test_is_for_staff(api: Api, customer_api: Api, path: str) -> None:
    for method, where in (
        ("post", path),
        ("patch", f"{path}/{make_product().pk}"),
        ("delete", f"{path}/{make_product().pk}"),
    ):
        assert_problem(getattr(api, method)(where), 401)
        assert_problem(getattr(customer_api, method)(where), 403)
