"""Full-text search with typo tolerance, by PostgreSQL's own means, at a cost that does not grow with the catalogue.

Words are found by a generated tsvector. No index yields matches in the order of their rank, and a common word has
hundreds of thousands of them in a large catalogue: therefore no more than a fixed number of candidates is ranked. See
`candidates` for which. A mistyped word is looked up among the distinct words of all names, which are few, and the
search repeated with those that resemble it.
"""

import json
import re
from functools import reduce
from operator import and_, or_
from typing import Any
from uuid import UUID

from django.contrib.postgres.search import CombinedSearchQuery, SearchQuery, SearchRank
from django.db import connection
from django.db.models import F, Func, IntegerField, Q, QuerySet, TextField, Value
from django.db.models.functions import Length
from django.db.models.lookups import Exact

from product.catalogue.models import Product, SearchWord

Query = SearchQuery | CombinedSearchQuery

_FEW = 1000
_SURELY = 10
"""So many times more than few are expected of a word that is called common without being counted."""
_NEWEST = 500
_NAMED_SO = 50
_ALTERNATIVES = 3
_COMPLETIONS = 8
_LONGEST_WORD = 50


def words_query(text: str) -> Query:
    """The words of `text` as a visitor of the web means them: all of them, "as a phrase", this or that, -not this.

    Names and descriptions are stemmed, SKUs are not: the query asks for either.
    """
    return _either(text, "websearch")


def corrected_query(text: str) -> Query | None:
    """The same with each word replaced by those of the catalogue that resemble it; None when one resembles none."""
    alternatives = [_resembling(word) for word in _words(text)]
    if not alternatives or not all(alternatives):
        return None
    return reduce(and_, [_any_of(words) for words in alternatives])


def completed_query(text: str) -> Query | None:
    """The words of `text`, the last of which is still being typed. None when no word of the catalogue fits."""
    *finished, last = _words(text) or [""]
    if not last:
        return None
    begun = SearchWord.objects.filter(word__startswith=_searchable(last)).order_by(Length("word"), "word")
    completions = list(begun.values_list("word", flat=True)[:_COMPLETIONS]) or _resembling(last)
    if not completions:
        return None
    return reduce(and_, [*(_either(word, "plain") for word in finished), _any_of(completions)])


def matching(products: QuerySet[Product], query: Query, *, at_most: int) -> tuple[QuerySet[Product], int | None]:
    """Those of `products` that match, and how many matches there are in the whole shop; None for more than `at_most`.

    These few are then found by their words alone, before any filter: PostgreSQL knows the frequency of common words
    only, and would rather walk through a whole category or price list in the hope of meeting a rare one soon.
    """
    in_shop = Product.objects.filter(search_vector=query, retired_at=None).order_by().values("pk")
    if _expected_rows(in_shop) <= at_most * _SURELY:
        first = in_shop[: at_most + 1]
        if (number := first.count()) <= at_most:
            return products.filter(pk__in=first), number
    return products.filter(search_vector=query), None


def _expected_rows(found: QuerySet[Product, Any]) -> int:
    """What PostgreSQL's statistics say, which costs nothing: counting reads all matches of a common word first."""
    rows: int = json.loads(found.explain(format="json"))[0]["Plan"]["Plan Rows"]
    return rows


def ranked(
    products: QuerySet[Product], query: Query, text: str, *, offset: int, limit: int, candidates: int = 200
) -> list[UUID]:
    """The ids of the best matches: the exact name, words in the name before words in the description, the newest.

    A word that few products have is ranked in all of them. Of the matches of a common word these are candidates: those
    of exactly this name, those among the newest products, and some more. A more exact search reaches the rest.
    """
    products = products.order_by()
    found, number = matching(products, query, at_most=_FEW)
    if number == 0:
        return []
    pools = [found] if number else [found[:candidates], *_notable(products, query, text)]
    statements, parameters = zip(*(_scored(pool, query, text).query.sql_with_params() for pool in pools), strict=True)
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT id FROM (({') UNION ('.join(statements)})) AS candidate (id, is_named_so, rank)"  # nosec B608  # noqa: S608
            " ORDER BY is_named_so DESC, rank DESC, id DESC OFFSET %s LIMIT %s",
            [*(value for values in parameters for value in values), offset, limit],
        )
        return [row[0] for row in cursor.fetchall()]


def _notable(products: QuerySet[Product], query: Query, text: str) -> list[QuerySet[Product]]:
    """Matches of a common word that nobody should miss."""
    newest = products.order_by("-id").values("pk")[:_NEWEST]
    return [
        products.filter(search_vector=query, pk__in=newest),
        products.filter(search_name=_searchable(text))[:_NAMED_SO],
    ]


def _scored(products: QuerySet[Product], query: Query, text: str) -> QuerySet[Product, tuple[Any, ...]]:
    return products.values_list(
        "pk",
        Exact(F("search_name"), _searchable(text)),
        SearchRank(F("search_vector"), query, normalization=Value(1)),
    )


def likeness(name: str) -> SearchRank:
    """How many words of `name` a product has, and where."""
    return SearchRank(F("search_vector"), _any_of(_words(name) or [name]))


def _words(text: str) -> list[str]:
    """Longer ones than are learnt resemble nothing, and levenshtein() refuses them."""
    return [word[:_LONGEST_WORD] for word in re.findall(r"[^\W_]+", text)[:8]]


def _resembling(word: str) -> list[str]:
    """Words that begin so, or differ in no more than every third letter; the nearest first."""
    typed = _searchable(word)
    similar = SearchWord.objects.filter(word__trigram_similar=typed).annotate(
        edits=Func(F("word"), typed, function="levenshtein", output_field=IntegerField())
    )
    near = similar.filter(Q(edits__lte=max(1, len(word) // 3)) | Q(word__startswith=typed))
    return list(near.order_by("edits", "word").values_list("word", flat=True)[:_ALTERNATIVES])


def _any_of(words: list[str]) -> Query:
    return reduce(or_, [_either(word, "plain") for word in words])


def _either(text: str, search_type: str) -> Query:
    searchable = _searchable(text)
    return SearchQuery(searchable, config="english", search_type=search_type) | SearchQuery(
        searchable, config="simple", search_type=search_type
    )


def _searchable(text: str) -> Func:
    return Func(Value(text), function="searchable", output_field=TextField())
