"""What buyers can choose from, for whoever shows them a checkout."""

from typing import Annotated

from apiflask import APIBlueprint
from pydantic import BaseModel, Field

from payment.authentication import SIGN_IN_PROBLEMS, signed_in
from payment.errors import problem_responses
from payment.payments.methods import offered_methods

blueprint = APIBlueprint("payment_methods", __name__, url_prefix="/api/v1/payment-methods")


class PaymentMethodResponse(BaseModel):
    name: Annotated[str, Field(examples=["wallet"])]
    """What an order's `payment_method` says, alone or followed by a colon and a token."""
    test_tokens: list[str]
    """Of a method for trying things out: the tokens that are documented. None of any other."""


class PaymentMethodList(BaseModel):
    results: list[PaymentMethodResponse]
    next: None = None
    previous: None = None


@blueprint.get("")
@blueprint.auth_required(signed_in)
@blueprint.output(PaymentMethodList)
@blueprint.doc(responses=problem_responses(*SIGN_IN_PROBLEMS))
def list_payment_methods() -> PaymentMethodList:
    """The ways to pay that this installation offers, the usual one first. The list is short and comes whole."""
    offered = offered_methods().items()
    return PaymentMethodList(
        results=[PaymentMethodResponse(name=name, test_tokens=list(tokens)) for name, tokens in offered]
    )
