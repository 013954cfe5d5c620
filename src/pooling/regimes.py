"""The three pooling regimes: what they are called in code, and what in print."""

REGIME_NAMES = {
    "complete_pooling": "complete pooling",
    "no_pooling": "no pooling",
    "partial_pooling": "partial pooling",
}
"""Each regime's printed name, by its key; figures, tables and published results print it."""
