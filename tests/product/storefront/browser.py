"""A browser without JavaScript: it follows links, keeps cookies and fills in the forms that a page really contains."""

from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

from django.test import Client

from tests.product.storefront.fake_services import PASSWORD


@dataclass
class Form:
    action: str
    method: str
    fields: dict[str, str] = field(default_factory=dict)


class Page(HTMLParser):
    """What a visitor finds on a page: its forms, its links and its text."""

    def __init__(self, response: Any) -> None:
        super().__init__()
        self.response = response
        self.status = response.status_code
        self.html = response.content.decode()
        self.forms: list[Form] = []
        self.links: list[str] = []
        self._texts: list[str] = []
        self.feed(self.html)

    @property
    def text(self) -> str:
        return " ".join(" ".join(self._texts).split())

    def form(self, action: str) -> Form:
        """The form that is sent to this path."""
        return next(form for form in self.forms if form.action == action)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = dict(attrs)
        if tag == "form":
            self.forms.append(Form(attributes.get("action") or "", attributes.get("method") or "get"))
        elif tag == "input" and self.forms and "disabled" not in attributes and "form" not in attributes:
            self.forms[-1].fields[attributes.get("name") or ""] = attributes.get("value") or ""
        elif tag == "a":
            self.links.append(attributes.get("href") or "")

    def handle_data(self, data: str) -> None:
        self._texts.append(data)


class Browser:
    """Checks CSRF as a real server does. Does not follow redirects unless asked to."""

    def __init__(self) -> None:
        self.client = Client(enforce_csrf_checks=True, headers={"Accept": "text/html"})

    def open(self, path: str, *, headers: dict[str, str] | None = None) -> Page:
        return Page(self.client.get(path, headers=headers))

    def submit(self, form: Form, *, follow: bool = False, **changes: Any) -> Page:
        send = self.client.get if form.method == "get" else self.client.post
        return Page(send(form.action, form.fields | changes, follow=follow))

    def sign_in(self, username: str, *, next_path: str = "/") -> Page:
        form = self.open(f"/sign-in?next={next_path}").form("/sign-in")
        return self.submit(form, username=username, password=PASSWORD)

    @property
    def session(self) -> Any:
        return self.client.session
