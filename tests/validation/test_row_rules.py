"""Row rules at their boundaries: one batch per entity holds every case, and each row says what must become of it."""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from scoreboard.validation.door import validate_domain
from scoreboard.validation.store import validated_batches
from tests.validation.conftest import good_row

VALID = None
M, W, E, S = "missing_required", "wrong_type", "unknown_enum", "out_of_scale"

# entity -> cells that differ from a good row -> the rule that must name it
CASES = {
    "accounts": [
        ({"industry": None, "customer_since": "", "is_strategic": "\u00a0", "strategic_reason": " \u3000"}, VALID),
        ({"account_name": None}, M),
        ({"account_name": ""}, M),
        ({"account_name": " \u00a0\x1c\x85\u3000\t\n"}, M),
        ({"account_name": "NaN"}, VALID),
        ({"account_name": "\u200b"}, VALID),
        ({"account_id": "  "}, M),
        ({"lifecycle_stage": "Active"}, E),
        ({"lifecycle_stage": " active"}, E),
        ({"lifecycle_stage": "active\n"}, E),
        ({"strategic_reason": "other"}, VALID),
        ({"strategic_reason": "NaN"}, E),
        ({"is_strategic": "TRUE"}, VALID),
        ({"is_strategic": "1.0"}, W),
        ({"customer_since": "2024-02-30"}, W),
        ({"customer_since": "2024-02-29"}, VALID),
        ({"updated_at": "2024-01-01T10:00:00+14:00"}, VALID),
        ({"updated_at": "2024-01-01T10:00:00+14:01"}, W),
        # two faults: the rule that comes first, whatever the columns' order
        ({"lifecycle_stage": "dormant", "updated_at": "soon"}, W),
        ({"lifecycle_stage": "dormant", "updated_at": " "}, M),
        ({"customer_since": "soon", "account_name": ""}, M),
    ],
    "revenue": [
        ({"amount": "-12.5"}, VALID),
        ({"amount": "12,5"}, W),
        ({"amount": "NaN"}, W),
        ({"amount": " 5"}, W),
        ({"cost_to_serve": "1e3"}, W),
        ({"cost_to_serve": ""}, VALID),
        ({"currency": "usd"}, E),
        ({"currency": "EURO"}, E),
        ({"currency": "XXX"}, VALID),
        ({"currency": ""}, M),
    ],
    "opportunities": [
        ({"currency": None}, VALID),
        ({"currency": " "}, VALID),
        ({"currency": "Eur"}, E),
        ({"kind": "renewal", "is_closed": "no"}, VALID),
        ({"kind": "lost"}, E),
    ],
    "usage": [
        ({"month": "2025-03-01"}, VALID),
        ({"month": "2025-03-02"}, S),
        ({"month": "2025-02-31"}, W),
        ({"licensed_seats": "0", "active_seats": "-0"}, VALID),
        ({"licensed_seats": "-0.000001"}, S),
        ({"active_seats": "-1"}, S),
        ({"features_available": "-1"}, S),
        ({"features_used": "-1"}, S),
        ({"month": "2025-03-02", "active_seats": "x"}, W),
    ],
    "assessments": [
        ({"engagement_rating": "0", "usage_rating": "10"}, VALID),
        ({"engagement_rating": "10.000001"}, S),
        ({"usage_rating": "-0.000001"}, S),
        ({"usage_rating": None}, VALID),
    ],
    "training": [({"program": "anything at all", "score": "-7"}, VALID)],
    "questions": [
        ({"weight": "0"}, VALID),  # judged with the scales, in dbt
        ({"scale_id": "no such scale"}, VALID),
        ({"measure": "Loyalty"}, E),
        ({"category": "field_service", "counts_for_award": "No"}, VALID),
        ({"category": "overall"}, E),
    ],
    "responses": [({"respondent_type": "staff"}, E), ({"is_complete": "maybe"}, W), ({"is_complete": "0"}, VALID)],
    "answers": [
        ({"value": "99999999999999.999999"}, VALID),
        ({"value": "100000000000000"}, W),
        ({"comment": "x" * 1_000_000}, VALID),
    ],
    "surveys": [({"kind": "staff"}, VALID), ({"kind": None}, VALID), ({"kind": "pulse"}, E)],
    "tickets": [
        ({"channel": "carrier pigeon", "cause": "other", "priority": "urgent", "status": "deleted"}, VALID),
        ({"cause": "weather"}, E),
        ({"priority": "URGENT"}, E),
        ({"status": "reopened"}, E),
        ({"reopen_count": "two"}, W),
        ({"first_replied_at": "2025-01-01 10:00:00.123456"}, VALID),
    ],
    "employees": [({"function": "executive"}, VALID), ({"function": "cleaning"}, E)],
    "contacts": [
        ({"buying_role": "influencer"}, VALID),
        ({"buying_role": "user"}, E),
        ({"email": "not an address"}, VALID),
    ],
    "activities": [({"kind": "executive_review"}, VALID), ({"kind": "fax"}, E), ({"is_inbound": "y"}, W)],
    "projects": [({"city": "\u0000", "state": "<b>"}, VALID), ({"company_name": None}, M)],
    "invitations": [({"sent_at": "2025-01-01"}, W), ({"sent_at": "2025-01-01T00:00:00-1400"}, VALID)],
}
DOMAINS = {"support": ["tickets"], "survey": ["surveys", "questions", "invitations", "responses", "answers"]}
DOMAINS["crm"] = [entity for entity in CASES if entity not in DOMAINS["support"] + DOMAINS["survey"]]


@pytest.mark.parametrize("domain", DOMAINS)
def test_every_row_gets_the_one_rule_that_comes_first(home, land, query, domain: str) -> None:
    for entity in DOMAINS[domain]:
        land(entity, [good_row(entity, **cells) for cells, _ in CASES[entity]])
    counts = {batch["entity"]: batch for batch in validate_domain(home, domain, "run-1")["batches"]}
    assert set(counts) == set(DOMAINS[domain])
    for entity in DOMAINS[domain]:
        ((_, parts, quarantine),) = validated_batches(home, "files", entity)
        found = dict(query("select row_number - 2, rule from read_parquet(?)", str(quarantine)))
        kept = {
            number - 2 for (number,) in query("select _row_number from read_parquet(?)", [str(part) for part in parts])
        }
        for position, (cells, rule) in enumerate(CASES[entity]):
            assert (found.get(position), position in kept) == (rule, rule is None), (entity, cells)
        assert counts[entity]["rows_quarantined"] == len(found)
        assert counts[entity]["rows_landed"] == len(found) + len(kept) == len(CASES[entity])


def test_the_reason_is_a_sentence_about_column_and_value(home, land, query) -> None:
    land(
        "usage",
        [
            good_row("usage", licensed_seats="12,5"),
            good_row("usage", licensed_seats="x" * 81, active_seats="y'y"),
            good_row("usage", usage_id=" ", account_id=None),
            good_row("usage", month="2025-03-02", active_seats="-3"),
            good_row("usage", product_id="{value}", features_used="{value}"),
        ],
    )
    validate_domain(home, "crm", "run-1")
    ((_, _, quarantine),) = validated_batches(home, "files", "usage")
    number = "which is not a plain decimal number with up to 14 digits before and 6 after the point"
    assert [
        reason for (reason,) in query("select reason from read_parquet(?) order by row_number", str(quarantine))
    ] == [
        f"licensed_seats is '12,5', {number}",
        f"licensed_seats is '{'x' * 80}…', {number}; active_seats is 'y'y', {number}",
        "usage_id is required and has no value; account_id is required and has no value",
        "month is '2025-03-02', which is not the first day of a month; active_seats is '-3', which is below 0",
        f"features_used is '{{value}}', {number}",
    ]


def test_quarantine_keeps_the_whole_row_as_it_came(home, land, query) -> None:
    row = good_row(
        "revenue",
        revenue_id=" R1 ",
        amount="1e3",
        cost_to_serve="",
        reason="mine",
        Amount="7",
        rank='q"uote',
        _row_ID="k",
    )
    land("revenue", [good_row("revenue"), row, good_row("revenue", revenue_id="\u00a0")], run_id="jan")
    batch = validate_domain(home, "crm", "run-1")["batches"][0]
    ((_, parts, quarantine),) = validated_batches(home, "files", "revenue")
    columns = "entity, row_key, rule, file, row_number, run_id, row_id, first_seen_at"
    landed_at = datetime(2026, 1, 1, 12, tzinfo=UTC)
    assert query(f"select {columns} from read_parquet(?) order by row_number", str(quarantine)) == [
        ("revenue", " R1 ", "wrong_type", "crm/revenue/part.csv", 3, "jan", "revenue/000001/00000002", landed_at),
        ("revenue", None, "missing_required", "crm/revenue/part.csv", 4, "jan", "revenue/000001/00000003", landed_at),
    ]
    ((content,),) = query("select content from read_parquet(?) where row_number = 3", str(quarantine))
    expected = {("_row_ID_as_dropped" if name == "_row_ID" else name): cell for name, cell in row.items()}
    assert json.loads(content) == expected
    assert batch["unknown_columns"] == ["reason", "Amount", "rank", "_row_ID_as_dropped"]
    assert "Amount" not in {name for (name, *_) in query("describe select * from read_parquet(?)", str(parts[0]))}


def test_valid_rows_are_typed_and_in_landing_order(home, land, query) -> None:
    row = good_row(
        "usage",
        usage_id=" U 1",
        product_id="\u3000",
        month="2025-03-01",
        licensed_seats=".5",
        updated_at="2025-03-01 10:00:00.5+0530",
    )
    land("usage", [row, *(good_row("usage", usage_id=f"u{number}") for number in range(300))])
    validate_domain(home, "crm", "run-1")
    ((_, (part,), _),) = validated_batches(home, "files", "usage")
    types = query("describe select * from read_parquet(?, hive_partitioning = false)", str(part))
    assert {name: kind for name, kind, *_ in types} == {
        "usage_id": "VARCHAR",
        "account_id": "VARCHAR",
        "product_id": "VARCHAR",
        "month": "DATE",
        **dict.fromkeys(["licensed_seats", "active_seats", "features_available", "features_used"], "DECIMAL(20,6)"),
        "updated_at": "TIMESTAMP WITH TIME ZONE",
        **dict.fromkeys(["_row_id", "_run_id", "_file", "_content_hash"], "VARCHAR"),
        **dict.fromkeys(["_batch", "_ordinal", "_row_number"], "BIGINT"),
        "_landed_at": "TIMESTAMP WITH TIME ZONE",
    }
    first = query(
        "select usage_id, product_id, month, licensed_seats, active_seats, updated_at from read_parquet(?) limit 1",
        str(part),
    )
    instant = datetime(2025, 3, 1, 4, 30, 0, 500_000, tzinfo=UTC)
    assert first == [(" U 1", None, date(2025, 3, 1), Decimal("0.5"), None, instant)]
    assert [ordinal for (ordinal,) in query("select _ordinal from read_parquet(?)", str(part))] == list(range(1, 302))


SAME = [
    {"value": "5"},
    {"value": "5.0"},
    {"value": "+05.000000"},
    {"updated_at": "2025-03-01 10:00:00.000"},
    {"updated_at": "2025-03-01T15:30:00+0530"},
    {"updated_at": "2025-03-01T15:30:00+05:30"},
    {"updated_at": "2025-02-28T20:00:00-14:00"},
    {"comment": " \t"},
    {"extra": "unknown columns do not count"},
]
DIFFERENT = [
    {"value": None},
    {"value": "5.000001"},
    {"updated_at": "2025-03-01T10:00:00.000001Z"},
    {"comment": "null"},
    {"comment": "x"},
    {"comment": "X"},
    {"comment": " x"},
    {"question_id": "x "},
    {"value": None, "comment": "5"},
]


def test_the_content_hash_tells_values_apart_not_spellings(home, land, query) -> None:
    base = {"value": "5", "updated_at": "2025-03-01T10:00:00Z"}
    land("answers", [good_row("answers", **(base | cells)) for cells in SAME + DIFFERENT])
    validate_domain(home, "survey", "run-1")
    ((_, (part,), _),) = validated_batches(home, "files", "answers")
    hashes = [value for (value,) in query("select _content_hash from read_parquet(?) order by _ordinal", str(part))]
    assert len(set(hashes[: len(SAME)])) == 1
    assert len(set(hashes)) == 1 + len(DIFFERENT)


def test_the_content_hash_is_the_same_on_every_machine(home, land, query) -> None:
    """It is compared across batches, and those may be judged in different places: instants are written in UTC."""
    land("answers", [good_row("answers", value="5", updated_at="2025-07-01T10:00:00+02:00")])
    validate_domain(home, "survey", "run-1")
    ((_, (part,), _),) = validated_batches(home, "files", "answers")
    content = (
        '{"answer_id":"x","response_id":"x","question_id":"x","value":5.000000,"comment":null,'
        '"updated_at":"2025-07-01 08:00:00+00"}'
    )
    digest = hashlib.md5(content.encode(), usedforsecurity=False).hexdigest()
    assert query("select _content_hash from read_parquet(?)", str(part)) == [(digest,)]


def test_the_largest_numbers_keep_their_last_digit_in_the_hash(home, land, query) -> None:
    numbers = ["12345678901234.123456", "12345678901234.123457"]
    land("answers", [good_row("answers", value=number) for number in numbers])
    validate_domain(home, "survey", "run-1")
    ((_, (part,), _),) = validated_batches(home, "files", "answers")
    rows = query("select value, _content_hash from read_parquet(?) order by _ordinal", str(part))
    assert [value for value, _ in rows] == [Decimal(number) for number in numbers]
    assert rows[0][1] != rows[1][1]


def test_a_column_of_nulls_is_fine_where_optional_and_refuses_every_row_where_required(home, land) -> None:
    land(
        "tickets",
        [good_row("tickets", priority=None, reopen_count="")] * 5,
    )
    land("tickets", [good_row("tickets", account_id="")] * 5)
    optional, required = validate_domain(home, "support", "run-1")["batches"]
    assert (optional["rows_valid"], optional["rows_quarantined"]) == (5, 0)
    assert (required["rows_valid"], required["quarantined_by_rule"]) == (0, {"missing_required": 5})
