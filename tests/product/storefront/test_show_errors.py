"""Failures, as a person with a browser sees them."""

import pytest
from django.db import OperationalError
from django.test import Client, RequestFactory

from product.storefront.views.errors import error_page
from servicekit.problems import Conflict, Internal, NotFound, Problem, Unavailable
from tests.product.storefront.browser import Browser, Page


def test_an_unknown_address_is_answered_by_a_page_with_a_way_back(visitor: Browser) -> None:
    page = visitor.open("/nowhere")

    assert page.status == 404
    assert "There is nothing here" in page.text
    assert "/" in page.links


@pytest.mark.parametrize(
    ("problem", "words"),
    [
        (NotFound(), "There is nothing here"),
        (Conflict(), "That did not work"),
        (Unavailable(), "Back in a moment"),
        (Internal("of no concern to visitors"), "Something went wrong on our side"),
    ],
)
def test_says_what_happened_and_nothing_of_what_is_inside(problem: Problem, words: str) -> None:
    page = Page(error_page(RequestFactory().get("/orders"), problem))

    assert page.status == problem.status
    assert words in page.text
    assert "of no concern" not in page.html


def test_an_error_page_needs_neither_session_nor_database() -> None:
    """Without the database mark this test could not reach it."""
    request = RequestFactory().get("/")

    assert error_page(request, Unavailable()).status_code == 503


def test_a_database_that_is_away_is_told_as_such(visitor: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_args: object, **_kwargs: object) -> None:
        raise OperationalError("connection refused")

    monkeypatch.setattr("product.catalogue.queries.list_products", refuse)

    page = visitor.open("/")

    assert page.status == 503
    assert "Back in a moment" in page.text


def test_programs_get_a_problem_document_instead_of_a_page() -> None:
    response = Client().get("/nowhere")

    assert response.headers["Content-Type"] == "application/problem+json"
