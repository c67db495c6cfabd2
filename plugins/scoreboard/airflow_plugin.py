"""What Airflow itself has to know of Scoreboard: the timetable that cuts quarters, and who listens when a DAG run ends."""

from __future__ import annotations

from airflow.plugins_manager import AirflowPlugin

from scoreboard.orchestration import outcomes
from scoreboard.quarter_timetable import QuarterTimetable


class ScoreboardPlugin(AirflowPlugin):  # type: ignore[misc]  # Airflow is not followed by mypy
    """The one plugin; found by file, see plugins/.airflowignore."""

    name = "scoreboard"
    timetables = [QuarterTimetable]  # noqa: RUF012  # the attribute Airflow reads, declared there as a list
    listeners = [outcomes]  # noqa: RUF012  # as above
