"""The one family of errors that the pipeline raises on purpose: each message is meant to be read by a person."""

from __future__ import annotations


class ScoreboardError(Exception):
    """Something is wrong with the input, the settings or the figures; the message says what, what was kept safe, and what to do."""
