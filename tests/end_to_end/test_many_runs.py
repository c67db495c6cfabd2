"""One tiny company over several runs: the same file again, a parent that comes late, a failing audit, a step back."""

from __future__ import annotations

import json

import pytest

from scoreboard.landing.batch import BrokenFile
from scoreboard.landing.drop import land_entity
from scoreboard.settings import Settings
from scoreboard.warehouse.build import BuildFailed, build_warehouse
from scoreboard.warehouse.publish import current, rollback
from scoreboard.warehouse.seeds import SeedError
from tests.end_to_end.tiny_history import (
    FORWARD,
    LATER,
    LOOKING_BACK,
    RESTATED,
    marts_bytes,
    put,
    shown,
    tiny_history,
    told,
)
from tests.orchestration.tiny_company import FILES
from tests.pipeline import rows

pytestmark = pytest.mark.long


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """After all runs, in a home that the tests here change."""
    return tiny_history(tmp_path_factory, tmp_path_factory.mktemp("many-runs"))


def test_an_orphan_waits_in_quarantine_with_all_it_said(settings: Settings) -> None:
    [orphan] = shown(
        settings, LATER, "select rule, file, row_number, content, reason from marts.rpt_quarantine where row_key = 'C1'"
    )

    rule, file, row_number, content, reason = orphan
    assert (rule, file, row_number) == ("orphan_key", "crm/contacts/early.csv", 2)
    assert json.loads(content)["full_name"] == "Ada Early"
    assert "A3" in reason


def test_the_same_files_again_and_a_refused_row_change_nothing(settings: Settings) -> None:
    counts = [
        [row for row in told(settings, run)["rows"] if row["entity"] != "contacts"] for run in (RESTATED, FORWARD)
    ]
    assert counts[0] == counts[1]
    first, again = (marts_bytes(settings, run) for run in (RESTATED, FORWARD))
    assert again.keys() == first.keys()
    assert {name for name, content in again.items() if content != first[name]} == {"rpt_quarantine"}
    assert len(first) >= 17


def test_when_the_parent_arrives_the_child_leaves_quarantine_and_stays_on_record(settings: Settings) -> None:
    assert told(settings, LATER)["quarantine"]["open"] == 1
    assert told(settings, RESTATED)["quarantine"]["open"] == 0
    assert shown(settings, RESTATED, "select full_name from marts.dim_contacts") == [("Ada Early",)]
    assert shown(settings, RESTATED, "select row_key, status from marts.rpt_quarantine") == [("C1", "released")]


def test_data_quality_keeps_every_run(settings: Settings) -> None:
    assert shown(
        settings,
        FORWARD,
        "select run_id, landed, valid, quarantined from marts.rpt_data_quality where entity = 'contacts' order by run_id",
    ) == [("run-1", 0, 0, 0), ("run-2", 1, 0, 1), ("run-3", 1, 1, 0), ("run-4", 1, 1, 0), ("run-5", 2, 1, 1)]


def test_a_broken_file_lands_nothing_and_stays_where_it_lies(settings: Settings) -> None:
    put(settings.home, "crm/revenue/broken.csv", "revenue_id,account_id\nR9,A1\n")
    put(settings.home, "crm/revenue/good.csv", FILES["crm/revenue"].replace("R1", "R8").replace("R2", "R9"))

    with pytest.raises(BrokenFile, match=r"broken\.csv") as broken:
        land_entity(settings, "revenue", "run-6")

    inbox = settings.inbox / "crm" / "revenue"
    assert sorted(path.name for path in inbox.glob("*.csv")) == ["broken.csv", "good.csv"]
    assert "recognised_on" in str(broken.value)
    for path in inbox.glob("*.csv"):
        path.unlink()


def test_a_rule_that_does_not_reach_back_stops_the_build_and_is_named(settings: Settings) -> None:
    published = current(settings)
    put_seed(
        settings,
        "tier_rules",
        "valid_from,enter_share,leave_share,growth_min,pipeline_min\n2026-04-15,0.8,0.85,0.25,0.5\n",
    )

    with pytest.raises(BuildFailed, match=r"tier_rules\.csv: a quarter has no rule in force"):
        build_warehouse(settings, "run-7")

    assert current(settings) == published
    (settings.seeds / "tier_rules.csv").unlink()


def test_a_doubled_rule_is_refused_before_anything_is_built(settings: Settings) -> None:
    put_seed(settings, "award_rules", "valid_from,threshold,min_waves\n1900-01-01,4,4\n1900-01-01,4.5,4\n")

    with pytest.raises(SeedError, match=r"award_rules\.csv: row 3"):
        build_warehouse(settings, "run-8")

    (settings.seeds / "award_rules.csv").unlink()


def test_rolling_back_shows_the_version_before(settings: Settings) -> None:
    rollback(settings)

    assert rows(settings, "select max(run_id) as run_id from marts.rpt_data_quality") == [{"run_id": LOOKING_BACK}]


def put_seed(settings: Settings, name: str, content: str) -> None:
    settings.seeds.mkdir(exist_ok=True)
    (settings.seeds / f"{name}.csv").write_text(content, encoding="utf-8")
