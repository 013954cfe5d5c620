"""Files, digests and locks."""
