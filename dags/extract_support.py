"""
### What it does
Takes new files from `inbox/support/<entity>/`, lands them as immutable Parquet and judges every row at the door: help-desk tickets.

Where `SCOREBOARD_SUPPORT` names vendors or loaders, it lands what is new there as well, stream by stream, and maps it to the same entities. `full_refresh`
reads everything again; `airflow backfill create` reads the hours it is given. Neither moves a cursor back.

### When a task fails
`land_source`: a vendor did not answer or refused; the sentence names stream and page, the others land, and the next run goes on from where
this one stood. `map_to_entities`: the mapping file or a staging model. `land`: a file is broken. It stays in the inbox; the sentence names it and what to mend. `validate`: a whole batch is refused, or a
check itself broke. Nothing of the domain reaches the warehouse until the next run that succeeds; what is published stays.
"""

from airflow.sdk import dag

from scoreboard.orchestration.assets import SUPPORT_LANDED
from scoreboard.orchestration.extract import land, validate
from scoreboard.orchestration.house import HOUSE_RULES, OWNER_LINKS, START_DATE, tell_operators
from scoreboard.orchestration.sources import EXTRACT_PARAMS, from_sources

ENTITIES = ["tickets"]


@dag(
    schedule="20 * * * *",  # every hour, twenty minutes past
    start_date=START_DATE,
    catchup=False,
    max_active_runs=1,
    default_args=HOUSE_RULES,
    owner_links=OWNER_LINKS,
    on_failure_callback=tell_operators,
    params=EXTRACT_PARAMS,
    tags=["scoreboard", "extract", "support"],
    doc_md=__doc__,
)
def extract_support():
    [land.expand(entity=ENTITIES), *from_sources("support")] >> validate.override(outlets=[SUPPORT_LANDED])("support")


extract_support()
