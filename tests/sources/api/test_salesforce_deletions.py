"""Deleted, merged, purged and undeleted records of Salesforce, whichever trace they leave."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from demo.vendors.core import Response

from .salesforce_org import Org, ago, keys, records, stream


@pytest.fixture
def org() -> Org:
    return Org()


def test_versions_rise_from_page_to_page(org: Org) -> None:
    for number in range(9):
        org.put(f"001{number}", ago(hours=5, minutes=-20 * number))
    org.world.delete("Account", "0010", is_hard=True, stamp=ago(hours=4, minutes=10))
    org.world.delete("Account", "0018", is_hard=True, stamp=ago(minutes=5))
    found = records(org.source(), ago(hours=6))
    assert [record.version for record in found] == sorted(record.version for record in found if record.version)
    assert keys([record for record in found if record.is_deleted]) == ["0010", "0018"]


def test_the_recycle_bin_and_merges_are_read(org: Org) -> None:
    for key in ("0011", "0012", "0013"):
        org.put(key, ago(days=1))
    org.stand_in.merge("Account", "0011", "0012", stamp=ago(hours=1))
    org.world.delete("Account", "0013", stamp=ago(minutes=30))
    found = {record.key: record for record in records(org.source(), ago(hours=2))}
    assert found["0011"].is_deleted
    assert found["0011"].body["MasterRecordId"] == "0012"
    assert found["0013"].is_deleted
    assert found["0013"].body["Name"] == "0013"
    assert "0012" not in found


def test_a_hard_deleted_record_leaves_its_trace_in_the_log_for_fifteen_days(org: Org) -> None:
    org.put("0011", ago(days=30))
    org.put("0012", ago(days=30))
    org.world.delete("Account", "0011", is_hard=True, stamp=ago(days=14))
    org.world.delete("Account", "0012", is_hard=True, stamp=ago(days=16))
    found = records(org.source(), ago(days=20))
    assert [(record.key, record.is_deleted, record.version) for record in found] == [("0011", True, ago(days=14))]


def test_what_was_purged_from_the_bin_is_seen_as_deleted(org: Org) -> None:
    org.put("0011", ago(days=3))
    org.world.delete("Account", "0011", stamp=ago(hours=2))
    org.stand_in.empty_bin("Account", "0011")
    assert [(record.key, record.is_deleted) for record in records(org.source(), ago(hours=3))] == [("0011", True)]


def logging(key: str) -> Any:
    """A log of deletions that names one record, deleted half an hour ago."""

    def answer(request: Any, handle: Any) -> Response:
        if not request.path.endswith("/deleted/"):
            return handle(request)
        return Response.of(
            {
                "deletedRecords": [{"id": key, "deletedDate": "2026-01-05T11:30:00.000+0000"}],
                "earliestDateAvailable": "2025-12-21T12:00:00.000+0000",
                "latestDateCovered": "2026-01-05T11:59:00.000+0000",
            }
        )

    return answer


def test_a_deletion_that_moved_no_stamp_is_found_through_the_log(org: Org) -> None:
    org.put("0011", ago(days=3))
    org.world.delete("Account", "0011", stamp=ago(days=2))
    org.fault = logging("0011")
    (found,) = records(org.source(), ago(hours=1))
    assert (found.key, found.is_deleted, found.body["Name"]) == ("0011", True, "0011")


def test_a_record_that_the_log_still_names_after_its_undeletion_is_read_once_and_alive(org: Org) -> None:
    org.put("0011", ago(minutes=10))
    org.fault = logging("0011")
    assert [(record.key, record.is_deleted) for record in records(org.source(), ago(hours=1))] == [("0011", False)]


def test_an_undeleted_record_is_alive_again(org: Org) -> None:
    org.put("0011", ago(days=3))
    org.world.delete("Account", "0011", stamp=ago(hours=2))
    org.put("0011", ago(hours=1))
    assert [(record.key, record.is_deleted) for record in records(org.source(), ago(hours=3))] == [("0011", False)]


def test_an_object_without_recycle_bin_is_read_without_it(org: Org) -> None:
    org.put("005", ago(hours=1), name="User", UserType="Standard")
    org.put("00E", ago(hours=1), name="UserRole")
    assert keys(records(org.source({}), name="User")) == ["005"]
    assert keys(records(org.source({}), name="UserRole")) == ["00E"]


def test_a_log_too_long_for_one_answer_is_read_in_halves(org: Org) -> None:
    for number in range(8):
        org.put(f"001{number}", ago(days=3))
        org.world.delete("Account", f"001{number}", is_hard=True, stamp=ago(hours=8 - number, minutes=1))

    org.stand_in.log_ids = 2
    assert keys(records(org.source(), ago(hours=9))) == [f"001{number}" for number in range(8)]


def test_a_log_that_was_purged_does_not_stop_the_read(org: Org) -> None:
    org.put("0011", ago(hours=1))
    org.stand_in.log_kept = timedelta(0)
    assert keys(records(org.source(), ago(hours=2))) == ["0011"]


@pytest.mark.parametrize("kept", [1, 5, 7, 11, 40])
def test_of_a_log_that_was_purged_all_that_is_left_is_read(org: Org, kept: int) -> None:
    for number in range(12):
        org.put(f"001{number:02}", ago(days=3))
        org.world.delete("Account", f"001{number:02}", is_hard=True, stamp=ago(hours=number, minutes=30))
    org.stand_in.log_kept = timedelta(hours=kept)
    assert set(keys(records(org.source(), ago(hours=15)))) == {f"001{number:02}" for number in range(min(kept, 12))}


def test_the_listing_is_what_exists_archived_activities_too(org: Org) -> None:
    for number in range(9):
        org.put(f"00T{number}", ago(days=400), name="Task", IsArchived=number % 2 == 0)
    org.world.delete("Task", "00T3", stamp=ago(days=1))
    org.world.delete("Task", "00T4", is_hard=True, stamp=ago(days=1))
    source = org.source()
    listed = [one.key for page in source.listed(stream(source, "Task")) for one in page]
    assert listed == ["00T0", "00T1", "00T2", "00T5", "00T6", "00T7", "00T8"]


def test_a_stretch_in_the_past_brings_no_later_deletions(org: Org) -> None:
    org.put("0011", ago(days=3))
    org.put("0012", ago(days=3))
    org.world.delete("Account", "0011", is_hard=True, stamp=ago(days=2))
    org.world.delete("Account", "0012", is_hard=True, stamp=ago(days=1, hours=12, seconds=-30))
    found = records(org.source(), ago(days=4), until=ago(days=1, hours=12))
    assert keys(found) == ["0011"]
