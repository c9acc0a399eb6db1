"""A browser as far as its cookies, and the pages that there are for it."""

import json
import re
import subprocess
import sys
from collections.abc import Mapping
from typing import Self

import httpx2

from servicekit.ids import new_id
from stack.environment import only_for
from stack.shop import ROOT, Shop

PAGE = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}
_CSRF = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')
_LIST_PATHS = """
import json, os, django
os.environ["DJANGO_SETTINGS_MODULE"] = "product.settings"
django.setup()
from django.urls import get_resolver

def paths(patterns, prefix=""):
    for each in patterns:
        path = prefix + str(each.pattern)
        yield from paths(each.url_patterns, path) if hasattr(each, "url_patterns") else [path]

print(json.dumps(sorted(set(paths(get_resolver().url_patterns)))))
"""
_OTHERS = ("api/", "^", "healthcheck", "health", "metrics", "docs", "openapi.json")


class Browser:
    def __init__(self, url: str) -> None:
        self.url = url
        self.http = httpx2.Client(base_url=url, headers=PAGE, trust_env=False, timeout=30)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.http.close()

    def sign_in(self, account: Mapping[str, str], **fields: str) -> httpx2.Response:
        return self.submit("/sign-in", account, **fields)

    def submit(self, path: str, account: Mapping[str, str] | None = None, **fields: str) -> httpx2.Response:
        """Send a form there, with the token that the pages of this browser carry."""
        token = _CSRF.search(self.http.get("/sign-in?next=/").text) or _CSRF.search(self.http.get("/").text)
        assert token
        form = {"csrfmiddlewaretoken": token[1], **(account or {}), **fields}
        return self.http.post(path, data=form, headers={"Origin": self.url})


def page_paths(machinery: Shop, *, slug: str) -> list[str]:
    """Of every page that the service has an address for, with a product of this name and ids of nothing."""
    listed = subprocess.run(
        [sys.executable, "-c", _LIST_PATHS],
        cwd=ROOT, env=only_for("product", machinery.environment), capture_output=True, text=True, check=True,
    )  # fmt: skip
    paths = [path for path in json.loads(listed.stdout) if not path.startswith(_OTHERS)]
    return [f"/{_filled(path, slug)}" for path in paths]


def _filled(path: str, slug: str) -> str:
    path = re.sub(r"<(slug|path|str):[^>]+>|<[a-z_]+>", slug, path)
    return re.sub(r"<int:[^>]+>", "1", re.sub(r"<uuid:[^>]+>", str(new_id()), path)).replace("\\Z", "").replace("$", "")
