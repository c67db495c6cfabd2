"""What was sold and what was done, out of Salesforce: orders and deals by the options, local days, activities that count."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.mapping.salesforce_records import AT, account, column, of_api, rec

ORDERS = [
    rec(
        "r1",
        AccountId="A",
        Status="Activated",
        EffectiveDate="2026-01-04",
        TotalAmount=950000000.0,
        CurrencyIsoCode="EUR",
    ),
    rec("r2", AccountId="A", Status="Draft", EffectiveDate="2026-01-04", TotalAmount=1.0, CurrencyIsoCode="EUR"),
    rec("r3", AccountId="A", Status="Shipped", EffectiveDate="2026-01-04", TotalAmount=2.0),
    rec("r4", AccountId="A", Status=None, EffectiveDate="2026-01-04", TotalAmount=3.0),
]
DEALS = [
    rec(
        "o1",
        AccountId="A",
        IsWon=True,
        IsClosed=True,
        CloseDate="2026-01-03",
        Amount=12.25,
        CreatedDate=AT,
        Cost__c=2.5,
    ),
    rec("o2", AccountId="A", IsWon=False, IsClosed=True, CloseDate="2026-01-03", Amount=99.0, CreatedDate=AT),
    rec(
        "o3",
        AccountId="A",
        IsWon=True,
        IsClosed=True,
        CloseDate="2026-01-03",
        Amount=7.0,
        CreatedDate=AT,
        is_deleted=True,
    ),
]


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({}, {"r1": ("950000000", "EUR", "2026-01-04", None)}),
        (
            {"order_statuses": "Activated, Shipped", "currency": "USD"},
            {"r1": ("950000000", "EUR", "2026-01-04", None), "r3": ("2", "USD", "2026-01-04", None)},
        ),
        ({"revenue_from": "won_opportunity", "currency": "USD"}, {"o1": ("12.25", "USD", "2026-01-03", "2.5")}),
    ],
    ids=["orders", "more statuses", "won opportunities"],
)
def test_revenue_is_what_the_options_say_and_never_the_customers_own(
    tmp_path: Path, options: dict[str, str], expected: dict[str, Any]
) -> None:
    rows = of_api(
        tmp_path,
        {"Account": [account("A", AnnualRevenue=950000000.0)], "Order": ORDERS, "Opportunity": DEALS},
        {"options": options, "fields": {"opportunity": {"cost_to_serve": "Cost__c"}}},
    )
    found = {
        row["revenue_id"]: (row["amount"], row["currency"], row["recognised_on"], row["cost_to_serve"])
        for row in rows["revenue"]
    }
    assert found == expected
    assert len(rows["opportunities"]) == 2


def test_a_deal_was_made_on_the_local_day(tmp_path: Path) -> None:
    deals = [
        rec("before", AccountId="A", CreatedDate="2026-03-29T21:59:59.000+0000", CloseDate="2026-03-31"),
        # the clocks went forward this morning, so midnight is at 22 o'clock UTC
        rec("after", AccountId="A", CreatedDate="2026-03-29T22:00:00.000+0000", CloseDate="2026-03-31"),
    ]
    rows = of_api(tmp_path, {"Account": [account("A")], "Opportunity": deals}, timezone="Europe/Berlin")
    assert column(rows["opportunities"], "created_on") == {"before": "2026-03-29", "after": "2026-03-30"}
    assert set(column(rows["opportunities"], "close_date").values()) == {"2026-03-31"}


def test_activities_are_what_was_done_with_a_customer(tmp_path: Path) -> None:
    done = {"IsClosed": True, "CompletedDateTime": "2026-01-05T09:00:00.000+0000", "AccountId": "A"}
    rows = of_api(
        tmp_path,
        {
            "Account": [account("A")],
            "Contact": [rec("c", Name="C", AccountId="A")],
            "Opportunity": [rec("o", AccountId="A", CreatedDate=AT)],
            "Task": [
                rec("call", TaskSubtype="Call", CallType="Inbound", WhoId="c", **done),
                rec("typed", Type="Meeting", TaskSubtype="Task", **done),
                rec("todo", TaskSubtype="Task", **done),
                rec("mailing", TaskSubtype="ListEmail", **done),
                rec("planned", **{**done, "TaskSubtype": "Call", "IsClosed": False}),
                rec("lead", **{**done, "TaskSubtype": "Email", "AccountId": None, "WhoId": "00Q1"}),
                rec("through deal", **{**done, "TaskSubtype": "Email", "AccountId": None, "WhatId": "o"}),
                rec("through contact", **{**done, "TaskSubtype": "Email", "AccountId": None, "WhoId": "c"}),
                rec("logged", AccountId="A", TaskSubtype="Call", CreatedDate="2026-01-04T08:00:00.000+0000"),
                rec("pattern", TaskSubtype="Call", IsRecurrence=True, **done),
            ],
            "Event": [
                rec("visit", AccountId="A", EventSubtype="Event", StartDateTime="2026-01-05T08:00:00.000Z"),
                rec(
                    "copy", AccountId="A", EventSubtype="Event", StartDateTime="2026-01-05T08:00:00.000Z", IsChild=True
                ),
                rec("board", AccountId="A", Type="Board Review", StartDateTime="2026-01-05T08:00:00.000Z"),
            ],
        },
    )
    assert column(rows["activities"], "kind") == {
        "call": "call",
        "typed": "meeting",
        "through deal": "email",
        "through contact": "email",
        "logged": "call",
        "visit": "meeting",
        "board": "Board Review",
    }
    assert column(rows["activities"], "contact_id")["call"] == "c"
    assert column(rows["activities"], "is_inbound")["call"] == "true"
    assert column(rows["activities"], "occurred_at")["logged"].startswith("2026-01-04T08:00:00")
    assert set(column(rows["activities"], "account_id").values()) == {"A"}
