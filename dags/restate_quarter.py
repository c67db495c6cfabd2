"""
### What it does
A closed quarter keeps the figures it was published with. When they must change after all, this makes what is known now official:
of one quarter (with the award year that ended in it, once that is closed), or of one award year. Who agreed and why stays on record, beside
the figures as first published, in `rpt_restatements`. Then a new version is built, audited and published.

Trigger it by hand with `quarter`, `reason` and `approved_by`; `rpt_restatements` (status `pending`) shows beforehand what would change.

### When a task fails
`restate`: the sentence says why the period cannot be restated; nothing was changed. A later task: the restatement is on record and waits,
readers keep the version they have; mend the cause and let `build_warehouse` run.
"""

from airflow.sdk import Param, dag, task

from scoreboard.orchestration.current_run import current_run
from scoreboard.orchestration.house import HOUSE_RULES, OWNER_LINKS, START_DATE, WAREHOUSE_POOL, tell_operators
from scoreboard.orchestration.warehouse import audit, build, publish, publish_to_postgres, summarise

SOMETHING = r"\S"


@task(pool=WAREHOUSE_POOL)
def restate(params=None):
    from scoreboard.warehouse.periods import parse_period
    from scoreboard.warehouse.periods import restate as restate_period

    settings, run_id = current_run()
    what = parse_period(params["quarter"], settings.fiscal_start_month)
    return restate_period(settings, what, params["reason"], params["approved_by"], run_id)


@dag(
    schedule=None,  # by hand, with approval
    start_date=START_DATE,
    catchup=False,
    max_active_runs=1,
    default_args=HOUSE_RULES,
    owner_links=OWNER_LINKS,
    on_failure_callback=tell_operators,
    params={
        "quarter": Param(
            type="string",
            pattern=r"^\d{4}(-Q[1-4])?$",
            description="Closed quarter, such as 2026-Q1, or award year, such as 2025.",
        ),
        "reason": Param(type="string", pattern=SOMETHING, description="Why its published figures must change."),
        "approved_by": Param(type="string", pattern=SOMETHING, description="Who agreed to it."),
    },
    tags=["scoreboard", "warehouse"],
    doc_md=__doc__,
)
def restate_quarter():
    restate() >> build() >> audit() >> publish() >> [publish_to_postgres(), summarise()]


restate_quarter()
