"""The course's figures: each takes data and returns a matplotlib `Figure`."""

from pooling.plots.any_day import moving_day
from pooling.plots.checks import replicated_statistics
from pooling.plots.comparison import elpd_comparison, pareto_k_by_subject
from pooling.plots.correlated import correlation_densities, error_by_day, origin_profile
from pooling.plots.diagrams import plate_diagrams
from pooling.plots.divergent import Run, three_systems, where_divergent, widths_in_between
from pooling.plots.ellipses import shrinkage_ellipses
from pooling.plots.exact import psis_errors, scale_nodes, z_scores
from pooling.plots.funnel import two_geometries
from pooling.plots.hand import pooling_by_hand
from pooling.plots.integrals import one_scale, slope_mixture, two_rows_in_a_plane
from pooling.plots.leapfrog import leapfrog_paths
from pooling.plots.lines import three_lines
from pooling.plots.lme4 import boundary, reml_forest, scales_beside
from pooling.plots.new_people import leads_by_person, next_days, strangers_by_model, three_bands
from pooling.plots.one_row import one_row_out
from pooling.plots.outliers import leads_by_distance, necks, scale_and_tails, weighted_rows
from pooling.plots.plane import shrinkage_plane
from pooling.plots.predictive import heldout_days, predictive_grid
from pooling.plots.priors import prior_lines, shuffled_slopes
from pooling.plots.pull import pulled_level
from pooling.plots.sampling import spread_posteriors, two_runs
from pooling.plots.shrinkage import shrinkage_forest
from pooling.plots.trends import standardisation, subject_trends
from pooling.plots.weights import weight_curves

__all__ = [
    "Run",
    "boundary",
    "correlation_densities",
    "elpd_comparison",
    "error_by_day",
    "heldout_days",
    "leads_by_distance",
    "leads_by_person",
    "leapfrog_paths",
    "moving_day",
    "necks",
    "next_days",
    "one_row_out",
    "one_scale",
    "origin_profile",
    "pareto_k_by_subject",
    "plate_diagrams",
    "pooling_by_hand",
    "predictive_grid",
    "prior_lines",
    "psis_errors",
    "pulled_level",
    "reml_forest",
    "replicated_statistics",
    "scale_and_tails",
    "scale_nodes",
    "scales_beside",
    "shrinkage_ellipses",
    "shrinkage_forest",
    "shrinkage_plane",
    "shuffled_slopes",
    "slope_mixture",
    "spread_posteriors",
    "standardisation",
    "strangers_by_model",
    "subject_trends",
    "three_bands",
    "three_lines",
    "three_systems",
    "two_geometries",
    "two_rows_in_a_plane",
    "two_runs",
    "weight_curves",
    "weighted_rows",
    "where_divergent",
    "widths_in_between",
    "z_scores",
]
