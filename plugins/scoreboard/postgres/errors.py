"""What can go wrong with PostgreSQL: what a person must mend, and what another try may."""

from __future__ import annotations

from scoreboard.errors import ScoreboardError


class PostgresError(ScoreboardError):
    """PostgreSQL cannot do what is asked of it; the message says what readers see there and what to do."""


class PostgresBusy(PostgresError):
    """The server is away, or somebody holds what is to be changed: free again in a minute, perhaps."""
