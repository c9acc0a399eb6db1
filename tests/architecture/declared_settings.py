"""The class of settings of every service, which declares the environment variables that the service reads."""

from auth.settings import Settings as AuthSettings
from payment.settings import Settings as PaymentSettings
from product.environment import Settings as ProductSettings
from servicekit.settings import ServiceSettings

SETTINGS: dict[str, type[ServiceSettings]] = {
    "auth": AuthSettings,
    "product": ProductSettings,
    "payment": PaymentSettings,
}
