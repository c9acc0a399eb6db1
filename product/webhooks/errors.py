"""Failures of managing webhooks."""

from servicekit.problems import Conflict, NotFound


class WebhookNotFound(NotFound):
    code = "webhook_not_found"
    title = "There is no such webhook"


class DeliveryNotFound(NotFound):
    code = "delivery_not_found"
    title = "There is no such delivery of this webhook"


class TooManyWebhooks(Conflict):
    code = "too_many_webhooks"
    title = "There are as many webhooks as there may be"


class WebhookInactive(Conflict):
    code = "webhook_inactive"
    title = "The webhook is switched off"
