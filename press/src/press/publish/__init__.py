"""From woven chapters to pages, PDF and notebooks."""
