"""Which quarter the award report is about."""

from __future__ import annotations

from datetime import datetime, timedelta

from scoreboard.errors import ScoreboardError
from scoreboard.quarter import SETTLE_DAYS, Quarter
from scoreboard.settings import Settings


class QuarterNotClosed(ScoreboardError):
    """Late answers may still arrive for the quarter that was asked for."""


def choose(settings: Settings, asked: str | None, scheduled_for: datetime | None) -> Quarter:
    """The quarter asked for by label, else the one the schedule ran for, else the last one closed as of `settings.as_of`.

    Raises QuarterNotClosed when its settling days are not over on the as-of date, ScoreboardError when the label is none.
    """
    if asked:
        try:
            quarter = Quarter.parse(asked, settings.fiscal_start_month)
        except ValueError as error:
            raise ScoreboardError(f"{error}; no report was written") from error
    elif scheduled_for:
        quarter = Quarter.of_instant(scheduled_for, settings.timezone, settings.fiscal_start_month)
    else:
        quarter = last_closed(settings)
    if not quarter.is_closed(settings.as_of):
        raise QuarterNotClosed(
            f"{quarter.label} is not closed as of {settings.as_of}: answers may arrive until"
            f" {quarter.end + timedelta(days=SETTLE_DAYS)}. Nothing was closed or written; run the report again then,"
            f" or ask for {last_closed(settings).label}."
        )
    return quarter


def asked_for(settings: Settings, label: str) -> tuple[Settings, Quarter]:
    """What every step of the report is given: the settings, and the quarter that `choose` named."""
    return settings, Quarter.parse(label, settings.fiscal_start_month)


def last_closed(settings: Settings) -> Quarter:
    """The newest quarter whose settling days are over as of `settings.as_of`."""
    quarter = Quarter.containing(settings.as_of, settings.fiscal_start_month)
    while not quarter.is_closed(settings.as_of):
        quarter = quarter.previous
    return quarter
