"""Charts of the reports and the web page: published rows in, one self-contained SVG and its message in words out."""

from scoreboard.reports.charts.gaps import gap_bars
from scoreboard.reports.charts.heard import revenue_heard
from scoreboard.reports.charts.pareto import revenue_pareto
from scoreboard.reports.charts.picture import Picture
from scoreboard.reports.charts.quadrants import quadrant_plot
from scoreboard.reports.charts.rules import enter_share, quadrant_cutoffs
from scoreboard.reports.charts.trend import score_trend

__all__ = [
    "Picture",
    "enter_share",
    "gap_bars",
    "quadrant_cutoffs",
    "quadrant_plot",
    "revenue_heard",
    "revenue_pareto",
    "score_trend",
]
