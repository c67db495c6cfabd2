"""What Airflow itself has to know of Scoreboard: the timetable that cuts quarters, the page in its web UI, who hears of a run's end and of a broken DAG file."""

from __future__ import annotations

from functools import cached_property
from typing import Any
from urllib.parse import urlsplit

from airflow.configuration import conf
from airflow.plugins_manager import AirflowPlugin

from scoreboard.orchestration import import_errors, outcomes
from scoreboard.quarter_timetable import QuarterTimetable

PAGE_PREFIX = "/scoreboard"


def page_address() -> str:
    """Where a browser finds the page: below the path of Airflow's own address, should that have one."""
    base_url = str(conf.get("api", "base_url", fallback=""))
    return urlsplit(base_url).path.rstrip("/") + f"{PAGE_PREFIX}/"


class ScoreboardPlugin(AirflowPlugin):  # type: ignore[misc]  # Airflow is not followed by mypy
    """The one plugin; found by file, see plugins/.airflowignore."""

    name = "scoreboard"
    timetables = [QuarterTimetable]  # noqa: RUF012  # the attributes Airflow reads, declared there as lists
    listeners = [outcomes, import_errors]  # noqa: RUF012
    external_views = [  # noqa: RUF012
        {"name": "Scoreboard", "href": page_address(), "destination": "nav", "url_route": "scoreboard"}
    ]

    @cached_property
    def fastapi_apps(self) -> list[dict[str, Any]]:
        """The page; made when the API server asks for it, for tasks load this plugin too and need nothing of it."""
        from scoreboard.web.app import make_app

        return [{"app": make_app(), "url_prefix": PAGE_PREFIX, "name": "Scoreboard"}]
