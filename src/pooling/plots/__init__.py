"""The course's figures: each takes data and returns a matplotlib `Figure`."""

from pooling.plots.comparison import elpd_comparison, pareto_k_by_subject
from pooling.plots.exact import psis_errors, scale_nodes, z_scores
from pooling.plots.integrals import one_scale, slope_mixture, two_rows_in_a_plane
from pooling.plots.lines import three_lines
from pooling.plots.predictive import heldout_days, predictive_grid
from pooling.plots.shrinkage import shrinkage_forest
from pooling.plots.trends import standardisation, subject_trends

__all__ = [
    "elpd_comparison",
    "heldout_days",
    "one_scale",
    "pareto_k_by_subject",
    "predictive_grid",
    "psis_errors",
    "scale_nodes",
    "shrinkage_forest",
    "slope_mixture",
    "standardisation",
    "subject_trends",
    "three_lines",
    "two_rows_in_a_plane",
    "z_scores",
]
