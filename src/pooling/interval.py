"""The central interval that results are given with."""

PROBABILITY = 0.89
INTERVAL = (0.055, 0.945)  # the quantiles that bound it
