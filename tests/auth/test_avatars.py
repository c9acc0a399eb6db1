"""Pictures from strangers."""

import asyncio
import os
import threading
import time
from collections.abc import AsyncIterator
from io import BytesIO
from pathlib import Path

import httpx2
import pytest
from fastapi import FastAPI
from PIL import Image, ImageStat

from auth.avatars.store import AvatarStore, DatabaseAvatars, FolderAvatars
from auth.settings import Settings
from tests.auth.factories import bearer, make_user
from tests.auth.pictures import upload
from tests.pictures import MEDIA_TYPES, make_animation, make_picture, png_bomb, text_bomb, webp_bomb

SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
GIF = make_picture("GIF")
PNG, JPEG, WEBP = (make_picture(picture_format) for picture_format in ("PNG", "JPEG", "WEBP"))
ZIP = b"PK\x03\x04" + b"\x00" * 40


@pytest.fixture(params=["database", "folder"])
async def storage(request: pytest.FixtureRequest, app: FastAPI, tmp_path: Path) -> AsyncIterator[AvatarStore]:
    """Where the pictures go in this test."""
    before = app.state.avatars
    app.state.avatars = FolderAvatars(tmp_path) if request.param == "folder" else DatabaseAvatars()
    yield app.state.avatars
    app.state.avatars = before


@pytest.mark.parametrize("picture_format", ["PNG", "JPEG", "WEBP"])
@pytest.mark.parametrize("mode", ["RGB", "RGBA", "L", "P", "CMYK", "1", "LA", "I;16"])
async def test_makes_a_small_webp_of_any_kind_of_picture(
    client: httpx2.AsyncClient, picture_format: str, mode: str
) -> None:
    data = picture_of_mode(picture_format, mode)
    if data is None:
        return
    user = await make_user()

    answer = await upload(client, user, data, MEDIA_TYPES[picture_format])

    assert answer.status_code == 204, answer.text
    shown = await client.get(f"/api/v1/users/{user.id}/avatar")
    assert (shown.status_code, shown.headers["Content-Type"]) == (200, "image/webp")
    with Image.open(BytesIO(shown.content)) as picture:
        assert (picture.format, picture.size) == ("WEBP", (256, 256))


def picture_of_mode(picture_format: str, mode: str) -> bytes | None:
    try:
        if mode == "I;16":
            made = BytesIO()
            Image.new(mode, (300, 200), 999).save(made, picture_format)
            return made.getvalue()
        return make_picture(picture_format, mode=mode)
    except (OSError, ValueError, KeyError, TypeError):
        return None


async def test_drops_metadata_and_keeps_what_is_up(client: httpx2.AsyncClient) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # the camera was turned: the left of the file is the top of the picture
    exif[0x010F] = "Secret camera"
    user = await make_user()

    await upload(client, user, make_picture("JPEG", exif=exif, comment=b"Secret place"), "image/jpeg")

    content = (await client.get(f"/api/v1/users/{user.id}/avatar")).content
    assert b"Secret" not in content
    assert b"EXIF" not in content
    with Image.open(BytesIO(content)) as picture:
        red, _, blue = picture.convert("RGB").split()
        assert ImageStat.Stat(red.crop((0, 0, 256, 100))).mean[0] > 200
        assert ImageStat.Stat(blue.crop((0, 156, 256, 256))).mean[0] > 200


async def test_is_kept_replaced_and_removed(client: httpx2.AsyncClient, storage: AvatarStore) -> None:
    user = await make_user()
    path, headers = f"/api/v1/users/{user.id}/avatar", await bearer(client, user)

    assert (await client.get(path)).json()["code"] == "avatar_not_found"
    await upload(client, user, PNG)
    first = await client.get(path)
    await upload(client, user, make_picture("PNG", size=(300, 300), mode="L"))
    second = await client.get(path)
    removed = [await client.delete(path, headers=headers) for _ in range(2)]

    assert first.headers["ETag"] != second.headers["ETag"]
    assert [answer.status_code for answer in removed] == [204, 404]
    assert (await client.get(path)).status_code == 404


async def test_goes_with_the_account(client: httpx2.AsyncClient, storage: AvatarStore) -> None:
    user = await make_user()
    await upload(client, user, PNG)

    await client.delete(f"/api/v1/users/{user.id}", headers=await bearer(client, user))

    assert (await client.get(f"/api/v1/users/{user.id}/avatar")).status_code == 404


async def test_is_sent_again_only_when_it_changed(client: httpx2.AsyncClient) -> None:
    user = await make_user()
    path = f"/api/v1/users/{user.id}/avatar"
    await upload(client, user, PNG)
    etag = (await client.get(path)).headers["ETag"]

    answers = {
        tags: await client.get(path, headers={"If-None-Match": tags})
        for tags in (etag, f'"other", W/{etag}', "*", '"other"')
    }

    assert [answer.status_code for answer in answers.values()] == [304, 304, 304, 200]
    assert answers[etag].content == b""
    assert all(answer.headers["ETag"] == etag for answer in answers.values())
    assert all("max-age" in answer.headers["Cache-Control"] for answer in answers.values())


@pytest.mark.parametrize(
    ("data", "media_type", "status", "code"),
    [
        (SVG, "image/svg+xml", 415, "picture_type_not_supported"),
        (SVG, "image/png", 415, "picture_type_not_supported"),
        (GIF, "image/gif", 415, "picture_type_not_supported"),
        (GIF, "image/png", 415, "picture_type_not_supported"),
        (PNG, "image/jpeg", 415, "picture_type_not_supported"),
        (PNG, "text/html", 415, "picture_type_not_supported"),
        (b"", "image/png", 415, "picture_type_not_supported"),
        (b"<script>" + PNG, "image/png", 415, "picture_type_not_supported"),
        (PNG[:8], "image/png", 422, "invalid_picture"),
        (PNG[: len(PNG) // 2], "image/png", 422, "invalid_picture"),
        (JPEG[: len(JPEG) // 2], "image/jpeg", 422, "invalid_picture"),
        (JPEG[:3], "image/jpeg", 422, "invalid_picture"),
        (WEBP[: len(WEBP) // 2], "image/webp", 422, "invalid_picture"),
        (WEBP[:12], "image/webp", 422, "invalid_picture"),
        (PNG + ZIP, "image/png", 422, "invalid_picture"),
        (JPEG + ZIP, "image/jpeg", 422, "invalid_picture"),
        (WEBP + SVG, "image/webp", 422, "invalid_picture"),
        (JPEG + b"<?php ?>", "image/jpeg", 422, "invalid_picture"),
        (JPEG + b"\x00\x00<script>alert(1)</script>", "image/jpeg", 422, "invalid_picture"),
        (JPEG + b"SEFH" + bytes(64) + b"%PDF-1.7", "image/jpeg", 422, "invalid_picture"),
        (JPEG + b"MZ" + bytes(64), "image/jpeg", 422, "invalid_picture"),
        (make_animation("PNG"), "image/png", 422, "invalid_picture"),
        (make_animation("WEBP"), "image/webp", 422, "invalid_picture"),
        (PNG[:40] + b"\x00" * (len(PNG) - 60) + PNG[-20:], "image/png", 422, "invalid_picture"),
        (b"\xff\xd8\xff\xe0" + os.urandom(2_000), "image/jpeg", 422, "invalid_picture"),
    ],
    ids=range(25),
)
async def test_refuses_what_is_no_picture_or_more_than_one(
    client: httpx2.AsyncClient, data: bytes, media_type: str, status: int, code: str
) -> None:
    user = await make_user()

    answer = await upload(client, user, data, media_type)

    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert (await client.get(f"/api/v1/users/{user.id}/avatar")).status_code == 404


@pytest.mark.parametrize(
    "trailer",
    [
        b"\x00" * 500,
        JPEG,
        b"\x00\x00\x01\x0a\x0e\x00\x00\x00Image_UTC_Data1763720000000SEFH\x6b\x00\x00\x00\x01\x00\x00\x00SEFT",
        b"\x00\x00\x00\x18ftypmp42\x00\x00\x00\x00mp42isom" + os.urandom(5_000),
    ],
    ids=["padding", "second picture", "Samsung", "moving picture"],
)
async def test_takes_what_phones_append_to_their_pictures(client: httpx2.AsyncClient, trailer: bytes) -> None:
    user = await make_user()

    answer = await upload(client, user, JPEG + trailer, "image/jpeg")

    assert answer.status_code == 204
    stored = (await client.get(f"/api/v1/users/{user.id}/avatar")).content
    assert stored.startswith(b"RIFF")
    assert trailer[-20:] not in stored


@pytest.mark.parametrize(
    ("bomb", "media_type"), [(png_bomb(30_000), "image/png"), (text_bomb(), "image/png"), (webp_bomb(), "image/webp")]
)
async def test_a_bomb_takes_no_memory(client: httpx2.AsyncClient, bomb: bytes, media_type: str) -> None:
    user = await make_user()
    await upload(client, user, PNG)  # so that decoders are loaded
    before = resident_bytes()

    with PeakMemory() as peak:
        answers = await asyncio.gather(*(upload(client, user, bomb, media_type) for _ in range(3)))

    assert {(answer.status_code, answer.json()["code"]) for answer in answers} == {(422, "invalid_picture")}
    # Signing in, a part of each upload here, takes 19 MiB per password.
    assert peak.bytes - before < 100 * 1024 * 1024


def resident_bytes() -> int:
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")


class PeakMemory:
    """Watches this process's memory while the block runs."""

    def __init__(self) -> None:
        self.bytes = 0
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._watch)

    def __enter__(self) -> "PeakMemory":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._done.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._done.is_set():
            self.bytes = max(self.bytes, resident_bytes())
            time.sleep(0.002)


async def test_refuses_a_file_of_too_many_bytes(client: httpx2.AsyncClient, settings: Settings) -> None:
    user = await make_user()

    slightly = await upload(client, user, PNG + b"\x00" * settings.max_avatar_size)
    far = await upload(client, user, PNG + b"\x00" * (settings.max_avatar_size + 100_000))

    assert (slightly.status_code, slightly.json()["code"]) == (413, "picture_too_large")
    assert (far.status_code, far.json()["code"]) == (413, "payload_too_large")


async def test_takes_a_file_that_is_larger_than_other_bodies(client: httpx2.AsyncClient) -> None:
    answer = await upload(client, await make_user(), PNG + b"\x00" * 2_000_000)

    assert answer.status_code == 204


async def test_refuses_a_form_without_the_file_or_with_more(client: httpx2.AsyncClient) -> None:
    user = await make_user()
    path, headers = f"/api/v1/users/{user.id}/avatar", await bearer(client, user)

    answers = [
        await upload(client, user, PNG, field="picture"),
        await client.post(path, data={"file": "text"}, headers=headers),
        await client.post(path, files={"file": PNG}, data={"role": "admin"}, headers=headers),
        await client.post(path, json={"file": "x"}, headers=headers),
        await client.post(path, content=PNG, headers=headers | {"Content-Type": "image/png"}),
    ]

    assert [answer.status_code for answer in answers] == [422, 422, 422, 415, 415]


async def test_is_changed_by_its_owner_only(client: httpx2.AsyncClient) -> None:
    user, admin = await make_user(), await make_user(role="admin")
    path, headers = f"/api/v1/users/{user.id}/avatar", await bearer(client, admin)
    await upload(client, user, PNG)

    answers = [
        await client.post(path, files={"file": ("x", PNG, "image/png")}, headers=headers),
        await client.delete(path, headers=headers),
    ]

    assert {answer.status_code for answer in answers} == {404}
    assert (await client.get(path)).status_code == 200
