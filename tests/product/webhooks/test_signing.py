"""Signatures by the specification, and secrets that are kept encrypted."""

import pytest
from pytest_django import Settings

from product.webhooks.signing import SecretUnreadable, new_secret, opened, sealed, signature_headers

SPECIFIED_SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"


def test_signs_the_example_of_the_specification_as_it_does() -> None:
    headers = signature_headers(
        [SPECIFIED_SECRET],
        message_id="msg_p5jXN8AQM9LWM0D4loKWxJek",
        timestamp=1614265330,
        body='{"test": 2432232314}',
    )

    assert headers == {
        "webhook-id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
        "webhook-timestamp": "1614265330",
        "webhook-signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
    }


def test_two_secrets_give_two_signatures() -> None:
    headers = signature_headers([new_secret(), new_secret()], message_id="m", timestamp=1, body="{}")

    first, second = headers["webhook-signature"].split(" ")
    assert first.startswith("v1,")
    assert second.startswith("v1,")
    assert first != second


def test_a_stored_secret_says_nothing_and_can_be_opened() -> None:
    secret = new_secret()

    stored = sealed(secret)

    assert secret.removeprefix("whsec_") not in stored
    assert opened(stored) == secret


def test_a_secret_that_was_stored_under_another_key_cannot_be_opened(settings: Settings) -> None:
    stored = sealed(new_secret())
    settings.SECRET_KEY = "another key that is long enough to be one"

    with pytest.raises(SecretUnreadable):
        opened(stored)
