"""Statistics that are too much for SQL; numbers in, numbers out, nothing about tables."""
