"""What the checks stand on: settings, chapters, and how they are read."""
