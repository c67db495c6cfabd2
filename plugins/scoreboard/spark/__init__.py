"""The warehouse computed by Spark (docs/decisions/0027)."""
