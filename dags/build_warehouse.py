"""
### What it does
Once all three domains have landed and been judged, in whatever order: dbt builds and tests every table in a private file, the audit compares it
with the contract and with the version before, and only then is it published, in one step. Readers see the old version or the new one.
Quarters and award years that are closed in the new version are frozen as published.

### When a task fails
Nothing is published and the version before stays. `build` names the dbt test or model, `audit` the table and the limit.
`publish_to_postgres` (where SCOREBOARD_PUBLISH_TO_POSTGRES names a connection) is the one exception: what is published stays, and PostgreSQL
goes on showing the version before; clear the task, or `make publish-postgres`.
`make rollback` takes back a version that was published.
"""

from airflow.sdk import AssetAll, dag

from scoreboard.orchestration.assets import CRM_LANDED, SUPPORT_LANDED, SURVEYS_LANDED
from scoreboard.orchestration.house import HOUSE_RULES, OWNER_LINKS, START_DATE, tell_operators
from scoreboard.orchestration.warehouse import audit, build, publish, publish_to_postgres, summarise


@dag(
    schedule=AssetAll(CRM_LANDED, SUPPORT_LANDED, SURVEYS_LANDED),
    start_date=START_DATE,
    catchup=False,
    max_active_runs=1,
    default_args=HOUSE_RULES,
    owner_links=OWNER_LINKS,
    on_failure_callback=tell_operators,
    tags=["scoreboard", "warehouse"],
    doc_md=__doc__,
)
def build_warehouse():
    build() >> audit() >> publish() >> [publish_to_postgres(), summarise()]


build_warehouse()
