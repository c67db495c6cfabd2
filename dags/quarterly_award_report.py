"""
### What it does
Fifteen days after a quarter's last day, when late answers had their time: makes sure that the quarter's published figures are frozen
(publishing did it, if a version was published since), and writes below `reports/<quarter>/` the award report (`.html`, `.pdf`, `.xlsx`, `.csv`:
who is eligible and why) and, in `accounts/`, a review pack (`.html`, `.pdf`) for every key and strategic account.
Trigger it by hand with `quarter` for an earlier quarter.

### When a task fails
The sentence says which quarter and why. What is closed stays closed, no file is replaced by half of one; running again is harmless.
"""

from airflow.sdk import dag, task

from scoreboard.orchestration.current_run import current_run
from scoreboard.orchestration.deadline import report_deadline
from scoreboard.orchestration.house import HOUSE_RULES, OWNER_LINKS, QUARTER, START_DATE, WAREHOUSE_POOL, tell_operators
from scoreboard.quarter_timetable import QuarterTimetable
from scoreboard.settings import Settings


@task
def choose_quarter(params=None, dag_run=None):
    from scoreboard.orchestration.report_quarter import choose

    is_scheduled = dag_run.run_type in ("scheduled", "backfill")
    return choose(current_run()[0], params["quarter"], dag_run.data_interval_start if is_scheduled else None).label


@task(pool=WAREHOUSE_POOL)
def close_quarter(label: str):
    from scoreboard.orchestration.report_quarter import asked_for
    from scoreboard.warehouse.periods import close_quarter as close

    settings, run_id = current_run()
    close(*asked_for(settings, label), run_id)
    return label


@task
def write_report(label: str):
    from scoreboard.orchestration.report_quarter import asked_for
    from scoreboard.reports.award import write_award_report

    return write_award_report(*asked_for(current_run()[0], label))


@task
def write_account_packs(label: str):
    from scoreboard.orchestration.report_quarter import asked_for
    from scoreboard.reports.account_pack import write_account_packs as write

    return len(write(*asked_for(current_run()[0], label)))


@dag(
    schedule=QuarterTimetable.of(Settings.from_environment()),  # 06:00 on the day the quarter closes
    start_date=START_DATE,
    catchup=False,
    max_active_runs=1,
    default_args=HOUSE_RULES,
    owner_links=OWNER_LINKS,
    on_failure_callback=tell_operators,
    deadline=report_deadline(Settings.from_environment()),
    params={"quarter": QUARTER},
    tags=["scoreboard", "report"],
    doc_md=__doc__,
)
def quarterly_award_report():
    write_report(label := close_quarter(choose_quarter())) >> write_account_packs(label)


quarterly_award_report()
