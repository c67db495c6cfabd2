"""What operators receive when a run fails or a report is late: once, with the sentence that matters, and with nothing secret in it."""

import asyncio
import json
from datetime import UTC, date, datetime, timedelta
from io import StringIO
from types import SimpleNamespace

import pytest
from rich.console import Console

from scoreboard import journal
from scoreboard.errors import ScoreboardError
from scoreboard.orchestration import notify, runner
from scoreboard.orchestration.house import HOUSE_RULES
from scoreboard.orchestration.message import KEPT_SAFE, of_failure, without_secrets
from scoreboard.orchestration.terminal import Progress
from scoreboard.settings import Settings
from tests.orchestration import airflow_home
from tests.orchestration.sinks import PASSWORD, listening
from tests.orchestration.stubs import BROKEN_FILE, Steps

pytestmark = pytest.mark.usefixtures("without_lineage")
EVERYONE = "mailto:ops@example.org,slack:ops_slack,http:ops_hook"
SLACK = f"/{PASSWORD}"
HOOK = "/hook"
NOW = datetime(2026, 8, 17, 6, tzinfo=UTC)


@pytest.fixture
def settings(tmp_path, monkeypatch):
    monkeypatch.setenv("SCOREBOARD_HOME", str(tmp_path))
    monkeypatch.setenv("SCOREBOARD_AS_OF", "2026-08-17")
    return Settings(home=tmp_path, as_of=date(2026, 8, 17))


@pytest.fixture
def sinks(monkeypatch):
    with listening(monkeypatch) as sinks:
        yield sinks


@pytest.fixture
def steps(monkeypatch):
    airflow_home.prepare_database()
    return Steps().install(monkeypatch)


def run(settings, dag_id):
    progress = Progress(Console(file=StringIO()))
    return runner.run_dag(runner.load_dags()[dag_id], settings, "20260817T050501Z", progress)


def context(dag_id="extract_crm", run_id="scheduled__1", started=NOW):
    dag_run = SimpleNamespace(dag_id=dag_id, run_id=run_id, conf={}, run_after=NOW, start_date=started)
    return {"dag": SimpleNamespace(dag_id=dag_id), "dag_run": dag_run, "run_id": run_id, "reason": "task_failure"}


def test_a_failed_run_tells_every_channel_once_which_tasks_failed_and_why(settings, sinks, steps, monkeypatch):
    monkeypatch.setenv("SCOREBOARD_NOTIFY", EVERYONE)
    steps.failing |= {"usage": BROKEN_FILE, "accounts": ScoreboardError("crm/accounts/a.csv has no rows")}
    (settings.runs / "20260817T050501Z").mkdir(parents=True)
    (settings.runs / "20260817T050501Z" / "log.txt").touch()

    assert not run(settings, "extract_crm")

    [mail], [slack], [hook] = sinks.mails, sinks.posted(SLACK), sinks.posted(HOOK)
    assert mail["To"] == "ops@example.org"
    assert mail["Subject"].startswith("Scoreboard: extract_crm failed: land[") and "and 1 more" in mail["Subject"]
    for text in (sinks.bodies[0], slack["text"], json.dumps(hook)):
        for part in (
            "crm/accounts/a.csv has no rows",
            "july.csv",
            KEPT_SAFE["extract_crm"][:40],
            "20260817T050501Z/log.txt",
        ):
            assert part in text, part
    assert {failure["task"] for failure in hook["failures"]} == {"land[usage]", "land[accounts]"}


def test_retries_make_no_second_message_and_success_makes_none(settings, sinks, steps, monkeypatch):
    monkeypatch.setenv("SCOREBOARD_NOTIFY", "http:ops_hook")
    monkeypatch.setitem(HOUSE_RULES, "retry_delay", timedelta(seconds=0.01))
    steps.failing["tickets"] = OSError("disk is busy")
    assert not run(settings, "extract_support")
    assert len(steps.named("land_entity")) == 3
    assert [body["failures"] for body in sinks.posted(HOOK)] == [
        [{"task": "land[tickets]", "sentence": "OSError: disk is busy"}]
    ]

    steps.failing.clear()
    assert run(settings, "extract_support")
    assert len(sinks.posts) == 1


def test_a_callback_that_comes_twice_tells_once_and_a_run_cleared_and_failed_again_tells_again(
    settings, sinks, monkeypatch
):
    monkeypatch.setenv("SCOREBOARD_NOTIFY", "http:ops_hook")
    notify.tell_operators(context())
    notify.tell_operators(context())
    assert len(sinks.posts) == 1

    notify.tell_operators(context(started=NOW + timedelta(hours=1)))
    assert len(sinks.posts) == 2
    keys = {headers["Idempotency-Key"] for _, headers, _ in sinks.posts}
    assert len(keys) == 2


def test_a_dead_channel_hides_nothing_fails_nothing_and_is_noted(settings, sinks, steps, monkeypatch, caplog):
    monkeypatch.setenv("SCOREBOARD_NOTIFY", "http:dead_hook,http:ops_hook")
    steps.failing["tickets"] = BROKEN_FILE

    assert not run(settings, "extract_support")

    assert len(sinks.posted(HOOK)) == 1
    [told] = journal.messages(settings)
    assert told["channels"]["http:ops_hook"] == "sent"
    assert "ConnectionError" in told["channels"]["http:dead_hook"]
    assert [one["sentence"] for one in journal.failures(settings, "20260817T050501Z")] == [str(BROKEN_FILE)]
    assert "http:dead_hook was not told" in caplog.text


def test_a_channel_that_never_answers_is_given_up_in_time(settings, sinks, monkeypatch):
    monkeypatch.setattr(notify, "PATIENCE_SECONDS", 0.05)
    monkeypatch.setattr(notify, "notifier", lambda *_: SimpleNamespace(notify=lambda _: __import__("time").sleep(1)))
    told = notify.send(Settings(home=settings.home, as_of=settings.as_of, notify=("slack:x",)), message())
    assert "no answer within" in told["slack:x"]


def test_a_channel_that_answers_with_a_refusal_was_not_told(settings, sinks, monkeypatch):
    sinks.answer = 302
    told = notify.send(Settings(home=settings.home, as_of=settings.as_of, notify=("slack:ops_slack",)), message())
    assert told["slack:ops_slack"] != "sent"


def test_a_broken_setting_does_not_raise_into_airflow(settings, monkeypatch, caplog):
    monkeypatch.setenv("SCOREBOARD_NOTIFY", "pigeon:coop")
    notify.tell_operators(context())
    assert "SCOREBOARD_NOTIFY names 'pigeon:coop'" in caplog.text


def message(sentence="it broke", task="land"):
    failures = [{"task_id": task, "sentence": sentence}]
    return of_failure("k" * 16, "extract_crm", "run", failures, "", "")


def test_a_sentence_can_neither_run_as_a_template_nor_call_a_channel_nor_add_a_header(settings, sinks):
    hostile = message("{{ 7 * 7 }} <!channel> <b>x</b>", "land\nBcc: a@b.c")
    channels = tuple(EVERYONE.split(","))
    notify.send(Settings(home=settings.home, as_of=settings.as_of, notify=channels), hostile)

    [mail], [slack], [hook] = sinks.mails, sinks.posted(SLACK), sinks.posted(HOOK)
    assert mail["Bcc"] is None
    assert "{{ 7 * 7 }} &lt;!channel&gt; &lt;b&gt;" in sinks.bodies[0]
    assert "{{ 7 * 7 }} &lt;!channel&gt;" in slack["text"]
    assert "49" not in json.dumps(hook)


@pytest.mark.parametrize(
    ("sentence", "secret"),
    [
        ("401 for https://reader:s3cr3t@db.example.com/x", "s3cr3t"),
        ("header Authorization: Bearer abcdef0123456789.x", "abcdef0123456789"),
        ('answered {"access_token": "abc123def"}', "abc123def"),
        ("GET /x?api_key=abc123def&page=2", "abc123def"),
    ],
)
def test_what_looks_like_a_secret_is_taken_out(sentence, secret):
    assert secret not in without_secrets(sentence)
    assert "***" in without_secrets(sentence)


def test_an_ordinary_sentence_stays_as_it_is():
    assert without_secrets(str(BROKEN_FILE)) == str(BROKEN_FILE)


def test_a_secret_airflow_knows_is_in_neither_message_nor_failures(settings, sinks, steps, monkeypatch):
    from airflow.sdk.log import mask_secret

    mask_secret("correct-horse-battery")
    monkeypatch.setenv("SCOREBOARD_NOTIFY", "http:ops_hook")
    steps.failing["tickets"] = ScoreboardError("the vendor said correct-horse-battery is wrong")
    run(settings, "extract_support")
    [hook] = sinks.posted(HOOK)
    kept = (settings.runs / "20260817T050501Z" / "failures.jsonl").read_text()
    for text in (json.dumps(hook), kept):
        assert "correct-horse-battery" not in text
        assert "the vendor said" in text


def test_a_late_report_is_told_once_by_the_coroutine_the_triggerer_awaits(settings, sinks, monkeypatch):
    from scoreboard.orchestration.deadline import report_is_late

    monkeypatch.setenv("SCOREBOARD_NOTIFY", EVERYONE)
    missed = {
        "dag_run": {"dag_id": "quarterly_award_report", "dag_run_id": "scheduled__2026-07-15"},
        "deadline": {"deadline_time": "2026-07-15T18:00:00Z"},
    }
    for _ in range(2):
        asyncio.run(report_is_late(context=missed))
    [mail], [slack], [hook] = sinks.mails, sinks.posted(SLACK), sinks.posted(HOOK)
    assert mail["Subject"].startswith("Scoreboard: the award report of ")
    assert "2026-07-15T18:00:00Z" in slack["text"]
    assert hook["kind"] == "late_report"


def test_every_dag_says_what_is_kept_safe_when_it_fails():
    assert {path.stem for path in (runner.PROJECT_ROOT / "dags").glob("*.py")} <= KEPT_SAFE.keys()


def test_a_home_that_cannot_be_written_keeps_nobody_from_being_told(settings, sinks, monkeypatch, caplog):
    monkeypatch.setenv("SCOREBOARD_NOTIFY", "http:ops_hook,http:dead_hook")
    (settings.home / "status").write_text("as on a full disk: nothing can be made in here")
    notify.tell_operators(context())
    assert len(sinks.posted(HOOK)) == 1
    assert "could not be noted" in caplog.text


def test_lines_of_a_sentence_stay_lines_in_a_mail():
    assert (
        "<p>build: could not be built:<br>award_rules.csv &lt;x&gt;</p>"
        in message("could not be built:\n  award_rules.csv <x>", "build").html
    )
