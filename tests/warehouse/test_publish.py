"""A publish is seen whole or not at all, at every moment and after every kind of failure; and there is a way back."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from scoreboard import atomic
from scoreboard.settings import Settings
from scoreboard.warehouse import versions
from scoreboard.warehouse.publish import PublishError, current, publish, rollback
from scoreboard.warehouse.reader import open_published
from scoreboard.warehouse.tables import OFFICIAL
from tests.marts_fixture import settings_for, write_build, write_small_build
from tests.warehouse.marked_versions import assert_readers_see, publish_mark


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return settings_for(tmp_path / "home")


# --- what a version holds ---


def test_a_version_holds_each_mart_as_parquet_and_in_the_warehouse_file_with_its_descriptions(
    settings: Settings,
) -> None:
    rows = [{"account_id": "A2", "account_name": "O''Neil"}, {"account_id": "A1", "account_name": 'Ann "Quote" AG'}]
    write_build(
        settings,
        {"dim_accounts": rows},
        {"dim_accounts": "One row per account", "dim_accounts.account_id": "The CRM''s key"},
    )
    record = publish(settings, "run-1")

    assert record["version"] == "v000001-run-1"
    assert record["tables"]["dim_accounts"]["rows"] == 2
    for table, about in record["tables"].items():
        assert atomic.sha256_of(settings.published / "parquet" / f"{table}.parquet") == about["sha256"]
    with duckdb.connect(str(settings.published / "warehouse.duckdb"), read_only=True) as warehouse:
        assert warehouse.execute("select account_id, account_name from marts.dim_accounts").fetchall() == [
            ("A1", 'Ann "Quote" AG'),
            ("A2", "O''Neil"),
        ]
        assert warehouse.execute(
            "select comment from duckdb_tables() where table_name = 'dim_accounts'"
        ).fetchall() == [("One row per account",)]
        assert warehouse.execute(
            "select comment from duckdb_columns() where table_name = 'dim_accounts' and column_name = 'account_id'"
        ).fetchall() == [("The CRM's key",)]


def test_the_same_rows_in_another_order_give_the_same_parquet_bytes(tmp_path: Path) -> None:
    written = []
    for name, step in (("up", 1), ("down", -1)):
        settings = settings_for(tmp_path / name)
        accounts = [{"account_id": f"A{i:03d}", "account_name": f"Name {i % 7}"} for i in range(60)]
        # no key of its own: the whole row gives the order, and doubles stay
        refused = [{"entity": f"A{i % 3}", "rule": f"q{i % 2}", "row_key": None} for i in range(12)]
        tiers = [{"account_id": f"A{i}", "quarter_start_date": "2026-01-01"} for i in range(12)]
        write_build(
            settings,
            {
                "dim_accounts": accounts[::step],
                "rpt_quarantine": refused[::step],
                "fct_account_tiers": tiers[::step],
            },
        )
        record = publish(settings, "same")
        written.append((record["tables"], record["tables_now"]))
    assert written[0] == written[1]
    assert written[0][0]["rpt_quarantine"]["rows"] == 12
    assert written[0][1]["fct_account_tiers"]["rows"] == 12


def test_a_version_holds_the_official_tables_once_more_as_known_now(settings: Settings) -> None:
    described = {"fct_account_tiers": "One row per account", "fct_account_tiers.account_tier": "Its tier"}
    tiers = [{"account_id": "A1", "quarter_start_date": "2026-01-01", "account_tier": "key"}]
    write_build(settings, {"fct_account_tiers": tiers}, described)
    with duckdb.connect(str(settings.build / "warehouse.duckdb")) as build:
        build.execute("update marts_now.fct_account_tiers set account_tier = 'marginal'")
        build.execute("create table marts_now.scratch as select 1 as left_over")
    record = publish(settings, "run-1")
    assert set(record["tables_now"]) == set(OFFICIAL)
    for table, about in record["tables_now"].items():
        path = settings.published / "parquet" / "marts_now" / f"{table}.parquet"
        assert atomic.sha256_of(path) == about["sha256"]
        assert path.stat().st_mode & 0o222 == 0
    with duckdb.connect(str(settings.published / "warehouse.duckdb"), read_only=True) as warehouse:
        for schema, tier in (("marts", "key"), ("marts_now", "marginal")):
            assert warehouse.execute(f"select account_tier from {schema}.fct_account_tiers").fetchall() == [(tier,)]
        told = warehouse.execute(
            "select schema_name, comment from duckdb_columns() where column_name = 'account_tier'"
            " and table_name = 'fct_account_tiers' order by 1"
        ).fetchall()
    assert told == [("marts", "Its tier"), ("marts_now", "Its tier")]
    with open_published(settings) as published:
        assert published.rows("select account_tier from marts_now.fct_account_tiers") == [{"account_tier": "marginal"}]
        assert published.has("fct_account_tiers", "marts_now")
        assert not published.has("dim_accounts", "marts_now")


def test_the_record_says_run_as_of_settings_and_hashes(settings: Settings) -> None:
    publish_mark(settings, "one")
    record = current(settings)
    assert record is not None
    assert (record["run_id"], record["as_of"], record["previous"]) == ("one", "2026-02-01", None)
    assert record["settings"]["timezone"] == "UTC"
    assert (settings.published / record["folder"] / "parquet" / "dim_accounts.parquet").is_file()


def test_nothing_is_current_before_the_first_publish(settings: Settings) -> None:
    assert current(settings) is None
    with pytest.raises(PublishError, match="nothing has been published"), open_published(settings):
        pass


def test_a_run_id_from_a_scheduler_becomes_a_plain_folder_name(settings: Settings) -> None:
    write_small_build(settings, "x")
    assert (
        publish(settings, "manual__2026-01-01T00:00:00+00:00/../x")["version"]
        == "v000001-manual__2026-01-01T00-00-00-00-00-..-x"
    )
    assert [path.parent for path in settings.published.glob("versions/v*")] == [settings.published / "versions"]


def test_without_a_build_nothing_happens(settings: Settings) -> None:
    with pytest.raises(PublishError, match=r"no build to publish"):
        publish(settings, "run")
    assert current(settings) is None


def test_a_build_without_marts_is_refused(settings: Settings) -> None:
    settings.build.mkdir(parents=True)
    with duckdb.connect(str(settings.build / "warehouse.duckdb")) as connection:
        connection.execute("create schema marts")
    with pytest.raises(PublishError, match="no table in schema marts"):
        publish(settings, "run")
    assert list((settings.published / "versions").iterdir()) == []


# --- versions come and go ---


def test_the_last_five_versions_are_kept(settings: Settings) -> None:
    for number in range(1, 8):
        publish_mark(settings, f"r{number}")
    assert versions.names(settings) == [f"v{n:06d}-r{n}" for n in range(3, 8)]
    assert_readers_see(settings, "r7")


def test_a_retried_publish_of_the_same_run_makes_no_second_version(settings: Settings) -> None:
    publish_mark(settings, "r1")
    publish_mark(settings, "r2")
    again = publish(settings, "r2")
    assert again["repeated"] is True
    assert versions.names(settings) == ["v000001-r1", "v000002-r2"]
    assert rollback(settings)["version"] == "v000001-r1"  # and not to the same figures under another name


def test_two_runs_with_the_same_rows_are_two_versions(settings: Settings) -> None:
    write_small_build(settings, "same")
    first, second = publish(settings, "r1"), publish(settings, "r2")
    assert first["tables"] == second["tables"]
    assert second["version"] == "v000002-r2"


def test_rollback_restores_the_version_before_and_says_so(settings: Settings) -> None:
    publish_mark(settings, "good")
    publish_mark(settings, "bad")
    record = rollback(settings)
    assert record["rolled_back_from"] == "v000002-bad"
    assert current(settings) == record
    assert_readers_see(settings, "good")


def test_after_a_rollback_the_next_version_is_higher_and_its_way_back_skips_the_bad_one(settings: Settings) -> None:
    publish_mark(settings, "good")
    publish_mark(settings, "bad")
    rollback(settings)
    after = publish_mark(settings, "after")
    assert after["version"] == "v000003-after"
    assert "rolled_back_from" not in after
    assert rollback(settings)["version"] == "v000001-good"


def test_the_way_back_survives_many_rolled_back_versions(settings: Settings) -> None:
    publish_mark(settings, "good")
    for number in range(8):
        publish_mark(settings, f"bad{number}")
        rollback(settings)
    assert_readers_see(settings, "good")
    publish_mark(settings, "last")
    assert rollback(settings)["run_id"] == "good"


def test_rollback_needs_a_version_before(settings: Settings) -> None:
    with pytest.raises(PublishError, match="nothing has been published"):
        rollback(settings)
    publish_mark(settings, "only")
    with pytest.raises(PublishError, match=r"no version before v000001-only .*it is the first one.*stays live"):
        rollback(settings)
    assert_readers_see(settings, "only")


@pytest.mark.parametrize("victim", ["parquet/fct_tickets.parquet", "warehouse.duckdb"])
@pytest.mark.parametrize("harm", ["flipped", "deleted"])
def test_rollback_to_a_damaged_version_is_refused(settings: Settings, victim: str, harm: str) -> None:
    first = publish_mark(settings, "first")
    publish_mark(settings, "second")
    path = settings.published / first["folder"] / victim
    path.chmod(0o644)
    if harm == "deleted":
        path.unlink()
    else:
        content = bytearray(path.read_bytes())
        content[len(content) // 2] ^= 1
        path.write_bytes(content)
    with pytest.raises(PublishError, match=f"{victim}.*v000002-second stays live"):
        rollback(settings)
    assert_readers_see(settings, "second")
