"""The admin site: its door and its name."""

from collections.abc import Callable
from functools import update_wrapper
from typing import Any

from django.contrib.admin import AdminSite
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from product.backoffice.models import StaffMember
from product.storefront import sessions
from product.storefront.navigation import safe_next, to_sign_in

View = Callable[..., HttpResponseBase]


class BackOfficeSite(AdminSite):
    site_title = _("Storefront back office")
    site_header = _("Storefront back office")
    index_title = _("All tables")

    def __init__(self, name: str = "admin") -> None:
        super().__init__(name)
        self.disable_action("delete_selected")  # one row at a time, each through its use case

    def admin_view(self, view: View, cacheable: bool = False) -> View:  # type: ignore[override]
        """Whoever is about to change something is remembered by name, for the log."""

        def remembering(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if request.method == "POST" and isinstance(request.user, StaffMember):
                request.user.remember()
            return view(request, *args, **kwargs)

        guarded: Any = super().admin_view(update_wrapper(remembering, view), cacheable)
        guarded.admin_site = self  # as on Django's own pages; a test looks for it on every route
        return guarded  # type: ignore[no-any-return]

    @method_decorator(never_cache)
    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:  # noqa: ARG002
        """Lead guests to the shop's sign-in and back, and turn customers away."""
        if self.has_permission(request):
            return HttpResponseRedirect(_way_back(request))
        if request.user.is_authenticated:
            return render(request, "backoffice/refused.html", {"back_to": _way_back(request)}, status=403)
        return to_sign_in(request, back_to=_way_back(request))

    @method_decorator(require_POST)
    def logout(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:  # type: ignore[override]  # noqa: ARG002
        """One session for shop and back office: both end."""
        sessions.end(request)
        return HttpResponseRedirect(reverse("storefront:home"))


def _way_back(request: HttpRequest) -> str:
    return safe_next(request) if "next" in request.GET else reverse("admin:index")
