"""One whole site, or the last one untouched."""
