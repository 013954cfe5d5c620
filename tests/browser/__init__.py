"""Tests of the built site in a browser: a package, so that they share one browser."""
