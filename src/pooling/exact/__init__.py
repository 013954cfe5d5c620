"""The course's posteriors without Monte Carlo error."""

from pooling.exact.posterior import ExactPosterior, exact_posterior

__all__ = ["ExactPosterior", "exact_posterior"]
