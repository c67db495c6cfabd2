"""What staging sees of landed records, dress by dress."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pytest

from scoreboard.landing.manifest import ManifestDamaged
from scoreboard.mapping.config import Mapping, mapping_of
from scoreboard.mapping.views import raw_of, show_raw
from scoreboard.settings import Settings
from tests.mapping.raw_landing import land_raw

Rows = list[dict[str, Any]]
DAY = "2026-01-0{}T10:00:00+00:00".format


def shown(
    home: Path, shape: str, document: dict[str, Any] | None = None, adapters: tuple[str, ...] = ("toy",)
) -> tuple[Rows, list[str]]:
    """Rows of raw.toy__<shape>, by key and version, and the columns that were reported missing."""
    settings = Settings(home=home, as_of=date(2026, 3, 31))
    mapping: Mapping = mapping_of(settings, "toy", document or {}, "toy.yaml")
    database = home / "build" / "mapping" / "warehouse.duckdb"
    missing = show_raw(database, mapping, raw_of(settings, mapping, list(adapters)))
    with duckdb.connect(str(database), read_only=True) as connection:
        connection.execute("set timezone = 'UTC'")
        cursor = connection.execute(f"select * from raw.toy__{shape} order by record_key, version_at, _landing_order")
        names = [column[0] for column in cursor.description or ()]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()], missing


def served(key: str, day: int, body: dict[str, Any], **told: Any) -> dict[str, Any]:
    """A record as an API's source gave it."""
    return {"_key": key, "_version": DAY(day), "_record": {"id": key, **body}, **told}


def fates(rows: Rows) -> list[tuple[str, str | None, bool, bool]]:
    """Key, day, is_current, is_gone of each row."""
    return [
        (
            row["record_key"],
            row["version_at"] and row["version_at"].date().isoformat(),
            row["is_current"],
            row["is_gone"],
        )
        for row in rows
    ]


def test_fields_come_out_as_text_wherever_they_are(tmp_path: Path) -> None:
    body = {
        "organization_id": 77.0,
        "via": {"channel": 'e"mail'},
        "custom_fields": [{"id": 11, "value": "no"}, {"id": 12, "value": 950000000.50}],
        "rating": None,
        "is_public": True,
        "updated_at": "",
    }
    land_raw(tmp_path, "toy", "tickets", [served("6139157572367.0", 1, body)])

    rows, missing = shown(tmp_path, "tickets")

    assert [{name: rows[0][name] for name in ("id", "organization_id", "channel", "cause", "score", "is_public")}] == [
        {
            "id": "6139157572367",
            "organization_id": "77",
            "channel": 'e"mail',
            "cause": "950000000.5",
            "score": None,
            "is_public": "true",
        }
    ]
    assert rows[0]["updated_at"] is None  # blank text is nothing
    assert (rows[0]["source_relation"], rows[0]["record_key"]) == ("toy@toy_default", "6139157572367")
    assert [rows[0][name] for name in ("_run_id", "_file", "_row_number")] == ["r1", "GET /tickets", 1]
    assert missing == [
        "toy@toy_default/tickets: no record has rating.score, so toy__tickets.score is empty",
        "toy@toy_default/tickets: no record has tags, so toy__ticket_tags has no rows",
    ]


@pytest.mark.parametrize(
    ("number", "text"),
    [("5", "5"), ("5.0", "5"), ("-0.50", "-0.5"), ("1e3", "1000"), ("1E-7", "0.0000001"), ("100", "100"), ('"5.0"', "5.0"),
     # beyond the contract's places: to the letter, to be refused
     ("1e30", "1e30"), ("1e-12", "1e-12")],
)  # fmt: skip
def test_numbers_are_written_as_short_as_can_be(tmp_path: Path, number: str, text: str) -> None:
    import json

    land_raw(tmp_path, "toy", "tickets", [served("1", 1, {"rating": {"score": json.loads(number)}})])
    assert [row["score"] for row in shown(tmp_path, "tickets")[0]] == [text]


def test_every_version_is_kept_and_the_newest_is_current(tmp_path: Path) -> None:
    land_raw(tmp_path, "toy", "tickets", [served("1", 1, {}), served("1", 3, {}), served("2", 1, {})])
    land_raw(tmp_path, "toy", "tickets", [served("1", 2, {})])  # a window of the past, landed late
    assert fates(shown(tmp_path, "tickets")[0]) == [
        ("1", "2026-01-01", False, False),
        ("1", "2026-01-02", False, False),
        ("1", "2026-01-03", True, False),
        ("2", "2026-01-01", True, False),
    ]


def test_of_one_version_what_landed_last_counts(tmp_path: Path) -> None:
    land_raw(tmp_path, "toy", "tickets", [served("1", 1, {"is_public": False}), served("1", 1, {"is_public": True})])
    land_raw(tmp_path, "toy", "tickets", [served("1", 1, {"is_public": "maybe"})])
    assert [row["is_public"] for row in shown(tmp_path, "tickets")[0]] == ["maybe"]


def test_a_deleted_record_is_gone_with_all_its_versions(tmp_path: Path) -> None:
    land_raw(tmp_path, "toy", "tickets", [served("1", 1, {}), served("1", 2, {}, _is_deleted=True)])
    land_raw(tmp_path, "toy", "tickets", [served("1", 1, {"is_public": True})])  # the past comes late
    assert fates(shown(tmp_path, "tickets")[0]) == [
        ("1", "2026-01-01", False, True),
        ("1", "2026-01-02", False, True),
    ]


def test_a_vanished_record_is_gone_until_it_lands_again(tmp_path: Path) -> None:
    land_raw(tmp_path, "toy", "tickets", [served("1", 1, {})])
    land_raw(tmp_path, "toy", "tickets", [served("1", 1, {}, _is_deleted=True, _is_tombstone=True)])
    assert fates(shown(tmp_path, "tickets")[0]) == [("1", "2026-01-01", False, True)]

    land_raw(tmp_path, "toy", "tickets", [served("1", 1, {})])
    assert fates(shown(tmp_path, "tickets")[0]) == [("1", "2026-01-01", True, False)]


def test_a_list_gives_a_row_per_element_and_an_element_taken_away_is_gone(tmp_path: Path) -> None:
    land_raw(tmp_path, "toy", "tickets", [served("1", 1, {"tags": ["a", "b", "a"]}), served("1", 2, {"tags": ["b"]})])
    rows, _ = shown(tmp_path, "ticket_tags")
    assert [(row["tag"], row["place"], row["is_current"], row["is_gone"]) for row in rows] == [
        ("a", "2", False, True),
        ("b", "1", False, False),
        ("b", "0", True, False),
    ]


def test_an_object_gives_a_row_per_entry(tmp_path: Path) -> None:
    values = {
        "QID1": {"score": 4, "notes": [{"lang": "de", "text": "gut"}, {"lang": "en", "text": "good"}]},
        "QID.2": {"score": None},
        'a"b': {"score": 0},
    }
    land_raw(tmp_path, "toy", "responses", [served("R", 1, {"values": values}), served("S", 1, {"values": None})])
    rows, _ = shown(tmp_path, "answers")
    assert [(row["record_key"], row["question"], row["value"], row["words"]) for row in rows] == [
        ("R/QID.2", "QID.2", None, None),
        ("R/QID1", "QID1", "4", "good"),
        ('R/a"b', 'a"b', "0", None),
    ]


def test_of_a_loaders_table_only_the_newest_snapshot_counts(tmp_path: Path) -> None:
    land_raw(tmp_path, "toy_fivetran", "ticket", [{"id": 1, "updated_at": DAY(1)}, {"id": 2, "updated_at": DAY(1)}])
    land_raw(
        tmp_path, "toy_fivetran", "ticket", [{"id": 1, "OrganizationId": 5, "updated_at": "2026-01-02 10:00:00+00"}]
    )
    rows, missing = shown(tmp_path, "tickets", adapters=("toy_fivetran",))
    assert fates(rows) == [("1", "2026-01-02", True, False)]
    assert rows[0]["organization_id"] == "5"
    assert (
        "toy_fivetran@toy_fivetran_default/ticket: no record has via_channel, so toy__tickets.channel is empty"
        in missing
    )


@pytest.mark.parametrize(
    "flag",
    [{"_fivetran_deleted": True}, {"is_deleted": 1}, {"IsDeleted": "true"}, {"_ab_cdc_deleted_at": "2026-01-02"}],
)
def test_a_loaders_deletion_flags(tmp_path: Path, flag: dict[str, Any]) -> None:
    land_raw(tmp_path, "toy_airbyte", "tickets", [{"id": 1, **flag}, {"id": 2, **dict.fromkeys(flag)}])
    assert fates(shown(tmp_path, "tickets", adapters=("toy_airbyte",))[0]) == [
        ("1", None, False, True),
        ("2", None, True, False),
    ]


def test_history_mode_gives_versions_and_a_record_that_ended_is_gone(tmp_path: Path) -> None:
    old = {"_fivetran_active": False, "_fivetran_start": DAY(1), "_fivetran_end": DAY(2)}
    new = {"_fivetran_active": True, "_fivetran_start": DAY(2)}
    rows = [
        {"id": 1, "updated_at": DAY(2), **new},
        {"id": 1, "updated_at": DAY(1), **old},
        {"id": 2, "updated_at": DAY(1), **old},
        {"id": 3, "updated_at": DAY(1), "is_public": "before", **old},
        {"id": 3, "updated_at": DAY(1), "is_public": "after", **new},
    ]
    land_raw(tmp_path, "toy_fivetran", "ticket", rows)
    found, _ = shown(tmp_path, "tickets", adapters=("toy_fivetran",))
    assert fates(found) == [
        ("1", "2026-01-01", False, False),
        ("1", "2026-01-02", True, False),
        ("2", "2026-01-01", False, True),
        ("3", "2026-01-01", True, False),
    ]
    assert found[-1]["is_public"] == "after"


def test_a_loader_may_land_objects_as_text(tmp_path: Path) -> None:
    body = {"id": 1.0, "via": '{"channel": "web"}', "custom_fields": '[{"id": 12, "value": "bug"}]', "tags": '["a"]'}
    land_raw(tmp_path, "toy_airbyte", "tickets", [body])
    rows, _ = shown(tmp_path, "tickets", adapters=("toy_airbyte",))
    assert [(row["id"], row["channel"], row["cause"]) for row in rows] == [("1", "web", "bug")]
    assert [row["record_key"] for row in shown(tmp_path, "ticket_tags", adapters=("toy_airbyte",))[0]] == ["1/a"]


def test_a_loaders_row_without_a_key_is_a_record_of_its_own(tmp_path: Path) -> None:
    land_raw(tmp_path, "toy_fivetran", "ticket", [{"via_channel": "a"}, {"via_channel": "b"}])
    assert len(shown(tmp_path, "tickets", adapters=("toy_fivetran",))[0]) == 2


def test_connections_and_dresses_are_united_and_prefixed(tmp_path: Path) -> None:
    document = {
        "connections": [
            {"id": "eu", "prefix": "eu-"},
            {"id": "us"},
            {"id": "old", "kind": "parquet", "path": "/data"},
        ]
    }
    land_raw(tmp_path, "toy", "tickets", [served("1", 1, {"organization_id": 9})], connection="eu")
    land_raw(tmp_path, "toy", "tickets", [served("1", 1, {"organization_id": 9})], connection="us")
    land_raw(tmp_path, "toy_fivetran", "ticket", [{"id": 1}], connection="old")
    land_raw(tmp_path, "toy", "tickets", [served("1", 1, {})], connection="nobody_named_it")
    rows, _ = shown(tmp_path, "tickets", document, ("toy", "toy_fivetran"))
    assert sorted((row["source_relation"], row["id"], row["organization_id"], row["is_current"]) for row in rows) == [
        ("toy@eu", "eu-1", "eu-9", True),
        ("toy@us", "1", "9", True),
        ("toy_fivetran@old", "1", None, True),
    ]


def test_a_users_field_is_read_where_the_user_has_it(tmp_path: Path) -> None:
    body = {"custom_fields": [{"id": 12, "value": "shipped"}, {"id": 99, "value": "own"}]}
    land_raw(tmp_path, "toy", "tickets", [served("1", 1, body)])
    document = {"fields": {"tickets": {"cause": "custom_fields[id=99].value"}}}
    assert [row["cause"] for row in shown(tmp_path, "tickets", document)[0]] == ["own"]


def test_nothing_landed_is_an_empty_table(tmp_path: Path) -> None:
    assert shown(tmp_path, "answers") == ([], [])


def test_a_landed_part_that_was_changed_is_not_mapped(tmp_path: Path) -> None:
    folder = land_raw(tmp_path, "toy", "tickets", [served("1", 1, {})])
    other = land_raw(tmp_path / "other", "toy", "tickets", [served("2", 1, {})])
    (folder / "part-00001.parquet").write_bytes((other / "part-00001.parquet").read_bytes())
    with pytest.raises(ManifestDamaged, match="was changed after landing"):
        shown(tmp_path, "tickets")
