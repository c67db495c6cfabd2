"""
### What it does
Fifteen days after a quarter's last day, when late answers had their time: makes sure that the quarter's published figures are frozen
(publishing did it, if a version was published since), and writes the award report below `reports/<quarter>/`, four files with the same figures:
`award_report.html` (one page that needs no network), `.pdf` (to print and send), `.xlsx` (every table, typed cells) and `.csv` (the eligibility list).

They say who is eligible, on track or at risk and why, what the rest of the year has to bring, who received the award how often, how the votes were
asked for and counted (an auditor's questionnaire, answered), and which closed figures were changed since.

Trigger it by hand with `quarter` for an earlier quarter.

### When a task fails
The sentence says which quarter and why. A quarter already closed stays closed, and all four files are made before the first is replaced; running
again is harmless.
"""

from airflow.sdk import Param, dag, task

from scoreboard.orchestration.current_run import current_run
from scoreboard.orchestration.house import HOUSE_RULES, START_DATE, WAREHOUSE_POOL
from scoreboard.quarter_timetable import QuarterTimetable
from scoreboard.settings import Settings


@task
def choose_quarter(params=None, dag_run=None):
    from scoreboard.orchestration.report_quarter import choose

    is_scheduled = dag_run.run_type in ("scheduled", "backfill")
    settings, _ = current_run()
    return choose(settings, params["quarter"], dag_run.data_interval_start if is_scheduled else None).label


@task(pool=WAREHOUSE_POOL)
def close_quarter(label: str):
    from scoreboard.quarter import Quarter
    from scoreboard.warehouse.periods import close_quarter as close

    settings, run_id = current_run()
    close(settings, Quarter.parse(label, settings.fiscal_start_month), run_id)
    return label


@task
def write_report(label: str):
    from scoreboard.quarter import Quarter
    from scoreboard.reports.award import write_award_report

    settings, _ = current_run()
    return write_award_report(settings, Quarter.parse(label, settings.fiscal_start_month))


@dag(
    schedule=QuarterTimetable.of(Settings.from_environment()),  # 06:00 on the day the quarter closes
    start_date=START_DATE,
    catchup=False,
    max_active_runs=1,
    default_args=HOUSE_RULES,
    params={
        "quarter": Param(
            None,
            type=["null", "string"],
            pattern=r"^\d{4}-Q[1-4]$",
            description="Quarter to report on, such as 2026-Q1. Empty: the quarter of the schedule, or the last one closed.",
        )
    },
    tags=["scoreboard", "report"],
    doc_md=__doc__,
)
def quarterly_award_report():
    write_report(close_quarter(choose_quarter()))


quarterly_award_report()
