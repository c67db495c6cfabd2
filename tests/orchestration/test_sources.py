"""Vendors beside the file drop: each stream lands, fails and is tried again by itself; files alone cost no task."""

import json
import sys
from datetime import UTC, date, datetime, timedelta
from io import StringIO
from types import ModuleType, SimpleNamespace

import pytest
from rich.console import Console

from scoreboard.landing.lock import LandingBusy
from scoreboard.orchestration import runner
from scoreboard.orchestration.house import HOUSE_RULES
from scoreboard.orchestration.sources import backfill_window, weekly_and_before_closing
from scoreboard.orchestration.terminal import Progress
from scoreboard.settings import Settings
from scoreboard.sources.api.base import SourceError, SourceUnavailable
from tests.orchestration import airflow_home
from tests.orchestration.stubs import Steps

pytestmark = pytest.mark.usefixtures("without_lineage")
KEY = "20260817T050501Z"
STREAMS = ("users", "tickets")


class Feeds:
    """Stands in for scoreboard.landing.feeds and the mapping: notes what is asked, fails where a test says so."""

    def __init__(self, monkeypatch):
        self.calls = []
        self.failing = {}
        self.streams = STREAMS
        feeds, run = ModuleType("scoreboard.landing.feeds"), ModuleType("scoreboard.mapping.run")
        feeds.feeds_of = lambda settings, domain: [self.feed(stream) for stream in self.streams]
        feeds.api_feeds = lambda settings: [self.feed(stream) for stream in self.streams]
        feeds.label = lambda feed: f"zendesk@main {feed['stream']}"
        feeds.land_feed = self.landed
        feeds.reconcile_feed = lambda settings, feed, run_id, **asked: (
            self.landed(settings, feed, run_id, **asked) and [{"sentence": f"{feed['stream']}: all there"}]
        )
        run.map_domain = lambda settings, domain, run_id: self.calls.append(("map", domain, {}))
        monkeypatch.setitem(sys.modules, "scoreboard.landing.feeds", feeds)
        monkeypatch.setitem(sys.modules, "scoreboard.mapping.run", run)

    @staticmethod
    def feed(stream):
        return {"adapter": "zendesk", "connection": "main", "stream": stream}

    def landed(self, settings, feed, run_id, **asked):
        assert run_id == KEY
        self.calls.append(("land", feed["stream"], asked))
        if feed["stream"] in self.failing:
            raise self.failing[feed["stream"]]
        return [{"stream": feed["stream"], "rows": 1}]

    def names(self):
        return [(what, which) for what, which, _ in self.calls]


@pytest.fixture
def settings(tmp_path, monkeypatch):
    airflow_home.prepare_database()
    monkeypatch.setenv("SCOREBOARD_HOME", str(tmp_path))
    monkeypatch.setenv("SCOREBOARD_AS_OF", "2026-08-17")
    monkeypatch.setenv("SCOREBOARD_SUPPORT", "files,zendesk")
    monkeypatch.setitem(HOUSE_RULES, "retry_delay", timedelta(seconds=0.01))
    return Settings(home=tmp_path, as_of=date(2026, 8, 17))


@pytest.fixture
def feeds(monkeypatch):
    return Feeds(monkeypatch)


@pytest.fixture
def steps(monkeypatch):
    return Steps().install(monkeypatch)


def run(settings, dag_id="extract_support", **params):
    terminal = StringIO()
    progress = Progress(Console(file=terminal, soft_wrap=True))
    return runner.run_dag(runner.load_dags()[dag_id], settings, KEY, progress, params), terminal.getvalue()


def failures(settings):
    lines = (settings.runs / KEY / "failures.jsonl").read_text().splitlines()
    return [(line["task_id"], line["map_label"], line["sentence"]) for line in map(json.loads, lines)]


def test_streams_land_beside_the_files_then_are_mapped_then_judged(settings, feeds, steps):
    is_success, _ = run(settings)
    assert is_success
    assert sorted(feeds.names()[:2]) == [("land", "tickets"), ("land", "users")]
    assert feeds.names()[2:] == [("map", "support")]
    assert [name for name, _ in steps.calls] == ["land_entity", "validate_domain"]
    assert all(
        asked == {"window": None, "full_refresh": False, "accept_vanished": False} for *_, asked in feeds.calls[:2]
    )


def test_what_a_person_asks_for_reaches_every_stream(settings, feeds, steps):
    assert run(settings, full_refresh=True, accept_vanished=True)[0]
    assert all(asked["full_refresh"] and asked["accept_vanished"] for *_, asked in feeds.calls[:2])


def test_a_refused_stream_fails_alone_at_once_and_stops_the_mapping(settings, feeds, steps):
    feeds.failing["users"] = SourceError("users, page 1: the scope users:read is missing")
    is_success, shown = run(settings)
    assert not is_success
    assert sorted(feeds.names()) == [("land", "tickets"), ("land", "users")]
    assert steps.named("validate_domain") == []
    assert failures(settings) == [
        ("land_source", "zendesk@main users", "users, page 1: the scope users:read is missing")
    ]
    assert "the scope users:read is missing" in shown


@pytest.mark.parametrize("error", [SourceUnavailable("users: no answer"), LandingBusy("users: another run")])
def test_a_stream_that_may_answer_later_is_tried_again(settings, feeds, steps, error):
    feeds.failing["users"] = error
    assert not run(settings)[0]
    assert feeds.names().count(("land", "users")) == 3
    assert feeds.names().count(("land", "tickets")) == 1


def test_nothing_to_land_is_no_failure_and_what_landed_before_is_mapped(settings, feeds, steps):
    feeds.streams = ()
    assert run(settings)[0]
    assert feeds.names() == [("map", "support")]
    assert len(steps.named("validate_domain")) == 1


def test_files_alone_have_no_further_task(settings, monkeypatch):
    monkeypatch.setenv("SCOREBOARD_SUPPORT", "files")
    assert set(runner.load_dags()["extract_support"].task_ids) == {"land", "validate"}


def test_vendors_have_their_tasks_in_this_order(settings):
    dag = runner.load_dags()["extract_support"]
    assert {(task.task_id, follower) for task in dag.tasks for follower in task.downstream_task_ids} == {
        ("choose_sources", "land_source"),
        ("land_source", "map_to_entities"),
        ("map_to_entities", "validate"),
        ("land", "validate"),
    }
    assert dag.get_task("map_to_entities").pool == "warehouse_build"


def test_every_stream_is_reconciled_and_one_that_fails_fails_alone(settings, feeds):
    feeds.failing["users"] = SourceError("users: refused")
    assert not run(settings, "reconcile_sources")[0]
    assert sorted(feeds.names()) == [("land", "tickets"), ("land", "users")]
    feeds.failing.clear()
    assert run(settings, "reconcile_sources", adapter="zendesk", accept_vanished=True)[0]
    assert [asked for *_, asked in feeds.calls[2:]] == [{"accept_vanished": True}] * 2


def test_nothing_to_reconcile_is_no_failure(settings, feeds):
    assert run(settings, "reconcile_sources", adapter="hubspot")[0]
    assert feeds.calls == []


DUE = datetime(2026, 3, 1, 4, 20, tzinfo=UTC)


@pytest.mark.parametrize(
    ("run_type", "start", "window"),
    [
        ("backfill", DUE, (DUE - timedelta(hours=1), DUE)),
        ("backfill", DUE - timedelta(days=1), (DUE - timedelta(days=1), DUE)),
        ("backfill", None, (DUE - timedelta(hours=1), DUE)),
        ("scheduled", DUE, None),
        ("manual", DUE - timedelta(days=1), None),
    ],
)
def test_only_a_backfill_has_a_window_and_it_is_never_empty(run_type, start, window):
    dag_run = SimpleNamespace(run_type=run_type, data_interval_start=start, data_interval_end=DUE, logical_date=DUE)
    assert backfill_window(dag_run) == window


@pytest.mark.parametrize(
    ("fiscal_start", "days"),
    [(1, ["01-14", "04-14", "07-14", "10-14"]), (2, ["02-14", "05-14", "08-14", "11-14"])],
)
def test_reconciling_is_weekly_and_on_the_day_before_a_quarter_closes(fiscal_start, days):
    from airflow.timetables.base import DataInterval, TimeRestriction

    settings = Settings(home=None, as_of=date(2026, 1, 1), timezone="Europe/Berlin", fiscal_start_month=fiscal_start)
    timetable = weekly_and_before_closing(settings)
    restriction = TimeRestriction(earliest=None, latest=None, catchup=True)
    due, moments = datetime(2026, 1, 1, tzinfo=UTC), []
    import pendulum

    while due.year == 2026:
        interval = DataInterval.exact(pendulum.instance(due))
        due = timetable.next_dagrun_info(last_automated_data_interval=interval, restriction=restriction).run_after
        moments.append(due.in_timezone("Europe/Berlin"))
    moments = [moment for moment in moments if moment.year == 2026]
    assert {moment.hour for moment in moments} == {3}
    off_sunday = [moment.format("MM-DD") for moment in moments if moment.isoweekday() != 7]
    assert [day for day in days if datetime.fromisoformat(f"2026-{day}").isoweekday() != 7] == off_sunday
    assert sum(moment.isoweekday() == 7 for moment in moments) == 52
