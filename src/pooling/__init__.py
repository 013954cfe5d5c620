"""Bayesian multilevel regression on the sleepstudy data, in small pieces."""
