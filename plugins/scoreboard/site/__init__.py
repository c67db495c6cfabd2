"""The documentation's pages, and those of its reference that are written by the code itself."""
