"""What all pages of the admin have in common: changes go through use cases, and long lists stay cheap."""

import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext, ngettext

from product.backoffice.log import as_logged, told_by
from product.backoffice.models import StaffMember
from product.backoffice.paginator import BoundedPaginator
from product.backoffice.refusals import told
from servicekit.patience import REQUEST_SECONDS, time_not_counted, waiting_at_most
from servicekit.principal import Principal
from servicekit.problems import Forbidden, Problem
from servicekit.service_calls import ServiceAway

if TYPE_CHECKING:
    # Generic in the stubs only.
    AnyModelAdmin = admin.ModelAdmin[Any]
    AnyTabularInline = admin.TabularInline[Any, Any]
    AnyModelForm = forms.ModelForm[Any]
else:
    AnyModelAdmin = admin.ModelAdmin
    AnyTabularInline = admin.TabularInline
    AnyModelForm = forms.ModelForm

ROWS_AT_ONCE = 50
"""That one action is applied to."""
_ACTION_SECONDS = 6.0
"""After which an action leaves the remaining rows alone, so that nobody waits for a page longer than ten seconds."""

Act = Callable[[Any], None]
"""A use case for one row. Raises `Problem` when it refuses."""


class UseCaseForm(AnyModelForm):
    """A form whose values go to a use case, not to the table. What the use case refuses is told above the fields."""

    refusal: Problem | None = None

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        if self.refusal is not None:
            raise ValidationError(told(self.refusal))
        return values

    def columns(self) -> dict[str, Any]:
        """What was changed, as the use case takes it."""
        columns = {field.name for field in self._meta.model._meta.concrete_fields}
        return {name: self.cleaned_data[name] for name in self.changed_data if name in columns}


class UseCaseAdmin(AnyModelAdmin):
    """Pages for one kind of row. Subclasses call use cases from `save_model`, `delete_model` and actions."""

    paginator = BoundedPaginator
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER
    list_per_page = 50
    list_max_show_all = 50

    def changeform_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """What a use case refuses comes back with the form as it was filled in; its transaction is rolled back."""
        try:
            return super().changeform_view(request, *args, **kwargs)
        except Problem as problem:
            request.refusal = problem  # type: ignore[attr-defined]
            return super().changeform_view(request, *args, **kwargs)

    def get_form(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        form: Any = super().get_form(request, *args, **kwargs)
        form.refusal = getattr(request, "refusal", None)
        return form

    def delete_view(self, request: HttpRequest, object_id: str, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            return super().delete_view(request, object_id, *args, **kwargs)
        except Problem as problem:
            self.message_user(request, told(problem), messages.ERROR)
            return HttpResponseRedirect(request.path)

    def history_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response = super().history_view(request, *args, **kwargs)
        for entry in getattr(response, "context_data", {}).get("action_list", ()):
            entry.change_message = told_by(entry)
        return response

    def do_to_each(self, request: HttpRequest, rows: QuerySet[Any], act: Act, *, done: str) -> None:
        """Apply a use case to the chosen rows, each in a transaction of its own; tell and log each result.

        `done` is English, marked for translation.
        """
        chosen = list(rows[: ROWS_AT_ONCE + 1])
        if len(chosen) > ROWS_AT_ONCE:
            words = gettext("Nothing was done: choose at most %(count)d at once.") % {"count": ROWS_AT_ONCE}
            self.message_user(request, words, messages.ERROR)
            return
        give_up_at = time.monotonic() + _ACTION_SECONDS
        for number, row in enumerate(chosen, start=1):
            may_go_on = self.do_to(request, row, act, done=done) and time.monotonic() < give_up_at
            if not may_go_on and (left := len(chosen) - number):
                words = ngettext(
                    "%(count)d more was left alone. Please try again.",
                    "%(count)d more were left alone. Please try again.",
                    left,
                )
                self.message_user(request, words % {"count": left}, messages.WARNING)
                return

    def do_to(self, request: HttpRequest, row: Model, act: Act, *, done: str) -> bool:
        """The same for one row. Returns whether it makes sense to go on: not while another service is away."""
        try:
            with time_not_counted(), waiting_at_most(REQUEST_SECONDS):
                act(row)
                self.log_change(request, row, as_logged(done))
        except Problem as problem:
            self.message_user(request, f"{row}: {told(problem)}", messages.ERROR)
            return not isinstance(problem, ServiceAway)
        self.message_user(request, f"{row}: {gettext(done)}", messages.SUCCESS)
        return True


class ReadOnly:
    """Mixed into pages and inlines of what nobody edits by hand."""

    def has_add_permission(self, request: HttpRequest, obj: object = None) -> bool:  # noqa: ARG002
        return False

    def has_change_permission(self, request: HttpRequest, obj: object = None) -> bool:  # noqa: ARG002
        return False

    def has_delete_permission(self, request: HttpRequest, obj: object = None) -> bool:  # noqa: ARG002
        return False


class ReadOnlyInline(ReadOnly, AnyTabularInline):
    """What belongs to a row, as a table."""

    template = "admin/edit_inline/readable_table.html"


def acting(request: HttpRequest) -> Principal:
    """Who is doing this. Raises `Forbidden` for whoever is no member of staff."""
    if isinstance(request.user, StaffMember) and request.user.principal is not None:
        return request.user.principal
    raise Forbidden
