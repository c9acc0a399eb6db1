"""Forms whose answer is another service's: what it refuses, or that it is away, is said in the form itself."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from product.clients.refusals import Refused
from servicekit.problems import Problem, TooManyRequests
from servicekit.service_calls import ServiceAway

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

    Words = str | _StrPromise


class ServiceForm(forms.Form):
    """`refusals` are the words for what the service may say: by its code, or by the field that it names."""

    refusals: Mapping[str, "tuple[str | None, Words]"] = {}
    """By code: the field to which it belongs, None for the whole form, and what to say there."""
    field_refusals: Mapping[str, "Words"] = {}
    problem: Problem | None = None
    """Why the service did not even look at the form."""

    def refuse(self, refusal: Refused) -> None:
        if refusal.code in self.refusals:
            self.add_error(*self.refusals[refusal.code])
            return
        named = refusal.fields & self.fields.keys()
        for name in named:
            self.add_error(name, self.field_refusals.get(name, gettext_lazy("This was not accepted.")))
        if not named:
            self.add_error(None, gettext_lazy("These details were not accepted."))


def submit(form: ServiceForm, send: Callable[[], None]) -> bool:
    """Whether the form was valid and `send` went through. If not, the form says why."""
    if not form.is_valid():
        return False
    try:
        send()
    except Refused as refusal:
        form.refuse(refusal)
    except (ServiceAway, TooManyRequests) as problem:
        form.problem = problem
        form.add_error(None, wait_message(problem))
    return not form.errors


def form_page(
    request: HttpRequest, template: str, form: ServiceForm, context: Mapping[str, object] | None = None
) -> HttpResponse:
    """The page with the form, as new or as it was filled in: 422 when it is at fault, else the service's own status."""
    status = form.problem.status if form.problem else 422 if form.errors else 200
    response = render(request, template, {"form": form} | dict(context or {}), status=status)
    if form.problem and "Retry-After" in form.problem.headers:
        response.headers["Retry-After"] = form.problem.headers["Retry-After"]
    return response


def wait_message(problem: ServiceAway | TooManyRequests) -> str:
    if isinstance(problem, ServiceAway):
        return _("This is not possible right now. The rest of the shop works; please try again in a moment.")
    seconds = int(problem.headers["Retry-After"])
    return ngettext(
        "Too many tries. Please wait %(seconds)s second.", "Too many tries. Please wait %(seconds)s seconds.", seconds
    ) % {"seconds": seconds}
