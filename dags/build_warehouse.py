"""
### What it does
Once all three domains have landed and been judged, in whatever order: dbt builds and tests every table in a private file, the audit compares it
with the contract and with the version before, and only then is it published, in one step. Readers see the old version or the new one.

### When a task fails
Nothing is published and the version before stays. `build` names the dbt test or model, `audit` the table and the limit.
`make rollback` takes back a version that was published.
"""

from datetime import timedelta

from airflow.sdk import AssetAll, dag, task

from scoreboard.orchestration.assets import CRM_LANDED, PUBLISHED, SUPPORT_LANDED, SURVEYS_LANDED
from scoreboard.orchestration.current_run import current_run
from scoreboard.orchestration.house import HOUSE_RULES, START_DATE, WAREHOUSE_POOL


@task(pool=WAREHOUSE_POOL, execution_timeout=timedelta(hours=2))
def build():
    from scoreboard.warehouse.build import build_warehouse as build_with_dbt

    return build_with_dbt(*current_run())


@task(pool=WAREHOUSE_POOL)
def audit():
    from scoreboard.warehouse.audit import audit as audit_build

    return audit_build(*current_run())


@task(pool=WAREHOUSE_POOL, outlets=[PUBLISHED])
def publish():
    from scoreboard.warehouse.publish import publish as publish_build

    return publish_build(*current_run())


@task
def summarise():
    from scoreboard.summary import write_summary

    return write_summary(*current_run())


@dag(
    schedule=AssetAll(CRM_LANDED, SUPPORT_LANDED, SURVEYS_LANDED),
    start_date=START_DATE,
    catchup=False,
    max_active_runs=1,
    default_args=HOUSE_RULES,
    tags=["scoreboard", "warehouse"],
    doc_md=__doc__,
)
def build_warehouse():
    build() >> audit() >> publish() >> summarise()


build_warehouse()
