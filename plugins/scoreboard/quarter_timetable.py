"""When a quarter has settled: the schedule of everything that looks back on a whole quarter."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pendulum
from airflow.timetables.base import DagRunInfo, DataInterval, TimeRestriction, Timetable

from scoreboard.quarter import SETTLE_DAYS, SETTLED_AT, Quarter
from scoreboard.settings import Settings, utc_now


class QuarterTimetable(Timetable):  # type: ignore[misc]  # Airflow is not followed by mypy
    """One run per reporting quarter, at 06:00 local time on the day the quarter closes.

    The data interval is the quarter, from local midnight to local midnight. A DAG that never ran waits for
    the next quarter to settle (a report on one before it is a manual run); after a standstill the newest settled
    quarter runs, or all of them with catchup.
    """

    def __init__(self, timezone: str = "UTC", fiscal_start_month: int = 1, settle_days: int = SETTLE_DAYS) -> None:
        self.timezone = timezone
        self.fiscal_start_month = fiscal_start_month
        self.settle_days = settle_days
        self.description = f"06:00 ({timezone}), {settle_days} days after a quarter's last day"

    @classmethod
    def of(cls, settings: Settings) -> QuarterTimetable:
        """The timetable of the configured zone and fiscal year."""
        return cls(settings.timezone, settings.fiscal_start_month)

    @property
    def summary(self) -> str:
        """Shown in Airflow's list of DAGs."""
        return "quarter settled"

    def infer_manual_data_interval(self, *, run_after: datetime) -> DataInterval:
        """The newest quarter that had settled by then."""
        return self._interval(self._newest_settled(run_after))

    def next_dagrun_info(
        self, *, last_automated_data_interval: DataInterval | None, restriction: TimeRestriction
    ) -> DagRunInfo | None:
        """The next quarter to run, and when."""
        newest = self._newest_settled(utc_now())
        if last_automated_data_interval is not None:
            quarter = self._quarter_at(last_automated_data_interval.start).next
            if not restriction.catchup:
                quarter = max(quarter, newest)
        elif restriction.catchup and restriction.earliest is not None:
            quarter = self._quarter_at(restriction.earliest)
            if self._midnight(quarter) < restriction.earliest:
                quarter = quarter.next
        else:
            quarter = newest.next
        run_after = self._run_after(quarter)
        if restriction.latest is not None and run_after > restriction.latest:
            return None
        return DagRunInfo(run_after=run_after, data_interval=self._interval(quarter))

    def serialize(self) -> dict[str, Any]:
        """What `deserialize` takes."""
        return {
            "timezone": self.timezone,
            "fiscal_start_month": self.fiscal_start_month,
            "settle_days": self.settle_days,
        }

    @classmethod
    def deserialize(cls, data: dict[str, Any]) -> QuarterTimetable:
        """The timetable that `serialize` wrote down."""
        return cls(**data)

    def _quarter_at(self, instant: datetime) -> Quarter:
        return Quarter.of_instant(instant, self.timezone, self.fiscal_start_month)

    def _newest_settled(self, instant: datetime) -> Quarter:
        quarter = self._quarter_at(instant)
        while self._run_after(quarter) > instant:
            quarter = quarter.previous
        return quarter

    def _midnight(self, quarter: Quarter) -> pendulum.DateTime:
        return self._local(datetime.combine(quarter.start, time()))

    def _interval(self, quarter: Quarter) -> DataInterval:
        return DataInterval(start=self._midnight(quarter), end=self._midnight(quarter.next))

    def _run_after(self, quarter: Quarter) -> pendulum.DateTime:
        return self._local(datetime.combine(quarter.end + timedelta(days=self.settle_days), SETTLED_AT))

    def _local(self, wall_clock: datetime) -> pendulum.DateTime:
        return pendulum.instance(wall_clock.replace(tzinfo=ZoneInfo(self.timezone))).in_timezone("UTC")
