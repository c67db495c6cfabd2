"""What Salesforce's newest version takes back counts no more, and what names a merged record counts for the survivor."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tests.mapping.rig import Row
from tests.mapping.salesforce_records import account, column, of_api, rec

LATER = "2026-02-05T10:00:00.000+0000"
SALE = {"AccountId": "A", "EffectiveDate": "2026-01-04", "CloseDate": "2026-01-04", "CurrencyIsoCode": "EUR"}
CALL = {"TaskSubtype": "Call", "IsClosed": True, "CompletedDateTime": "2026-01-05T09:00:00.000+0000"}


def changed(key: str, before: dict[str, Any], after: dict[str, Any]) -> list[Row]:
    """Two versions of one record."""
    return [rec(key, **before), rec(key, LATER, **{**before, **after})]


def test_what_the_newest_version_takes_back_counts_no_more(tmp_path: Path) -> None:
    rows = of_api(
        tmp_path,
        {
            "Account": [account("A")],
            "Contact": [
                *changed("private now", {"Name": "P", "AccountId": "A"}, {"AccountId": None}),
                *changed("renamed", {"Name": "Old", "AccountId": "A"}, {"Name": "New"}),
            ],
            "Order": [
                *changed("draft again", {**SALE, "Status": "Activated", "TotalAmount": 5}, {"Status": "Draft"}),
                *changed("more", {**SALE, "Status": "Activated", "TotalAmount": 5}, {"TotalAmount": 6}),
                *changed("activated", {**SALE, "Status": "Draft", "TotalAmount": 5}, {"Status": "Activated"}),
            ],
            "Task": [
                *changed("open again", {"AccountId": "A", **CALL}, {"IsClosed": False}),
                *changed("a to-do after all", {"AccountId": "A", **CALL}, {"TaskSubtype": "Task"}),
                *changed("of nobody", {"AccountId": "A", **CALL}, {"AccountId": None}),
                *changed("kept", {"AccountId": "A", **CALL}, {"CallType": "Inbound"}),
            ],
        },
    )
    assert [(row["contact_id"], row["full_name"]) for row in rows["contacts"]] == [
        ("renamed", "Old"),
        ("renamed", "New"),
    ]
    assert sorted((row["revenue_id"], row["amount"]) for row in rows["revenue"]) == [
        ("activated", "5"),
        ("more", "5"),
        ("more", "6"),
    ]
    assert [row["activity_id"] for row in rows["activities"]] == ["kept", "kept"]


def test_a_deal_that_was_opened_again_has_earned_nothing(tmp_path: Path) -> None:
    won = {**SALE, "Amount": 7, "IsWon": True, "IsClosed": True, "CreatedDate": LATER}
    deals = [*changed("reopened", won, {"IsWon": False, "IsClosed": False}), *changed("won", won, {"Amount": 8})]
    rows = of_api(
        tmp_path,
        {"Account": [account("A")], "Opportunity": deals},
        {"options": {"revenue_from": "won_opportunity"}},
    )
    assert [(row["revenue_id"], row["amount"]) for row in rows["revenue"]] == [("won", "7"), ("won", "8")]
    assert len(rows["opportunities"]) == 4


def test_an_activity_about_an_account_that_lost_a_merge_is_the_survivors(tmp_path: Path) -> None:
    rows = of_api(
        tmp_path,
        {
            "Account": [
                account("A"),
                account("B", MasterRecordId="A", is_deleted=True),
                account("C", MasterRecordId="B", is_deleted=True),
            ],
            "Task": [rec("call", WhatId="C", **CALL)],
        },
    )
    assert column(rows["activities"], "account_id") == {"call": "A"}
