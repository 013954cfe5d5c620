"""Three engines to show a page in, each behind the same few verbs."""
