"""
### What it does
Takes new files from `inbox/support/<entity>/`, lands them as immutable Parquet and judges every row at the door: help-desk tickets.

### When a task fails
`land`: a file is broken. It stays in the inbox; the sentence names it and what to mend. `validate`: a whole batch is refused, or a
check itself broke. Nothing of the domain reaches the warehouse until the next run that succeeds; what is published stays.
"""

from airflow.sdk import dag

from scoreboard.orchestration.assets import SUPPORT_LANDED
from scoreboard.orchestration.extract import land, validate
from scoreboard.orchestration.house import HOUSE_RULES, START_DATE

ENTITIES = ["tickets"]


@dag(
    schedule="20 * * * *",  # every hour, twenty minutes past
    start_date=START_DATE,
    catchup=False,
    max_active_runs=1,
    default_args=HOUSE_RULES,
    tags=["scoreboard", "extract", "support"],
    doc_md=__doc__,
)
def extract_support():
    land.expand(entity=ENTITIES) >> validate.override(outlets=[SUPPORT_LANDED])("support")


extract_support()
