"""What a member of staff does with the admin's pages, by the forms that are on them."""

from typing import Any

from django.db.models import Model

from tests.product.storefront.browser import Browser, Form, Page


def token_of(clerk: Browser, path: str) -> dict[str, str]:
    return {"csrfmiddlewaretoken": clerk.open(path).form("/admin/logout/").fields["csrfmiddlewaretoken"]}


def choose(clerk: Browser, path: str, action: str, *rows: Model, **details: Any) -> Page:
    """An action of the list at the path, for these rows; the list as it is shown afterwards."""
    form = Form(path, "post", token_of(clerk, path) | {"index": "0", "action": action})
    return clerk.submit(form, follow=True, _selected_action=[str(row.pk) for row in rows], **details)


def fill_in(clerk: Browser, path: str, **values: Any) -> Page:
    """The one form of the page, sent with some values changed; the page that follows."""
    form = next(form for form in clerk.open(path).forms if form.method == "post" and form.action == "")
    return clerk.submit(Form(path, "post", form.fields), follow=True, **values)
