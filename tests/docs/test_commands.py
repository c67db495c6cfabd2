"""Every command of the pages that need no run of the pipeline does what the page says, in the order of the page."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from demo.vendors.company import vendor_company
from demo.vendors.demo import running
from demo.vendors.salesforce_api import CLIENT_ID, CLIENT_SECRET
from scoreboard.settings import PROJECT_ROOT, Settings
from tests.docs.commands import FIRST_COMMAND, Block, blocks_of, note_run, run_blocks, run_page, runs
from tests.docs.reader import PASSWORD, Sinks
from tests.pipeline import settings_for
from tests.sample import copy_of

pytestmark = pytest.mark.long


@runs("tutorial.md")
def test_the_first_hour(published_sample: Settings, tmp_path: Path) -> None:
    first, *others = blocks_of("tutorial.md", "bash")
    assert first == FIRST_COMMAND
    note_run(first)  # it made `published_sample`, which has one version: nothing to go back to yet

    settings = copy_of(published_sample, tmp_path / "home")
    (settings.home / "build").symlink_to(published_sample.build)  # what metrics are asked by
    said = run_blocks(others, settings, tmp_path)

    for words in ("not_eligible", "counted", "conflicting_duplicate", "nothing to go back to yet"):
        assert words in said, (words, said[-3000:])


@runs("alerts.md")
def test_a_message_whose_fate_nobody_knows_is_sent_again_or_settled(published_sample: Settings, tmp_path: Path) -> None:
    settings = copy_of(published_sample, tmp_path / "home")
    doubtful = ["9c03b7e1" + "0" * 24, "4f2a91c0" + "0" * 24]  # sent again, settled
    with sqlite3.connect(settings.home / "alerts" / "outbox.sqlite") as outbox:
        mails = outbox.execute("select message_id from messages where channel = 'email' order by 1 limit 2").fetchall()
        for (found,), ours in zip(mails, doubtful, strict=True):
            outbox.execute(
                "update messages set state = 'unknown', message_id = ?, reason = 'the run was killed' where message_id = ?",
                (ours, found),
            )
            outbox.execute("update deliveries set message_id = ? where message_id = ?", (ours, found))
        # one more that surely did not arrive, on a channel that has no Connection here
        outbox.execute(
            "update messages set state = 'failed' where message_id ="
            " (select min(message_id) from messages where channel = 'slack')"
        )
    sinks = Sinks(tmp_path)

    with sinks.mail_server(is_tls_from_the_start=True) as port:
        said = run_blocks(
            [*blocks_of("alerts.md", "bash"), NEXT_RUN_OF_ACTION_ALERTS],
            settings,
            tmp_path,
            {
                "mail.example.com": "127.0.0.1",
                '"port": 465': f'"port": {port}',
                '"password": "..."': f'"password": "{PASSWORD}"',
            },
            sinks.environment,
        )

    assert "These need a person" in said and "9c03b7e1 goes out" in said and "4f2a91c0 is settled" in said
    assert len(sinks.mails) == 1, said[-3000:]
    [mail] = sinks.mails
    assert mail["Message-ID"] == f"<{doubtful[0]}@scoreboard.invalid>" and "scoreboard@example.com" in mail["From"]


NEXT_RUN_OF_ACTION_ALERTS = Block(
    "the last task of action_alerts",
    "python",
    """\
import os
from scoreboard.orchestration import airflow_env
from scoreboard.settings import PROJECT_ROOT, Settings
settings = Settings.from_environment()
os.environ.update(airflow_env.environment(settings))
from scoreboard.alerts.steps import deliver_alerts
queued = {"new_alerts": 0, "history": 0, "steps_due": 0}
print(deliver_alerts(settings, "afterwards", queued, "http://localhost:8080"))
""",
)


@runs("how-to/connect-salesforce.md")
def test_connecting_salesforce(tmp_path: Path) -> None:
    with running(vendor_company(accounts=3), ("salesforce",)) as addresses:
        said = run_page(
            "how-to/connect-salesforce.md",
            settings_for(tmp_path / "home", "2026-04-20"),
            tmp_path,
            {
                "acme.my.salesforce.com": addresses["salesforce"],
                "$CONSUMER_KEY": CLIENT_ID,
                "$CONSUMER_SECRET": CLIENT_SECRET,
            },
        )

    assert "✓ Account " in said
    assert "✗" not in said
    assert CLIENT_SECRET not in said


@runs("how-to/move-to-spark.md")
def test_moving_to_spark(published_sample: Settings, tmp_path: Path) -> None:
    """What needs Java and Spark's own environment is run by a test that takes both; it is the one that a note may name."""
    elsewhere = "tests/spark/test_move_to_spark.py"
    blocks = blocks_of("how-to/move-to-spark.md", "bash")
    on_spark = [block for block in blocks if block.note == f"run by {elsewhere}"]
    assert not on_spark or "blocks_of(PAGE)" in (PROJECT_ROOT / elsewhere).read_text(encoding="utf-8")
    note_run(*on_spark)

    said = run_blocks(
        [block for block in blocks if block not in on_spark], copy_of(published_sample, tmp_path / "home"), tmp_path
    )

    assert "tables in" in said


@runs("faults.md")
def test_every_fault_on_every_vendor(tmp_path: Path) -> None:
    said = run_page("faults.md", settings_for(tmp_path / "home", "2026-04-20"), tmp_path)

    assert said.count(" 0 lost, 0 doubled") == 2


def test_a_page_whose_command_fails_is_noticed(tmp_path: Path) -> None:
    broken = [Block("a page", "bash", "true\n"), Block("a page", "bash", "false\n")]
    with pytest.raises(AssertionError):
        run_blocks(broken, settings_for(tmp_path, "2026-04-20"), tmp_path)


def test_a_test_that_leaves_out_a_command_of_its_page_fails() -> None:
    @runs("alerts.md")
    def idle() -> None:
        note_run(*blocks_of("alerts.md", "bash")[1:])

    with pytest.raises(AssertionError, match="nobody ran\nmake alerts"):
        idle()
