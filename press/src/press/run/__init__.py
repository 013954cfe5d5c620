"""Chapters are run, each in a kernel of its own, or found to need no run."""
