"""What models are called: in code, and in print."""

REGIME_NAMES = {
    "complete_pooling": "complete pooling",
    "no_pooling": "no pooling",
    "partial_pooling": "partial pooling",
}
"""Each regime's printed name, by its key; figures, tables and published results print it."""

MODEL_NAMES = REGIME_NAMES | {
    "heavy_tails": "heavy tails",
    "scatter_population": "own scatter",
    "own_weights": "own weights",
    "correlated_effects": "correlated effects",
}
"""The same for the wider models, too; the non-centred form of a model is no other model."""
