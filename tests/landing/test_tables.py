"""A loader's table lands as a whole; only a change lands, and only the newest snapshot counts."""

import json

import pytest

from scoreboard.landing.drop import LandingFailed
from scoreboard.landing.raw_store import raw_batches
from scoreboard.landing.store import committed_batches
from scoreboard.landing.tables import TableShrank, land_table

from .scripted import raw_rows
from .state import files_below

PLACE = "zendesk_fivetran@warehouse"


def rows(*ids):
    return [{"id": key} for key in ids]


def land(settings, run_id, *batches, **options):
    return land_table(settings, "zendesk_fivetran", "warehouse", "ticket", batches, run_id, **options)


def ids(settings):
    return [json.loads(row["_record"])["id"] for row in raw_rows(settings, "ticket", PLACE)]


def test_every_row_lands_with_its_place(settings):
    report = land(settings, "r1", rows(1, 2), [], rows(3))
    assert (report["batch"], report["served"], report["rows"]) == (1, 3, 3)
    landed = raw_rows(settings, "ticket", PLACE)
    assert [(row["_record"], row["_file"], row["_row_number"]) for row in landed] == [
        ('{"id":1}', "ticket", 1),
        ('{"id":2}', "ticket", 2),
        ('{"id":3}', "ticket", 3),
    ]
    manifest = raw_batches(settings, PLACE, "ticket")[0].manifest
    assert (manifest["mode"], manifest["cursor_out"], manifest["kind"]) == ("snapshot", None, "raw")


@pytest.mark.parametrize("again", [rows(1, 2, 3), rows(3, 1, 2)])
def test_the_same_rows_in_any_order_land_nothing(settings, again):
    land(settings, "r1", rows(1, 2, 3))
    report = land(settings, "r2", again)
    assert (report["batch"], report["rows"]) == (None, 0)
    assert len(committed_batches(settings, PLACE, "ticket")) == 1


def test_columns_in_another_order_land_nothing(settings):
    land(settings, "r1", [{"id": 1, "name": "x"}])
    assert land(settings, "r2", [{"name": "x", "id": 1}])["batch"] is None


@pytest.mark.parametrize("changed", [rows(1, 2), rows(1, 2, 4), rows(1, 2, 3, 3), rows(1, 1, 3)])
def test_any_change_lands_the_whole_table_anew(settings, changed):
    land(settings, "r1", rows(1, 2, 3))
    assert land(settings, "r2", changed)["rows"] == len(changed)
    assert rows(*ids(settings)) == changed


def test_the_newest_counts_and_two_are_kept(settings):
    for run in range(5):
        land(settings, f"r{run}", rows(run))
    assert ids(settings) == [4]
    assert [batch.run_id for batch in committed_batches(settings, PLACE, "ticket")] == ["r3", "r4"]
    assert not any("r2" in name for name in files_below(settings.landing))


def test_an_emptied_small_table_counts_as_empty(settings):
    land(settings, "r1", rows(1))
    land(settings, "r2")
    assert ids(settings) == []


@pytest.mark.parametrize(
    ("before", "after", "is_refused"), [(40, 20, True), (40, 21, False), (39, 20, False), (20, 0, True)]
)
def test_a_table_that_lost_half_of_its_rows_is_not_believed(settings, before, after, is_refused):
    land(settings, "r1", rows(*range(before)))
    if not is_refused:
        assert land(settings, "r2", rows(*range(after)))["rows"] == after
        return
    with pytest.raises(TableShrank, match=f"ticket of {PLACE} has {after} rows where the last snapshot had {before}"):
        land(settings, "r2", rows(*range(after)))
    assert len(ids(settings)) == before
    land(settings, "r3", rows(*range(after)), accept_shrunk=True)
    assert len(ids(settings)) == after


def test_a_reader_that_breaks_leaves_the_last_snapshot(settings):
    land(settings, "r1", rows(1, 2))

    def breaking():
        yield rows(1)
        raise OSError(5, "Input/output error", "warehouse.duckdb")

    with pytest.raises(
        LandingFailed, match=r"ticket of .* stopped: Input/output error at warehouse.duckdb.*still counts"
    ):
        land_table(settings, "zendesk_fivetran", "warehouse", "ticket", breaking(), "r2")
    assert ids(settings) == [1, 2]
