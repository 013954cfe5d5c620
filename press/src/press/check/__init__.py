"""What can be found without running a cell."""
