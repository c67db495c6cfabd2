"""Publishing freezes what is closed; the report's DAG makes sure of it; nothing published later changes it."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from scoreboard import atomic
from scoreboard.quarter import Quarter
from scoreboard.settings import Settings
from scoreboard.warehouse import ledger, official, periods
from scoreboard.warehouse.ledger import LedgerError
from scoreboard.warehouse.periods import CloseError, close_quarter, heal
from scoreboard.warehouse.publish import PublishError, publish, rollback
from scoreboard.warehouse.reader import open_published
from tests.marts_fixture import settings_for
from tests.warehouse.closed_company import ONLY, Q3, Q4, publish_company, tiers_readers_see


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return settings_for(tmp_path / "home", "2026-02-01")


def frozen(settings: Settings, name: str, table: str) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = pq.read_table(ledger.folder_of(settings) / name / f"{table}.parquet").to_pylist()
    return rows


def content(settings: Settings) -> dict[Path, bytes]:
    return {path: path.read_bytes() for path in ledger.folder_of(settings).rglob("*.*") if path.is_file()}


# --- closing ---


def test_a_published_versions_closed_periods_are_put_away_with_version_and_hashes(settings: Settings) -> None:
    record = publish_company(settings, tier="key")
    assert ledger.names(settings) == ["0001-v000001-r1"]
    [event] = ledger.events(settings)
    assert (event.kind, event.version, event.as_of, event.at, event.run_id) == (
        "published",
        "v000001-r1",
        date(2026, 2, 1),
        record["published_at"],
        "r1",
    )
    assert event.settings == {"timezone": "UTC", "fiscal_start_month": 1, "currency": "USD"}
    assert dict(event.periods) == {
        "fct_account_tiers": (Q3.start, Q4.start),
        "rpt_award_eligibility": (2024, 2025),
    }
    assert [
        (row["account_id"], row["quarter_start_date"])
        for row in frozen(settings, "0001-v000001-r1", "fct_account_tiers")
    ] == [
        ("A1", Q3.start),
        ("A2", Q3.start),
        ("A1", Q4.start),
        ("A2", Q4.start),
    ]
    for table, sha256 in event.files.items():
        path = ledger.rows_path(settings, event, table)
        assert atomic.sha256_of(path) == sha256
        assert path.stat().st_mode & 0o222 == 0


def test_later_versions_show_closed_periods_as_first_published_and_as_known_now(settings: Settings) -> None:
    publish_company(settings, tier="key")
    before = content(settings)
    publish_company(settings, "r2", tier="marginal")
    assert tiers_readers_see(settings) == {Q3.start: {"key"}, Q4.start: {"key"}, date(2026, 1, 1): {"marginal"}}
    assert set(map(tuple, tiers_readers_see(settings, "marts_now").values())) == {("marginal",)}
    assert content(settings) == before


def test_a_period_closes_on_its_own_day_with_a_later_version(tmp_path: Path) -> None:
    publish_company(settings_for(tmp_path, "2026-01-14"), tier="key")
    on_the_day = settings_for(tmp_path, "2026-01-15")
    publish_company(on_the_day, "r2", tier="marginal")
    assert [dict(event.periods) for event in ledger.events(on_the_day)] == [
        {"fct_account_tiers": (Q3.start,), "rpt_award_eligibility": (2024,)},
        {"fct_account_tiers": (Q4.start,), "rpt_award_eligibility": (2025,)},
    ]
    assert tiers_readers_see(on_the_day) == {Q3.start: {"key"}, Q4.start: {"marginal"}, date(2026, 1, 1): {"marginal"}}


def test_a_closed_period_without_a_row_stays_without_a_row(settings: Settings) -> None:
    publish_company(settings, accounts=())
    publish_company(settings, "r2", accounts=("A1",))
    assert tiers_readers_see(settings) == {date(2026, 1, 1): {"key"}}
    assert Q4.start in tiers_readers_see(settings, "marts_now")


def test_a_period_that_history_reveals_later_is_new(settings: Settings) -> None:
    publish_company(settings, quarters=(Q4.start,), tier="key")
    publish_company(settings, "r2", quarters=(Q3.start, Q4.start), tier="marginal")
    publish_company(settings, "r3", quarters=(Q3.start, Q4.start), tier="strategic")
    assert tiers_readers_see(settings) == {Q3.start: {"marginal"}, Q4.start: {"key"}}


def test_a_new_table_begins_its_own_history(settings: Settings) -> None:
    publish_company(settings, only=[table for table in ONLY if table != "fct_account_tiers"])
    publish_company(settings, "r2", tier="marginal")
    publish_company(settings, "r3", tier="key")
    assert [sorted(event.periods) for event in ledger.events(settings)] == [
        ["rpt_award_eligibility"],
        ["fct_account_tiers"],
    ]
    assert tiers_readers_see(settings)[Q4.start] == {"marginal"}


@pytest.mark.parametrize(("fiscal_start", "label"), [(1, "2025-Q4"), (4, "2026-Q3"), (12, "2026-Q1"), (11, "2026-Q1")])
def test_every_fiscal_calendar_has_one_quarter_that_ends_the_award_year(fiscal_start: int, label: str) -> None:
    quarters = [Quarter.containing(Quarter.parse("2025-Q1").start, fiscal_start)]
    for _ in range(5):
        quarters.append(quarters[-1].next)
    assert [quarter.label for quarter in quarters if official.award_year_of(quarter) == 2025] == [label]


# --- looking back, other settings ---


def test_a_look_back_shows_nothing_of_its_future_and_leaves_the_ledger_alone(settings: Settings) -> None:
    publish_company(settings, tier="key")
    before = content(settings)
    past = settings_for(settings.home, "2026-01-20")
    publish_company(past, "back", tier="marginal")
    assert tiers_readers_see(past)[Q4.start] == {"marginal"}
    assert content(settings) == before
    publish_company(settings, "again", tier="strategic")
    assert tiers_readers_see(settings)[Q4.start] == {"key"}


def test_other_settings_have_a_ledger_of_their_own(settings: Settings) -> None:
    publish_company(settings, tier="key")
    euro = settings_for(settings.home, "2026-02-01", currency="EUR")
    publish_company(euro, "r2", tier="marginal")
    publish_company(euro, "r3", tier="strategic")
    assert tiers_readers_see(euro)[Q4.start] == {"marginal"}
    publish_company(settings, "r4", tier="strategic")
    assert tiers_readers_see(settings)[Q4.start] == {"key"}


# --- the report's DAG ---


def test_closing_by_hand_returns_the_event_that_published_the_quarter_first(settings: Settings) -> None:
    publish_company(settings, tier="key")
    before = content(settings)
    first = close_quarter(settings, Q4, "first-run")
    assert (first["version"], first["as_of"]) == ("v000001-r1", "2026-02-01")
    publish_company(settings, "r2", tier="marginal")
    assert close_quarter(settings, Q4, "second-run") == first
    assert close_quarter(settings_for(settings.home, "2025-12-01"), Q4, "a backdated run") == first
    assert content(settings) == before


def test_a_settling_quarter_stays_open(tmp_path: Path) -> None:
    early = settings_for(tmp_path, "2026-01-14")
    publish_company(early)
    with pytest.raises(CloseError, match=r"ends on 2025-12-31 and settles for 15 days; this run is as of 2026-01-14"):
        close_quarter(early, Q4, "run")
    on_the_day = settings_for(tmp_path, "2026-01-15")
    with pytest.raises(CloseError, match=r"the published version v000001-r1 is as of 2026-01-14"):
        close_quarter(on_the_day, Q4, "run")
    publish_company(on_the_day, "r2")
    assert close_quarter(on_the_day, Q4, "run")["version"] == "v000002-r2"


def test_a_quarter_the_data_does_not_know_is_refused(settings: Settings) -> None:
    publish_company(settings)
    with pytest.raises(
        CloseError, match=r"has no quarter 2020-Q1: its quarters start between 2025-07-01 and 2026-01-01"
    ):
        close_quarter(settings, Quarter.parse("2020-Q1"), "run")


def test_quarters_of_another_fiscal_calendar_are_refused(settings: Settings) -> None:
    publish_company(settings)
    with pytest.raises(CloseError, match="starting in month 1, quarter 2025-Q2 is of years starting in month 4"):
        close_quarter(settings, Quarter.parse("2025-Q2", 4), "run")


def test_nothing_published_nothing_closed(settings: Settings) -> None:
    with pytest.raises(PublishError, match="nothing has been published"):
        close_quarter(settings, Q4, "run")
    heal(settings, "run")
    assert ledger.names(settings) == []


# --- what a rollback takes back ---


def test_a_rollback_withdraws_what_the_retracted_version_froze_and_nothing_else(tmp_path: Path) -> None:
    early, late = settings_for(tmp_path, "2026-01-14"), settings_for(tmp_path, "2026-01-15")
    publish_company(early, tier="key")
    publish_company(late, "wrong", tier="marginal")
    record = rollback(late)
    assert record["withdrawn_events"] == ["0002-v000002-wrong"]
    assert ledger.names(late) == ["0001-v000001-r1"]
    assert frozen(late, "0002-v000002-wrong", "fct_account_tiers")  # set aside, not deleted
    assert (ledger.folder_of(late) / "0002-v000002-wrong.json.withdrawn").is_file()
    publish_company(late, "right", tier="strategic")
    assert ledger.names(late) == ["0001-v000001-r1", "0003-v000003-right"]
    assert tiers_readers_see(late) == {Q3.start: {"key"}, Q4.start: {"strategic"}, date(2026, 1, 1): {"strategic"}}


# --- builds that know less than the ledger ---


def test_a_build_that_does_not_know_a_later_freeze_is_not_published(settings: Settings) -> None:
    publish_company(settings_for(settings.home, "2026-01-14"), tier="key")
    late = settings_for(settings.home, "2026-02-01")
    publish_company(late, "r2", tier="marginal", publishes=False)
    stale = (late.build / "warehouse.duckdb").read_bytes()
    publish_company(late, "r3", tier="strategic")
    (late.build / "warehouse.duckdb").write_bytes(stale)
    with pytest.raises(
        PublishError, match="closed quarters were frozen, restated or taken back since this build began"
    ):
        publish(late, "r2")
    assert tiers_readers_see(late)[Q4.start] == {"strategic"}


def test_the_build_of_another_run_is_not_published(settings: Settings) -> None:
    import duckdb

    publish_company(settings, publishes=False)
    with duckdb.connect(str(settings.build / "warehouse.duckdb")) as connection:
        connection.execute("create table landed.run as select 'another' as run_id")
    with pytest.raises(PublishError, match="the build is run another's by now, not the one that run r1 audited"):
        publish(settings, "r1")


def test_a_build_that_does_not_say_what_is_closed_is_refused(settings: Settings) -> None:
    import duckdb

    publish_company(settings, publishes=False)
    with duckdb.connect(str(settings.build / "warehouse.duckdb")) as connection:
        connection.execute("drop table intermediate.int_periods")
    with pytest.raises(PublishError, match="does not say which quarters are closed"):
        publish(settings, "r1")


# --- damage ---


def test_an_interrupted_freeze_is_made_good_from_the_version_it_was_about(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as broken:
        broken.setattr(ledger, "append", full)
        with pytest.raises(CloseError, match=r"No space left.*the next build tries again"):
            publish_company(settings, tier="key")
    assert tiers_readers_see(settings)[Q4.start] == {"key"}
    assert ledger.names(settings) == []
    heal(settings, "r2")
    publish_company(settings, "r2", tier="marginal")
    assert ledger.names(settings) == ["0001-v000001-r1"]
    assert tiers_readers_see(settings)[Q4.start] == {"key"}


def test_a_retried_publish_freezes_what_the_first_try_could_not(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as dying:
        dying.setattr(periods, "freeze_live", lambda *_: None)
        publish_company(settings)
    assert ledger.names(settings) == []
    assert publish(settings, "r1")["repeated"]
    assert ledger.names(settings) == ["0001-v000001-r1"]


def test_a_record_that_cannot_be_read_is_never_overwritten(settings: Settings) -> None:
    publish_company(settings)
    path = ledger.folder_of(settings) / "0001-v000001-r1.json"
    for content in ("{", '{"sequence": 1}', "[]"):
        path.write_text(content, encoding="utf-8")
        with pytest.raises(LedgerError, match="cannot be read"):
            close_quarter(settings, Q4, "run")
        assert path.read_text(encoding="utf-8") == content


@pytest.mark.parametrize("harm", ["changed", "deleted"])
def test_frozen_rows_that_were_tampered_with_stop_the_next_build(settings: Settings, harm: str) -> None:
    publish_company(settings)
    [event] = ledger.events(settings)
    path = ledger.rows_path(settings, event, "fct_account_tiers")
    path.chmod(0o644)
    if harm == "deleted":
        path.unlink()
    else:
        path.write_bytes(path.read_bytes() + b" ")
    with pytest.raises(LedgerError, match=r"fct_account_tiers\.parquet (is missing|is not the file that was frozen)"):
        publish_company(settings, "r2")


def test_records_of_earlier_releases_are_left_alone(settings: Settings) -> None:
    """Quarters used to be closed as <label>.json: not an event, and not in the way."""
    old = ledger.folder_of(settings) / "2025-Q4.json"
    atomic.write_json(old, {"format": 1, "quarter": "2025-Q4"})
    (ledger.folder_of(settings) / "2025-Q4").mkdir()
    publish_company(settings)
    assert ledger.names(settings) == ["0001-v000001-r1"]
    assert json.loads(old.read_text(encoding="utf-8"))["quarter"] == "2025-Q4"
    assert (ledger.folder_of(settings) / "2025-Q4").is_dir()
    with open_published(settings) as published:
        assert published.has("fct_account_tiers", "marts_now")
