"""The oracle against figures worked out by hand, and against the acceptance sample where that is at hand."""

from __future__ import annotations

import csv
from datetime import date, timedelta
from fractions import Fraction
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from tests.oracle.calendar import calendar_label, start_of_quarter
from tests.oracle.company import compute
from tests.oracle.compare import TABLES, compare_counts, compare_quarantine, compare_rows
from tests.oracle.official import keep_closed
from tests.oracle.rules import RuleError, Rules
from tests.oracle.scores import score_answer
from tests.oracle.stats import gap_interval, mean_interval, wilson
from tests.oracle.writing import STAMP, accounts, drop, revenue, seed

SHARED = Path(__file__).parents[3] / "shared" / "acceptance" / "company"


SURVEY = {
    "projects": "project_id,project_name,company_name;P,Project,Own",
    "surveys": "survey_id,survey_name,project_id,kind;S,Survey,P,relationship",
    "questions": "question_id,survey_id,question_text,scale_id,measure,category,weight;"
    "Q1,S,?,likert5,satisfaction,technical_support,3;Q2,S,?,likert5,loyalty,,",
}


def test_scores_of_scales() -> None:
    likert7 = {"min_value": Fraction(1), "max_value": Fraction(7), "is_reversed": False}
    reversed5 = {"min_value": Fraction(1), "max_value": Fraction(5), "is_reversed": True}
    assert score_answer(Fraction(4), likert7) == (Fraction(3), Fraction(20, 7))
    assert score_answer(Fraction(2), reversed5) == (Fraction(4), Fraction(4))


def test_intervals_by_hand(tmp_path: Path) -> None:
    t = Rules(tmp_path, "USD").t
    low, high = mean_interval([Fraction(5), Fraction(4), Fraction(3)], t) or (0, 0)
    assert (low, high) == pytest.approx((4 - 4.302653 / 3**0.5, 4 + 4.302653 / 3**0.5))
    # z = 1.96: centre (2/3 + 3.8416/6) / (1 + 3.8416/3) = 0.5730823, half 1.96 * sqrt(2/27 + 3.8416/36) / 2.2805333 = 0.3654274
    assert wilson(2, 3) == pytest.approx((0.2076549, 0.9385097), abs=1e-7)
    # variances 1/3 and 1/2: 1/9 + 1/4 = 13/36, df = (13/36)^2 / ((1/9)^2/2 + (1/4)^2/1) = 1.898..., so one degree of freedom
    reference, actual = [Fraction(5), Fraction(4), Fraction(4)], [Fraction(2), Fraction(3)]
    welch = gap_interval(Fraction(11, 6), reference, actual, t) or (0, 0)
    half = 12.706205 * (13 / 36) ** 0.5
    assert welch == pytest.approx((11 / 6 - half, 11 / 6 + half))
    assert gap_interval(Fraction(1), [Fraction(5)] * 2, [Fraction(4)] * 3, t) == (1.0, 1.0)
    assert (t(120), t(121)) == (1.97993, 1.96)


def test_quarters_of_any_fiscal_start() -> None:
    assert start_of_quarter(date(2026, 1, 31), 2) == date(2025, 11, 1)
    assert start_of_quarter(date(2026, 1, 31), 1) == date(2026, 1, 1)
    assert start_of_quarter(date(2026, 12, 1), 12) == date(2026, 12, 1)
    assert calendar_label(date(2026, 1, 31)) == "2026-Q1"


def test_rows_versions_and_orphans(tmp_path: Path) -> None:
    """Three accounts: one with an old pair, a double and a conflict; one bad in two ways; one whose newer version is bad."""
    drop(
        tmp_path,
        accounts="account_id,account_name,lifecycle_stage,customer_since,updated_at;"
        "A,new,active,,2026-01-02T00:00:00Z;A,new,active,,2026-01-02T01:00:00+01:00;A,other,active,,2026-01-02 00:00:00;"
        "A,old,active,,2026-01-01T00:00:00Z;A,old,active,,2026-01-01T00:00:00Z;A,older,active,,2026-01-01T00:00:00Z;"
        f"B,,dormant,2026-1-1,{STAMP};C,good,active,,{STAMP};C,bad,dormant,2026-1-1,2026-02-01T00:00:00Z",
        contacts="contact_id,account_id,full_name;K1,A,One;K2,B,Two;K3,c,Three;,A,Nobody",
    )
    tables = compute(tmp_path, date(2026, 3, 31))
    counts = {row["entity"]: row for row in tables["counts"]}
    assert counts["accounts"] == {
        "entity": "accounts",
        "landed": 9,
        "valid": 2,
        "quarantined": 4,
        "replaced": 1,
        "deduplicated": 2,
    }
    assert sorted((row["entity"], str(row["row_key"]), row["rule"]) for row in tables["quarantine"]) == [
        ("accounts", "A", "conflicting_duplicate"),
        ("accounts", "A", "conflicting_duplicate"),
        ("accounts", "B", "missing_required"),
        ("accounts", "C", "wrong_type"),
        ("contacts", "K2", "orphan_key"),
        ("contacts", "K3", "orphan_key"),
        ("contacts", "None", "missing_required"),
    ]


def test_hysteresis_is_a_chain_and_80_and_85_percent_are_out(tmp_path: Path) -> None:
    """B stands behind 70, then 82, 84, 80, 85, 84 percent: in, stays three quarters, out at 85, and 84 does not bring it back."""
    shares = ((70, 20), (82, 10), (84, 10), (80, 10), (85, 10), (84, 10))
    rows = []
    for place, (first, second) in enumerate(shares):
        day = f"{2020 + place}-02-01"  # a year apart, so that each quarter's four hold one payment
        rows += [("A", day, str(first)), ("B", day, str(second)), ("C", day, str(100 - first - second))]
    tables = compute(drop(tmp_path, accounts=accounts("A", "B", "C"), revenue=revenue(*rows)), date(2025, 12, 31))
    january = [
        row for row in tables["fct_account_tiers"] if row["account_id"] == "B" and row["quarter_start_date"].month == 1
    ]
    assert [row["tier_reason"] for row in january] == [
        "revenue",
        "hysteresis",
        "hysteresis",
        "hysteresis",
        "none",
        "none",
    ]
    assert [row["revenue_share_before"] for row in january] == [0.7, 0.82, 0.84, 0.8, 0.85, 0.84]


def test_responses_by_hand(tmp_path: Path) -> None:
    """Weights 3 and 1, a later response at the same instant by byte order, a quarter cut in New York."""
    drop(
        tmp_path,
        accounts=accounts("A"),
        contacts="contact_id,account_id,full_name,email;K,A,Kim,kim@customer.example",
        **SURVEY,
        invitations="invitation_id,survey_id,contact_id,account_id,sent_at;I1,S,K,A,2025-12-30T12:00:00Z;I2,S,,A,2025-12-30T12:00:00Z",
        responses="response_id,survey_id,invitation_id,respondent_type,contact_id,account_id,responded_at;"
        "Rb,S,I1,customer,K,A,2026-01-01T04:59:59Z;RZ,S,I2,customer,K,A,2026-01-01T04:59:59Z;RN,S,,customer,,A,2026-01-01T05:00:00Z;RE,S,,employee,,A,2025-12-01T00:00:00Z",
        answers="answer_id,response_id,question_id,value;N1,Rb,Q1,5;N2,Rb,Q2,1;N3,RZ,Q1,1;N4,RN,Q2,4;N5,RE,Q1,5",
    )
    tables = compute(tmp_path, date(2026, 1, 15), "America/New_York")
    assert {row["response_id"]: row["exclusion_reason"] for row in tables["fct_survey_responses"]} == {
        "Rb": None,
        "RZ": "superseded",
        "RN": None,
        "RE": "not_customer",
    }
    rows = {
        (row["quarter_start_date"], row["scope_type"], row["category"]): row
        for row in tables["fct_satisfaction_quarterly"]
    }
    autumn = rows[(date(2025, 10, 1), "account", "overall")]
    assert (autumn["mean_score"], autumn["invitation_count"], autumn["response_rate"], autumn["is_closed"]) == (
        4.0,
        2,
        0.5,
        True,
    )
    assert rows[(date(2025, 10, 1), "account", "technical_support")]["mean_score"] == 5.0
    winter = rows[(date(2026, 1, 1), "account", "overall")]
    assert (winter["mean_score"], winter["previous_quarter_mean"], winter["sd_score"], winter["is_closed"]) == (
        4.0,
        4.0,
        None,
        False,
    )
    perception = next(
        row for row in tables["rpt_gaps"] if row["gap_kind"] == "perception" and row["category"] == "overall"
    )
    assert (perception["gap"], perception["gap_class"], perception["is_significant"]) == (1.0, "blind_spot", None)


def test_award_by_hand(tmp_path: Path) -> None:
    """Two responses in three elapsed quarters: m = 2/3, needed (4 * 8/3 - 7) / (2/3) = 5.5; an announced count and later years."""
    seed(
        tmp_path,
        award_history="project_id,award,award_year,recipient_name,location,times_announced;P,nfsb,2020,,,3;P,nfsb,2023,,,;P,nfsb,2025,,,;P,cempro,2026,,,9;P,nfsb,2027,,,5",
    )
    drop(
        tmp_path,
        accounts=accounts("A"),
        **SURVEY,
        responses="response_id,survey_id,respondent_type,account_id,responded_at;R1,S,customer,A,2026-02-01T00:00:00Z;R2,S,customer,A,2026-08-01T00:00:00Z",
        answers="answer_id,response_id,question_id,value;N1,R1,Q2,3;N2,R2,Q2,4",
    )
    row = next(
        row for row in compute(tmp_path, date(2026, 8, 2))["rpt_award_eligibility"] if row["category"] == "overall"
    )
    assert (row["response_count"], row["mean_score"], row["waves"], row["status"]) == (2, 3.5, 2, "at_risk")
    assert row["needed_mean_rest_of_year"] == pytest.approx(5.5)
    assert row["times_received"] == 5  # three announced in 2020, then 2023 and 2025


def test_a_quarter_without_a_rule_and_a_doubled_key_name_the_file(tmp_path: Path) -> None:
    drop(tmp_path, accounts=accounts("A"), revenue=revenue(("A", "2025-01-01", "1")))
    seed(tmp_path, tier_rules="valid_from,enter_share,leave_share,growth_min,pipeline_min;2025-04-01,0.8,0.85,0.25,0.5")
    with pytest.raises(RuleError, match=r"tier_rules\.csv"):
        compute(tmp_path, date(2026, 3, 31))
    seed(
        tmp_path,
        tier_rules="valid_from,enter_share,leave_share,growth_min,pipeline_min;1900-01-01,0.8,0.85,0.25,0.5",
        gap_classes="valid_from,min_gap;1900-01-01,0.5;1900-01-01,0.6",
    )
    with pytest.raises(RuleError, match=r"gap_classes\.csv"):
        compute(tmp_path, date(2026, 3, 31))


def test_an_award_year_without_a_rule_names_the_file_also_where_nobody_enters_a_project(tmp_path: Path) -> None:
    """The first quarter of a fiscal year from February ends in January, after the 31 December of its first award year."""
    drop(tmp_path, accounts=accounts("A"), revenue=revenue(("A", "2025-12-10", "1")))
    seed(tmp_path, award_rules="valid_from,threshold,min_waves;2025-12-31,4.0,4")
    assert compute(tmp_path, date(2026, 3, 31), fiscal_start_month=2)["rpt_award_eligibility"] == []
    seed(tmp_path, award_rules="valid_from,threshold,min_waves;2026-01-01,4.0,4")
    with pytest.raises(RuleError, match=r"award_rules\.csv: no rule on 2025-12-31"):
        compute(tmp_path, date(2026, 3, 31), fiscal_start_month=2)


def test_closed_periods_stay_as_published_and_open_ones_do_not(tmp_path: Path) -> None:
    first = drop(
        tmp_path / "one", accounts=accounts("A"), revenue=revenue(("A", "2025-10-01", "5"), ("A", "2026-01-01", "5"))
    )
    late = drop(tmp_path / "two", revenue=revenue(("A", "2025-10-02", "7")).replace("V0", "LATE"))
    before = compute(first, date(2026, 1, 20))
    now = compute(first, date(2026, 1, 20), inboxes=[first / "inbox", late / "inbox"])
    official = {row["quarter_start_date"]: row["revenue_t4q"] for row in keep_closed(before, now)["fct_account_tiers"]}
    assert official == {date(2025, 10, 1): 5.0, date(2026, 1, 1): 17.0}
    assert {row["quarter_start_date"]: row["revenue_t4q"] for row in now["fct_account_tiers"]}[
        date(2025, 10, 1)
    ] == 12.0


@pytest.mark.skipif(
    not SHARED.exists(),
    reason=f"the acceptance sample is not at {SHARED}; it belongs to the contract, not to this repository",
)
@pytest.mark.parametrize(("as_of", "expected"), [("2026-03-31", "expected"), ("2025-08-10", "expected_2025-08-10")])
def test_the_acceptance_sample(as_of: str, expected: str) -> None:
    tables, folder = compute(SHARED, date.fromisoformat(as_of)), SHARED / expected
    for table in TABLES:
        data = pq.ParquetFile(folder / f"{table}.parquet").read()
        assert (
            compare_rows(table, tables[table], data.to_pylist(), {field.name: field.type for field in data.schema})
            == []
        )
    with (folder / "quarantine.csv").open(newline="") as file:
        quarantine = [
            {"entity": row["entity"], "row_key": row["key"] or None, "rule": row["rule"]}
            for row in csv.DictReader(file)
        ]
    assert compare_quarantine(tables["quarantine"], quarantine) == []
    with (folder / "counts.csv").open(newline="") as file:
        counts = [
            {name: cell if name == "entity" else int(cell) for name, cell in row.items()}
            for row in csv.DictReader(file)
        ]
    assert compare_counts(tables["counts"], counts) == []


def test_settling_is_fifteen_days_to_the_day(tmp_path: Path) -> None:
    drop(tmp_path, accounts=accounts("A"), revenue=revenue(("A", "2025-12-31", "1")))
    closed = {
        days: {
            row["period"]: row["is_closed"]
            for row in compute(tmp_path, date(2025, 12, 31) + timedelta(days=days))["periods"]
        }
        for days in (14, 15)
    }
    assert (closed[14][date(2025, 10, 1)], closed[15][date(2025, 10, 1)]) == (False, True)
    assert (closed[14][2025], closed[15][2025]) == (False, True)
