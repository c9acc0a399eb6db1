"""What use cases refuse, as staff reads it in their language. Programs get the problem's own English."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from product.backoffice.operations.wording import reason_text
from product.clients.refunds import RefundRefused
from product.messaging.errors import StillUnprocessable
from servicekit.problems import Problem

_REFUSALS: Mapping[str, Promise] = {
    "already_resolved": _("Somebody has replayed or discarded this message before."),
    "category_cycle": _("A category cannot lie below itself."),
    "category_in_use": _("The category still has products or subcategories."),
    "category_not_found": _("There is no such category."),
    "delivery_not_found": _("There is no such delivery of this webhook."),
    "forbidden": _("Your role does not allow this."),
    "image_not_found": _("This picture is gone already."),
    "invalid_picture": _("The picture cannot be used: it is broken, moves, or is too large."),
    "order_not_cancellable": _("The order can no longer be cancelled."),
    "order_not_deliverable": _("The order is not on its way."),
    "order_not_found": _("There is no such order."),
    "order_not_shippable": _("The order cannot be shipped now."),
    "overloaded": _("Too many pictures are being uploaded. Please try again in a moment."),
    "parked_message_not_found": _("There is no such message."),
    "payment_unavailable": _("Payment does not answer right now. Nothing is lost: press the button again later."),
    "picture_too_large": _("The picture has too many bytes."),
    "picture_type_not_supported": _("This is no PNG, JPEG or WebP picture."),
    "product_changed": _("Somebody has changed this product meanwhile. Open it in another tab, and compare."),
    "product_not_found": _("There is no such product."),
    "sku_taken": _("Another product has this SKU."),
    "slug_taken": _("This address is taken."),
    "stock_too_low": _("There are fewer pieces on hand."),
    "too_many_images": _("The product has as many pictures as it can have."),
    "too_many_requests": _("Too many requests. Please try again in a moment."),
    "webhook_inactive": _("The webhook is switched off."),
    "webhook_not_found": _("There is no such webhook."),
}
_REFUND_REFUSALS: Mapping[str, Promise] = {
    "payment_not_captured": _("Nothing was paid for this order."),
    "refund_exceeds_payment": _("That is more than is left of what was paid."),
    "validation_failed": _("That is not an amount of this order's currency."),
}


def told(problem: Problem) -> str:
    """In a sentence; in the problem's own words where there are none here."""
    if isinstance(problem, StillUnprocessable):
        return _still_wrong(problem)
    words = _REFUSALS.get(problem.code)
    if isinstance(problem, RefundRefused):
        words = _REFUND_REFUSALS.get(problem.reason)
    return str(words) if words else f"{problem.detail or problem.title}."


def _still_wrong(problem: StillUnprocessable) -> str:
    reason = reason_text(str(problem.extensions.get("reason")))
    more = problem.detail or problem.extensions.get("problem")
    told_reason = f"{reason} ({more})" if more else reason
    return gettext("It still cannot be processed. %(reason)s.") % {"reason": told_reason}
