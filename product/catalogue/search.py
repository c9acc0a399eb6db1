"""Full-text search with typo tolerance, by PostgreSQL's own means, at a cost that does not grow with the catalogue.

Words are found by a generated tsvector. No index yields matches in the order of their rank, and a common word has
hundreds of thousands of them in a large catalogue: therefore no more than a fixed number of candidates is ranked. See
`candidates` for which. A mistyped word is looked up among the distinct words of all names, which are few, and the
search repeated with those that resemble it.
"""

import re
from collections.abc import Sequence
from functools import reduce
from operator import and_, or_
from typing import Any
from uuid import UUID

from django.contrib.postgres.search import CombinedSearchQuery, SearchQuery, SearchRank
from django.db import connection
from django.db.models import F, Func, QuerySet, TextField, Value
from django.db.models.functions import Length

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
    alternatives = _resembling(_words(text))
    if not alternatives or not all(alternatives):
        return None
    return reduce(and_, [_any_of(words) for words in alternatives])


def completed_query(text: str) -> Query | None:
    """The words of `text`, the last of which is still being typed. None when no word of the catalogue fits."""
    *finished, last = _words(text) or [""]
    if not last:
        return None
    begun = SearchWord.objects.filter(word__startswith=_searchable(last)).order_by(Length("word"), "word")
    completions = list(begun.values_list("word", flat=True)[:_COMPLETIONS]) or _resembling([last])[0]
    if not completions:
        return None
    return reduce(and_, [*(_either(word, "plain") for word in finished), _any_of(completions)])


def matching(products: QuerySet[Product], query: Query, *, at_most: int) -> QuerySet[Product]:
    """Those of `products` that match.

    When they are few, they are found by their words alone, before any filter: PostgreSQL knows the frequency of common
    words only, and would rather walk through a whole category or price list in the hope of meeting a rare one soon.
    """
    in_shop = Product.objects.filter(search_vector=query, retired_at=None).order_by().values("pk")[: at_most + 1]
    if not _is_common(_literal(*_sql(query)), than=at_most) and in_shop.count() <= at_most:
        return products.filter(pk__in=in_shop)
    return products.filter(search_vector=query)


def ranked(
    products: QuerySet[Product], query: Query, text: str, *, offset: int, limit: int, candidates: int = 200
) -> list[UUID]:
    """The ids of the best matches: the exact name, words in the name before words in the description, the newest.

    A word that few products have is ranked in all of them. Of the matches of a common word these are candidates: those
    of exactly this name, those among the newest products, and some more. A more exact search reaches the rest.
    """
    words = _literal(*_sql(query))
    statement = _RANKED.format(
        query=words,
        name=_literal("searchable(%s)", [text]),
        wanted=_literal(*products.order_by().values("id", "search_name", "search_vector").query.sql_with_params()),
        most=0 if _is_common(words, than=_FEW) else _FEW + 1,
        candidates=candidates,
        newest=_NEWEST,
        named_so=_NAMED_SO,
        offset=offset,
        limit=limit,
    )
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return [product_id for _, _, product_id in cursor.fetchall()]


# By hand and at once, because this is what a search waits for. `wanted` are the products with all filters, as Django
# writes them; below a `products` of its own it reads that instead of the table: then the filters come after the words.
_RANKED = """
    WITH few AS MATERIALIZED (
        SELECT * FROM products WHERE search_vector @@ ({query}) AND retired_at IS NULL LIMIT {most}
    ),
    of_few AS MATERIALIZED (WITH products AS (SELECT * FROM few) {wanted}),
    these AS (SELECT (SELECT count(*) FROM few) < {most} AS are_all, (SELECT count(*) FROM of_few) AS number),
    wanted AS NOT MATERIALIZED ({wanted}),
    candidate AS (
        (SELECT * FROM of_few LIMIT CASE WHEN (SELECT are_all FROM these) THEN NULL ELSE {candidates} END)
        UNION ALL (
            SELECT * FROM wanted WHERE search_vector @@ ({query})
            AND (SELECT NOT are_all AND number < {candidates} FROM these) LIMIT {candidates}
        )
        UNION ALL (
            SELECT * FROM (SELECT * FROM wanted ORDER BY id DESC LIMIT {newest}) AS newest
            WHERE search_vector @@ ({query}) AND NOT (SELECT are_all FROM these)
        )
        UNION ALL (SELECT * FROM wanted WHERE search_name = {name} AND NOT (SELECT are_all FROM these) LIMIT {named_so})
    )
    SELECT DISTINCT search_name = {name} AS is_named_so, ts_rank(search_vector, {query}, 1) AS rank, id
    FROM candidate ORDER BY is_named_so DESC, rank DESC, id DESC OFFSET {offset} LIMIT {limit}
"""


def _is_common(words: str, *, than: int) -> bool:
    """Whether PostgreSQL's statistics are sure of more matches, which costs nothing: counting reads them all first."""
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (FORMAT JSON) SELECT FROM products WHERE search_vector @@ ({words})")  # nosec B608
        expected: int = cursor.fetchone()[0][0]["Plan"]["Plan Rows"]
    return expected > than * _SURELY


def _sql(query: Query) -> tuple[str, Sequence[Any]]:
    compiled: tuple[str, Sequence[Any]] = Product.objects.all().query.get_compiler(connection=connection).compile(query)
    return compiled


def _literal(sql: str, parameters: Sequence[Any]) -> str:
    """The expression with its parameters in place, quoted by the database's driver."""
    with connection.cursor() as cursor:
        literal: bytes = cursor.mogrify(sql, parameters)
    return literal.decode()


def likeness(name: str) -> SearchRank:
    """How many words of `name` a product has, and where."""
    return SearchRank(F("search_vector"), _any_of(_words(name) or [name]))


def _words(text: str) -> list[str]:
    """Longer ones than are learnt resemble nothing, and levenshtein() refuses them."""
    return [word[:_LONGEST_WORD] for word in re.findall(r"[^\W_]+", text)[:8]]


def _resembling(words: list[str]) -> list[list[str]]:
    """For each word, itself if there is such a word; otherwise those that begin so or differ in no more than every
    third letter, the nearest first."""
    with connection.cursor() as cursor:
        cursor.execute(_RESEMBLING, [words, _ALTERNATIVES])
        return [row[0] for row in cursor.fetchall()]


# Materialized, so that searchable() is called once for a typed word and not again for each word compared with it.
_RESEMBLING = """
    WITH typed AS MATERIALIZED (
        SELECT number, searchable(word) AS word, greatest(1, length(word) / 3) AS most_edits
        FROM unnest(%s::text[]) WITH ORDINALITY AS given (word, number)
    )
    SELECT CASE WHEN EXISTS (SELECT FROM search_words WHERE search_words.word = typed.word) THEN ARRAY[typed.word]
        ELSE ARRAY(
            SELECT known.word FROM search_words AS known, levenshtein(known.word, typed.word) AS edits
            WHERE known.word %% typed.word AND (edits <= most_edits OR starts_with(known.word, typed.word))
            ORDER BY edits, known.word LIMIT %s
        ) END
    FROM typed ORDER BY number
"""


def _any_of(words: list[str]) -> Query:
    return reduce(or_, [_either(word, "plain") for word in words])


def _either(text: str, search_type: str) -> Query:
    searchable = _searchable(text)
    return SearchQuery(searchable, config="english", search_type=search_type) | SearchQuery(
        searchable, config="simple", search_type=search_type
    )


def _searchable(text: str) -> Func:
    return Func(Value(text), function="searchable", output_field=TextField())
