"""Language and theme, as every page's footer offers them: kept by the browser, and in the account of who has one."""

from dataclasses import asdict

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.views.decorators.http import require_POST

from product.storefront import display
from product.storefront.navigation import safe_next
from product.storefront.preferences import keep_preferences


@require_POST
def change_display(request: HttpRequest) -> HttpResponse:
    language, theme = request.POST.get("language", ""), request.POST.get("theme", "")
    response = HttpResponseRedirect(safe_next(request))
    shown = display.Display.of(asdict(display.current()) | ({"theme": theme} if theme else {}))
    display.remember(response, shown, language=language)
    chosen: dict[str, str] = {"language": language} if display.is_offered(language) else {"theme": shown.theme}
    keep_preferences(request, chosen)
    return response
