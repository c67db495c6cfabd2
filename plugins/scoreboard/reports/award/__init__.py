"""The award report of a quarter: what is reported (`content`), and one module per format, all from the same content."""

from scoreboard.reports.award.write import write_award_report

__all__ = ["write_award_report"]
