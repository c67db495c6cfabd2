"""Long work says how far it has come: to a person before a terminal, and to nobody else."""

import io

import pytest
from rich.console import Console

from scoreboard import progress
from scoreboard.landing.drop import land_entity
from scoreboard.landing.pages import land_stream
from scoreboard.orchestration import terminal
from scoreboard.validation.door import validate_domain
from tests.landing.scripted import TICKETS, Scripted, at
from tests.orchestration.tiny_company import AS_OF, drop
from tests.pipeline import settings_for


@pytest.fixture
def heard():
    steps = []
    with progress.heard_by(lambda *step: steps.append(step)):
        yield steps


def test_each_tells_before_every_item_and_at_the_end(heard):
    assert list(progress.each("packs", ["a", "b"], "accounts")) == ["a", "b"]
    assert heard == [("packs", 0, 2, "accounts"), ("packs", 1, 2, "accounts"), ("packs", 2, 2, "accounts")]


def test_nobody_is_told_once_the_listener_is_gone(heard):
    with progress.heard_by(lambda *step: pytest.fail("it is over")):
        pass
    progress.step("x", 1)
    assert heard == [("x", 1, None, "")]


def test_landing_and_judging_files_tell_how_far_they_are(tmp_path, heard):
    drop(tmp_path)
    settings = settings_for(tmp_path, AS_OF)
    land_entity(settings, "tickets", "run1")
    assert heard == [("tickets", 0, 1, "files")]
    validate_domain(settings, "support", "run1")
    assert heard[1:] == [("support", 0, 1, "batches judged"), ("support", 1, 1, "batches judged")]


def test_landing_pages_tells_pages_and_records(tmp_path, heard):
    source = Scripted()
    for number in range(3):
        source.put(str(number), at(number))
    land_stream(settings_for(tmp_path, AS_OF), "zendesk", source, TICKETS, "run1")
    assert [done for _, done, total, _ in heard if total is None] == [1, 2]
    assert heard[-1] == ("tickets of zendesk@main", 2, None, "pages, 3 records")


def test_dbt_tells_after_every_node(tmp_path, heard):
    from types import SimpleNamespace

    from scoreboard.warehouse.dbt import _Log

    with _Log(tmp_path) as log:
        for name, count in (
            ("LogStartLine", "total"),
            ("LogModelResult", "total"),
            ("LogTestResult", "num_models"),
            ("SkippingDetails", ""),
        ):
            log(
                SimpleNamespace(
                    info=SimpleNamespace(name=name, level="debug"),
                    data=SimpleNamespace(**({count: 7} if count else {})),
                )
            )
    assert heard == [("dbt", done, total, "models and tests") for done, total in ((1, 7), (2, 7), (3, None))]


class Watched(io.StringIO):
    def isatty(self):
        return True


def shown(monkeypatch, file, **environment):
    for name in ("CI", "TERM"):
        monkeypatch.delenv(name, raising=False)
    for name, value in {"TERM": "xterm", **environment}.items():
        monkeypatch.setenv(name, value)
    lines = terminal.Progress(Console(file=file, width=120))
    with lines.of("extract_support"):
        print("a library talks")
        progress.step("tickets of zendesk@main", 3, 12, "pages")
        if lines._bars:
            lines._bars.refresh()
    return file.getvalue()


def test_a_terminal_shows_the_dag_what_it_is_at_and_how_far(monkeypatch):
    text = shown(monkeypatch, Watched())
    assert "extract_support" in text and "tickets of zendesk@main" in text and "3 of 12 pages" in text
    assert "a library talks" not in text


@pytest.mark.parametrize("environment", [{"CI": "true"}, {"TERM": "dumb"}])
def test_a_terminal_nobody_watches_stays_quiet(monkeypatch, environment):
    assert shown(monkeypatch, Watched(), **environment) == ""


def test_a_pipe_or_a_log_stays_quiet(monkeypatch):
    assert shown(monkeypatch, io.StringIO()) == ""


def test_many_steps_are_drawn_a_few_times_only(monkeypatch):
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.delenv("CI", raising=False)
    lines = terminal.Progress(Console(file=Watched(), width=120))
    drawn = []
    with lines.of("extract_support"):
        monkeypatch.setattr(lines._bars, "update", lambda *_, **told: drawn.append(told["completed"]))
        for number in range(1, 10_001):
            progress.step("tickets", number, 10_000, "pages")
    assert drawn[-1] == 10_000
    assert len(drawn) < 500
