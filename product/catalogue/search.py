"""Full-text search with typo tolerance, by PostgreSQL's own means, at a cost that does not grow with the catalogue.

Words are found by a generated tsvector. No index yields matches in the order of their rank, and a common word has
hundreds of thousands of them in a large catalogue: therefore no more than a fixed number of candidates is ranked. See
`candidates` for which. A mistyped word is looked up among the distinct words of all names, which are few, and the
search repeated with those that resemble it.
"""

import re
from functools import reduce
from operator import and_, or_

from django.contrib.postgres.search import CombinedSearchQuery, SearchQuery, SearchRank
from django.db.models import F, Func, IntegerField, Q, QuerySet, TextField, Value
from django.db.models.functions import Length
from django.db.models.lookups import Exact

from product.catalogue.models import Product, SearchWord

Query = SearchQuery | CombinedSearchQuery

_CANDIDATES = 500
_NEWEST = 1500
_ALTERNATIVES = 3
_COMPLETIONS = 8


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


def candidates(products: QuerySet[Product], query: Query, text: str) -> QuerySet[Product]:
    """Those of `products` that are worth ranking: all that match, as long as these are at most a few hundred.

    Of the matches of a common word these are taken: those whose name is exactly `text`, those among the newest
    products, and as many others as fill the number. A more exact search reaches the rest.
    """
    matching = products.filter(search_vector=query)
    newest = products.order_by("-id").values("pk")[:_NEWEST]
    found = [
        matching.order_by().values("pk")[:_CANDIDATES],
        matching.filter(pk__in=newest).order_by().values("pk"),
        products.filter(search_name=_searchable(text)).order_by().values("pk")[:_CANDIDATES],
    ]
    return Product.objects.filter(pk__in=found[0].union(*found[1:]))


def by_relevance(products: QuerySet[Product], query: Query, text: str) -> QuerySet[Product]:
    """The best match first: the exact name, words in the name before words in the description, then the newest."""
    return products.annotate(
        is_named_so=Exact(F("search_name"), _searchable(text)),
        rank=SearchRank(F("search_vector"), query, normalization=Value(1)),
    ).order_by("-is_named_so", "-rank", "-id")


def likeness(name: str) -> SearchRank:
    """How many words of `name` a product has, and where."""
    return SearchRank(F("search_vector"), _any_of(_words(name) or [name]))


def _words(text: str) -> list[str]:
    return re.findall(r"[^\W_]+", text)[:8]


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
