"""What can go wrong with Spark: what a person must mend, and what another try may."""

from __future__ import annotations

from scoreboard.errors import ScoreboardError


class SparkError(ScoreboardError):
    """Spark cannot do what is asked of it; the message says what stays and what to do."""


class SparkAway(SparkError):
    """The Thrift server does not answer: there again in a minute, perhaps."""
