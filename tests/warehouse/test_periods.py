"""Closing a quarter puts its published rows away once; nothing published later changes them."""

from __future__ import annotations

import json
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from scoreboard import atomic
from scoreboard.quarter import Quarter
from scoreboard.settings import Settings
from scoreboard.warehouse import periods
from scoreboard.warehouse.periods import CloseError, close_quarter
from scoreboard.warehouse.publish import PublishError, publish
from tests.marts_fixture import award_row, quarter_row, settings_for, write_build

Q4 = Quarter.parse("2025-Q4")
Q3 = Quarter.parse("2025-Q3")


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return settings_for(tmp_path / "home", "2026-02-01")


def publish_company(settings: Settings, run_id: str = "r1", tier: str = "key") -> None:
    """Two quarters, two award years."""
    quarters = [
        ("2025-07-01", "2025-09-30", "2025-Q3"),
        ("2025-10-01", "2025-12-31", "2025-Q4"),
        ("2026-01-01", "2026-03-31", "2026-Q1"),
    ]
    write_build(
        settings,
        {
            "dim_accounts": [{"account_id": "A1"}],
            "dim_quarters": [quarter_row(*quarter, is_closed=True) for quarter in quarters],
            "fct_account_tiers": [
                {"account_id": account, "quarter_start_date": start, "account_tier": tier}
                for start, *_ in quarters
                for account in ("A2", "A1")
            ],
            "rpt_award_eligibility": [
                award_row(project, year) for year in (2024, 2025, 2026) for project in ("P2", "P1")
            ],
        },
        only=("dim_accounts", "dim_quarters", "fct_account_tiers", "rpt_award_eligibility"),
    )
    publish(settings, run_id)


def frozen(settings: Settings, quarter: Quarter, table: str) -> list[dict[str, object]]:
    rows: list[dict[str, object]] = pq.read_table(
        settings.published / "closed" / quarter.label / f"{table}.parquet"
    ).to_pylist()
    return rows


def test_the_quarters_rows_are_put_away_with_version_and_hashes(settings: Settings) -> None:
    publish_company(settings)
    record = close_quarter(settings, Q4, "closing-run")
    assert (record["quarter"], record["version"], record["as_of"], record["run_id"]) == (
        "2025-Q4",
        "v000001-r1",
        "2026-02-01",
        "closing-run",
    )
    assert [
        (row["account_id"], str(row["quarter_start_date"])) for row in frozen(settings, Q4, "fct_account_tiers")
    ] == [
        ("A1", "2025-10-01"),
        ("A2", "2025-10-01"),
    ]
    assert record["tables"]["fct_account_tiers"]["rows"] == 2
    for table, about in record["tables"].items():
        assert about["sha256"] == atomic.sha256_of(settings.published / "closed" / "2025-Q4" / f"{table}.parquet")
    assert "dim_accounts" not in record["tables"]
    assert record["published_tables"]["dim_accounts"]
    assert json.loads((settings.published / "closed" / "2025-Q4.json").read_text(encoding="utf-8")) == record


def test_an_award_year_closes_with_the_quarter_that_holds_its_last_day(settings: Settings) -> None:
    publish_company(settings)
    assert "rpt_award_eligibility" in close_quarter(settings, Q4, "run")["tables"]
    assert {row["award_year"] for row in frozen(settings, Q4, "rpt_award_eligibility")} == {2025}
    assert "rpt_award_eligibility" not in close_quarter(settings, Q3, "run")["tables"]


@pytest.mark.parametrize(("fiscal_start", "label"), [(1, "2025-Q4"), (4, "2026-Q3"), (12, "2026-Q1"), (11, "2026-Q1")])
def test_every_fiscal_calendar_has_one_quarter_that_closes_the_year(fiscal_start: int, label: str) -> None:
    quarters = [Quarter.containing(Quarter.parse("2025-Q1").start, fiscal_start)]
    for _ in range(5):
        quarters.append(quarters[-1].next)
    closing = [q.label for q in quarters if (found := periods._selection(["award_year"], q)) and found[1] == "2025"]
    assert closing == [label]


def test_closing_again_returns_the_first_record_whatever_was_published_since(settings: Settings) -> None:
    publish_company(settings, tier="key")
    first = close_quarter(settings, Q4, "first-run")
    content = {path: path.read_bytes() for path in (settings.published / "closed").rglob("*.*") if path.is_file()}
    publish_company(settings, "r2", tier="marginal")
    assert close_quarter(settings, Q4, "second-run") == first
    assert close_quarter(settings_for(settings.home, "2025-12-01"), Q4, "a backdated run") == first
    assert {path: path.read_bytes() for path in content} == content
    assert {row["account_tier"] for row in frozen(settings, Q4, "fct_account_tiers")} == {"key"}


def test_a_settling_quarter_stays_open(tmp_path: Path) -> None:
    early = settings_for(tmp_path, "2026-01-14")
    publish_company(early)
    with pytest.raises(CloseError, match=r"ends on 2025-12-31 and settles for 15 days; this run is as of 2026-01-14"):
        close_quarter(early, Q4, "run")
    on_the_day = settings_for(tmp_path, "2026-01-15")
    with pytest.raises(CloseError, match=r"the published version v000001-r1 is as of 2026-01-14"):
        close_quarter(on_the_day, Q4, "run")
    assert not (early.published / "closed").exists()
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


def test_an_interrupted_closing_is_done_again_from_the_start(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish_company(settings, tier="key")

    def full(*_: object) -> Path:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as broken:
        broken.setattr(periods.atomic, "write_json", full)
        with pytest.raises(CloseError, match=r"No space left.*still open"):
            close_quarter(settings, Q4, "run")
    assert not (settings.published / "closed" / "2025-Q4.json").exists()
    publish_company(settings, "r2", tier="marginal")
    assert close_quarter(settings, Q4, "run")["version"] == "v000002-r2"
    assert {row["account_tier"] for row in frozen(settings, Q4, "fct_account_tiers")} == {"marginal"}


def test_a_record_that_cannot_be_read_is_never_overwritten(settings: Settings) -> None:
    publish_company(settings)
    close_quarter(settings, Q4, "run")
    path = settings.published / "closed" / "2025-Q4.json"
    path.write_text("{", encoding="utf-8")
    with pytest.raises(CloseError, match="cannot be read"):
        close_quarter(settings, Q4, "run")
    assert path.read_text(encoding="utf-8") == "{"
