"""
### What it does
As soon as a version is published, and every hour: puts the alerts that are new into the outbox, then the steps of their escalation that fell
due on the clock of business hours and that nobody has taken up, and sends each owner one message per channel (e-mail, Slack, webhook)
with all of theirs. Beside it, operators are told once of an award report that is late by the calendar. Who is told how stands in `alerts/channels.yaml`, what was told in `alerts/outbox.sqlite` (docs/alerts.md).

Each alert is told at most once per channel and stage, however often this runs, is killed or runs beside itself.

### When a task fails
`queue`, `escalate`: the configuration, a log of states or the published version; the sentence says which, nothing was sent. `deliver` does not fail
for a channel that is dead: its messages are tried again in later runs, then `failed` with the reason. `make alerts` lists what needs a person.
"""

from airflow.sdk import AssetOrTimeSchedule, CronTriggerTimetable, dag

from scoreboard.orchestration.alerts import deliver, escalate, queue
from scoreboard.orchestration.assets import PUBLISHED
from scoreboard.orchestration.deadline import tell_late_report
from scoreboard.orchestration.house import HOUSE_RULES, OWNER_LINKS, START_DATE, tell_operators


@dag(
    # when a version is published, and every hour at ten to
    schedule=AssetOrTimeSchedule(timetable=CronTriggerTimetable("50 * * * *", timezone="UTC"), assets=[PUBLISHED]),
    start_date=START_DATE,
    catchup=False,
    max_active_runs=1,
    default_args=HOUSE_RULES,
    owner_links=OWNER_LINKS,
    on_failure_callback=tell_operators,
    tags=["scoreboard", "alerts"],
    doc_md=__doc__,
)
def action_alerts():
    deliver(escalate(queue()))
    tell_late_report()


action_alerts()
