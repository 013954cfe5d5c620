"""An author at work: pages that follow the files."""
