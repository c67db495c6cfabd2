"""
### What it does
Every week, and on the day before a quarter closes, compares every stream that is read from a vendor's API with what the vendor lists
now, record by record. A record that vanished there is buried here (its history stays); one that is missing here, or landed in an
older version only, is fetched. What was found stands in `runs/<run>/reconciliation.json`, a sentence per stream; the next extract maps it.

Trigger it by hand with `adapter` for one vendor only.

### When a task fails
Only its stream is not reconciled, and nothing of it was changed. If at least half of a stream (and 20 records) is no longer listed, nobody is
buried: look at what the connection may see, and trigger with `accept_vanished` if the records really are gone.
"""

from airflow.sdk import Param, dag

from scoreboard.orchestration.house import HOUSE_RULES, OWNER_LINKS, START_DATE, tell_operators
from scoreboard.orchestration.sources import (
    ACCEPT_VANISHED,
    choose_streams,
    reconcile,
    weekly_and_before_closing,
)
from scoreboard.settings import Settings


@dag(
    schedule=weekly_and_before_closing(Settings.from_environment()),  # 03:00
    start_date=START_DATE,
    catchup=False,
    max_active_runs=1,
    default_args=HOUSE_RULES,
    owner_links=OWNER_LINKS,
    on_failure_callback=tell_operators,
    params={
        "adapter": Param(
            None,
            type=["null", "string"],
            pattern=r"^[a-z_]+$",
            description="One adapter, such as zendesk. Empty: all that are read from an API.",
        ),
        "accept_vanished": ACCEPT_VANISHED,
    },
    tags=["scoreboard", "extract"],
    doc_md=__doc__,
)
def reconcile_sources():
    reconcile.expand(source=choose_streams())


reconcile_sources()
