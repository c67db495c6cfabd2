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
from tests.once import tiny_company
from tests.orchestration.tiny_company import FILES
from tests.pipeline import rows, run_pipeline, without_tests_of_columns

pytestmark = pytest.mark.long

ORPHAN = "contact_id,account_id,full_name,updated_at\nC1,A3,Ada Early,2026-02-01T08:00:00Z\n"
LATE_PARENT = "account_id,account_name,lifecycle_stage,customer_since,updated_at\nA3,Third Customer,active,2024-01-01,2026-02-01T08:00:00Z\n"


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """After the first run, run-1."""
    return tiny_company(tmp_path_factory, tmp_path_factory.mktemp("many-runs"))


@pytest.fixture(scope="module")
def first(settings: Settings) -> dict[str, Any]:
    summary = json.loads((settings.runs / "run-1" / "summary.json").read_text(encoding="utf-8"))
    return summary | {"bytes": marts_bytes(settings)}


@pytest.fixture(scope="module")
def second(settings: Settings, first: dict[str, Any]) -> dict[str, Any]:
    """The same files again, and a child whose parent is not there."""
    for folder, content in FILES.items():
        put(settings.home, f"{folder}/first.csv", content)
    put(settings.home, "crm/contacts/early.csv", ORPHAN)
    with without_tests_of_columns():
        summary = run_pipeline(settings, "run-2")
    return summary | {"bytes": marts_bytes(settings)}


@pytest.fixture(scope="module")
def third(settings: Settings, second: dict[str, Any]) -> dict[str, Any]:
    """The orphan's parent arrives, and the orphan again in a renamed file."""
    put(settings.home, "crm/contacts/renamed.csv", ORPHAN)
    put(settings.home, "crm/accounts/late.csv", LATE_PARENT)
    with without_tests_of_columns():
        return run_pipeline(settings, "run-3")


def put(home: Path, path: str, content: str) -> None:
    target = home / "inbox" / path
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(content, encoding="utf-8")


def marts_bytes(settings: Settings) -> dict[str, str]:
    """Hash of every published table that does not tell of runs."""
    folder = (settings.published / "parquet").resolve()
    return {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.glob("*.parquet"))
        if path.stem != "rpt_data_quality"
    }


def test_an_orphan_waits_in_quarantine_with_all_it_said(settings: Settings, second: dict[str, Any]) -> None:
    [orphan] = rows(settings, "select * from marts.rpt_quarantine where row_key = 'C1'") if second else []

    assert (orphan["rule"], orphan["file"], orphan["row_number"]) == ("orphan_key", "crm/contacts/early.csv", 2)
    assert json.loads(orphan["content"])["full_name"] == "Ada Early"
    assert "A3" in orphan["reason"]


def test_the_same_files_again_and_a_refused_row_change_nothing(first: dict[str, Any], second: dict[str, Any]) -> None:
    told = [[row for row in run["rows"] if row["entity"] != "contacts"] for run in (first, second)]
    assert told[0] == told[1]
    assert second["bytes"].keys() == first["bytes"].keys()
    changed = {name for name, content in second["bytes"].items() if content != first["bytes"][name]}
    assert changed == {"rpt_quarantine.parquet"}
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
        ("run-1", 0, 0, 0),
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
