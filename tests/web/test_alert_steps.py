"""The one write: said in full or refused, written once however often it is sent, and never over somebody who was faster."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path

import pytest

from scoreboard.alerts.assignments import assign, read_assignments
from scoreboard.alerts.states import STATES, append_state, read_states
from scoreboard.settings import Settings
from scoreboard.web.alert_steps import STEPS, Overtaken, Step, StepRefused, steps_from, take


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(home=tmp_path, as_of=date(2026, 2, 1))


def step(action: str = "acknowledge", by: str = "jo", revision: str = "0.0", **more: str) -> Step:
    return Step("a1", action, by, revision, **more)


def test_a_step_is_written_with_who_when_and_what_was_done(settings: Settings) -> None:
    assert take(settings, step()) is True
    assert take(settings, step("resolve", revision="1.0", note="a new part is there")) is True
    assert [(entry.state, entry.by, entry.note) for entry in read_states(settings)] == [
        ("acknowledged", "jo", ""),
        ("resolved", "jo", "a new part is there"),
    ]


@pytest.mark.parametrize("action", ["acknowledge", "start", "assign"])
def test_a_second_click_changes_nothing_and_is_no_error(settings: Settings, action: str) -> None:
    to = "E1" if action == "assign" else ""
    assert [take(settings, step(action, to=to)) for _ in range(3)] == [True, False, False]
    assert len(read_states(settings)) + len(read_assignments(settings)) == 1


def test_of_many_clicks_at_once_one_is_written(settings: Settings) -> None:
    with ThreadPoolExecutor(8) as clicks:
        taken = list(clicks.map(lambda _: take(settings, step()), range(16)))
    assert (sum(taken), len(read_states(settings))) == (1, 1)


def test_of_many_people_at_once_one_is_written_and_the_others_are_told(settings: Settings) -> None:
    def click(number: int) -> str:
        try:
            take(settings, step(by=f"person {number}"))
        except Overtaken as error:
            return str(error)
        return ""

    with ThreadPoolExecutor(8) as people:
        told = list(people.map(click, range(16)))
    [entry] = read_states(settings)
    assert sum(not each for each in told) == 1
    assert all(f"{entry.by} set it to acknowledged" in each for each in told if each)


@pytest.mark.parametrize("action", ["start", "resolve", "assign"])
def test_who_saw_an_older_page_is_told_who_was_faster(settings: Settings, action: str) -> None:
    append_state(settings, "a1", "acknowledged", "Ann")
    with pytest.raises(
        Overtaken, match=r"Somebody was faster: Ann set it to acknowledged at .* Nothing of yours was written"
    ):
        take(settings, step(action, note="done", to="E1"))
    assert len(read_states(settings)) == 1 and not read_assignments(settings)


def test_an_assignment_by_somebody_else_counts_as_faster_too(settings: Settings) -> None:
    assign(settings, "a1", "E9", "Ann")
    with pytest.raises(Overtaken, match="Ann gave it to E9"):
        take(settings, step())


def test_other_alerts_do_not_matter(settings: Settings) -> None:
    append_state(settings, "a2", "resolved", "Ann")
    assert take(settings, step()) is True


@pytest.mark.parametrize(("action", "said"), [("resolve", "what was done"), ("reopen", "why it is open again")])
def test_some_steps_need_a_note(settings: Settings, action: str, said: str) -> None:
    with pytest.raises(StepRefused, match=said):
        take(settings, step(action))
    assert read_states(settings) == []


@pytest.mark.parametrize(("changes"), [{"action": "delete"}, {"action": ""}, {"note": "x" * 2001}])
def test_what_is_no_step_is_refused(settings: Settings, changes: dict[str, str]) -> None:
    with pytest.raises(StepRefused):
        take(settings, step(**changes))
    assert read_states(settings) == []


def test_a_step_the_log_does_not_take_is_told_as_it_stands(settings: Settings) -> None:
    append_state(settings, "a1", "resolved", "jo")
    with pytest.raises(Overtaken, match=r"is resolved since .* cannot go back"):
        take(settings, step("acknowledge", revision="1.0"))


@pytest.mark.parametrize("state", STATES)
def test_only_steps_that_can_be_taken_are_offered(settings: Settings, state: str) -> None:
    if state != "open":
        append_state(settings, "a1", state, "Ann")
    offered = steps_from(state)
    for action in offered:
        home = Settings(home=settings.home / action, as_of=settings.as_of)
        if state != "open":
            append_state(home, "a1", state, "Ann")
        assert take(home, step(action, revision="0.0" if state == "open" else "1.0", note="n")) is True
    assert set(offered) <= set(STEPS) and offered
