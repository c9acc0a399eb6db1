"""Full-text search with typo tolerance, by PostgreSQL's own means: a generated tsvector, trigrams as the fallback."""

from django.contrib.postgres.search import SearchQuery, SearchRank, TrigramWordSimilarity
from django.db.models import F, Func, QuerySet, Value

from product.catalogue.models import Product


def matching(products: QuerySet[Product], text: str) -> QuerySet[Product]:
    """Those of `products` that have the words of `text`; when none has, those with a name that resembles it."""
    exact = products.filter(search_vector=_words(text))
    if exact.exists():
        return exact
    return products.filter(search_name__trigram_word_similar=_searchable(text))


def by_relevance(products: QuerySet[Product], text: str) -> QuerySet[Product]:
    """The best match first: words in the name count more than words in the description, then resemblance, then age."""
    return products.annotate(
        rank=SearchRank(F("search_vector"), _words(text)),
        resemblance=TrigramWordSimilarity(_searchable(text), "search_name"),  # type: ignore[arg-type]  # takes any expression
    ).order_by("-rank", "-resemblance", "-id")


def _words(text: str) -> SearchQuery:
    """Names and descriptions are stemmed, SKUs are not: the query asks for either."""
    searchable = _searchable(text)
    return SearchQuery(searchable, config="english", search_type="websearch") | SearchQuery(
        searchable, config="simple", search_type="websearch"
    )


def _searchable(text: str) -> Func:
    return Func(Value(text), function="searchable")
