"""One tiny company over several runs: the same file again, a parent that comes late, a failing audit, a step back."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest

from scoreboard.landing.batch import BrokenFile
from scoreboard.landing.drop import land_entity
from scoreboard.settings import Settings
from scoreboard.warehouse.build import BuildFailed, build_warehouse
from scoreboard.warehouse.publish import current, rollback
from scoreboard.warehouse.seeds import SeedError
from tests.orchestration.tiny_company import AS_OF, FILES, drop
from tests.pipeline import rows, run_pipeline, settings_for

ORPHAN = "contact_id,account_id,full_name,updated_at\nC1,A3,Ada Early,2026-02-01T08:00:00Z\n"
LATE_PARENT = "account_id,account_name,lifecycle_stage,customer_since,updated_at\nA3,Third Customer,active,2024-01-01,2026-02-01T08:00:00Z\n"


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    home = tmp_path_factory.mktemp("many-runs")
    drop(home)
    put(home, "crm/contacts/early.csv", ORPHAN)
    return settings_for(home, AS_OF)


@pytest.fixture(scope="module")
def first(settings: Settings) -> dict[str, Any]:
    return run_pipeline(settings, "run-1") | {"bytes": marts_bytes(settings)}


@pytest.fixture(scope="module")
def second(settings: Settings, first: dict[str, Any]) -> dict[str, Any]:
    """The same files again, one of them renamed."""
    drop_again(settings.home)
    put(settings.home, "crm/contacts/renamed.csv", ORPHAN)
    return run_pipeline(settings, "run-2") | {"bytes": marts_bytes(settings)}


@pytest.fixture(scope="module")
def third(settings: Settings, second: dict[str, Any]) -> dict[str, Any]:
    """The orphan's parent arrives."""
    put(settings.home, "crm/accounts/late.csv", LATE_PARENT)
    return run_pipeline(settings, "run-3")


def put(home: Path, path: str, content: str) -> None:
    target = home / "inbox" / path
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(content, encoding="utf-8")


def drop_again(home: Path) -> None:
    for folder, content in FILES.items():
        put(home, f"{folder}/first.csv", content)


def marts_bytes(settings: Settings) -> dict[str, str]:
    """Hash of every published table that does not tell of runs."""
    folder = (settings.published / "parquet").resolve()
    return {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.glob("*.parquet"))
        if path.stem != "rpt_data_quality"
    }


def test_an_orphan_waits_in_quarantine_with_all_it_said(settings: Settings, first: dict[str, Any]) -> None:
    [orphan] = rows(settings, "select * from marts.rpt_quarantine where row_key = 'C1'") if first else []

    assert (orphan["rule"], orphan["file"], orphan["row_number"]) == ("orphan_key", "crm/contacts/early.csv", 2)
    assert json.loads(orphan["content"])["full_name"] == "Ada Early"
    assert "A3" in orphan["reason"]


def test_the_same_files_again_change_nothing(first: dict[str, Any], second: dict[str, Any]) -> None:
    assert second["rows"] == first["rows"]
    assert second["bytes"] == first["bytes"]
    assert len(first["bytes"]) >= 17


def test_when_the_parent_arrives_the_child_leaves_quarantine_and_stays_on_record(
    settings: Settings, third: dict[str, Any]
) -> None:
    assert third["quarantine"]["open"] == 0
    assert rows(settings, "select full_name from marts.dim_contacts") == [{"full_name": "Ada Early"}]
    assert rows(settings, "select row_key, status from marts.rpt_quarantine") == [
        {"row_key": "C1", "status": "released"}
    ]


def test_data_quality_keeps_every_run(settings: Settings, third: dict[str, Any]) -> None:
    quality = rows(
        settings,
        "select run_id, landed, valid, quarantined from marts.rpt_data_quality where entity = 'contacts' order by run_id",
    )

    assert [(row["run_id"], row["landed"], row["valid"], row["quarantined"]) for row in quality] == [
        ("run-1", 1, 0, 1),
        ("run-2", 1, 0, 1),
        ("run-3", 1, 1, 0),
    ]


def test_a_broken_file_lands_nothing_and_stays_where_it_lies(settings: Settings, third: dict[str, Any]) -> None:
    put(settings.home, "crm/revenue/broken.csv", "revenue_id,account_id\nR9,A1\n")
    put(settings.home, "crm/revenue/good.csv", FILES["crm/revenue"].replace("R1", "R8").replace("R2", "R9"))

    with pytest.raises(BrokenFile, match=r"broken\.csv") as broken:
        land_entity(settings, "revenue", "run-4")

    inbox = settings.inbox / "crm" / "revenue"
    assert sorted(path.name for path in inbox.glob("*.csv")) == ["broken.csv", "good.csv"]
    assert "recognised_on" in str(broken.value)
    for path in inbox.glob("*.csv"):
        path.unlink()


def test_a_rule_that_does_not_reach_back_stops_the_build_and_is_named(
    settings: Settings, third: dict[str, Any]
) -> None:
    published = current(settings)
    put_seed(
        settings,
        "tier_rules",
        "valid_from,enter_share,leave_share,growth_min,pipeline_min\n2026-04-15,0.8,0.85,0.25,0.5\n",
    )

    with pytest.raises(BuildFailed, match=r"tier_rules\.csv: a quarter has no rule in force"):
        build_warehouse(settings, "run-5")

    assert current(settings) == published
    (settings.seeds / "tier_rules.csv").unlink()


def test_a_doubled_rule_is_refused_before_anything_is_built(settings: Settings, third: dict[str, Any]) -> None:
    put_seed(settings, "award_rules", "valid_from,threshold,min_waves\n1900-01-01,4,4\n1900-01-01,4.5,4\n")

    with pytest.raises(SeedError, match=r"award_rules\.csv: row 3"):
        build_warehouse(settings, "run-6")

    (settings.seeds / "award_rules.csv").unlink()


def test_rolling_back_shows_the_version_before(settings: Settings, third: dict[str, Any]) -> None:
    rollback(settings)

    assert rows(settings, "select max(run_id) as run_id from marts.rpt_data_quality") == [{"run_id": "run-2"}]


def put_seed(settings: Settings, name: str, content: str) -> None:
    settings.seeds.mkdir(exist_ok=True)
    (settings.seeds / f"{name}.csv").write_text(content, encoding="utf-8")
