"""The oracle's areas of accounts, service, questions and rules against figures worked out by hand."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from tests.oracle.areas import compare_areas, compute_areas
from tests.oracle.areas.seeds import Seeds
from tests.oracle.compare import KINDS, TABLES, declare
from tests.oracle.rules import RuleError
from tests.oracle.writing import HEAD, LIKERT, SURVEY, accounts, drop, only, pick, revenue, seed


def test_coverage_by_hand(tmp_path: Path) -> None:
    """A key account last heard 90 days before the quarter's last day is silent; a day later it is not."""
    drop(
        tmp_path,
        accounts=accounts("A", "B"),
        revenue=revenue(("A", "2024-12-01", "90"), ("B", "2024-12-01", "10")),
        contacts="contact_id,account_id,full_name,job_title,buying_role,is_active,updated_at;K,A,Kim,Chief Data Officer,,true,2025-01-01T00:00:00Z;"
        "L,A,Lee,,decision_maker,false,2025-03-31T00:00:00Z;M,A,Max,,decision_maker,,2025-03-31T00:00:00Z;N,B,Noa,,,yes,2025-01-01T00:00:00Z",
        activities="activity_id,account_id,contact_id,kind,occurred_at;1,A,K,call,2024-12-31T23:59:59Z;2,B,N,call,2025-01-01T00:00:00Z",
        **SURVEY,
        questions=LIKERT,
        responses="response_id,survey_id,respondent_type,contact_id,account_id,responded_at;R1,S,customer,K,A,2024-11-01T00:00:00Z;"
        "R2,S,customer,GONE,A,2024-11-02T00:00:00Z;R3,S,customer,,A,2024-11-03T00:00:00Z",
        answers="answer_id,response_id,question_id,value;N1,R1,Q,4;N2,R2,Q,4;N3,R3,Q,4",
    )
    rows = compute_areas(tmp_path, date(2025, 3, 31))["rpt_coverage"]
    autumn = only(rows, account_id="A", quarter_start_date=date(2024, 10, 1))
    winter = only(rows, account_id="A", quarter_start_date=date(2025, 1, 1))
    assert pick(autumn, "response_count", "respondent_count", "decision_makers_heard", "others_heard") == (3, 3, 1, 1)
    assert pick(autumn, "contacts_in_touch", "is_single_threaded", "is_silent_key_account") == (2, False, False)
    assert pick(winter, "is_heard", "contacts_in_touch", "known_contacts", "decision_makers_left") == (False, 2, 1, 1)
    assert pick(winter, "last_heard_date", "last_activity_date") == (date(2024, 11, 3), date(2024, 12, 31))
    assert winter["is_silent_key_account"] is True
    assert compute_areas(tmp_path, date(2025, 3, 30))["rpt_coverage"][-2]["is_silent_key_account"] is False


def test_service_gaps_by_hand(tmp_path: Path) -> None:
    """Tier III and no priority: 480 minutes to a reply. Friday 16:00 to Monday 9:30 is 90 open minutes, to Tuesday 10:00 600.

    The first is not solved for weeks, which is too late whatever comes; the third may still be.
    """
    drop(
        tmp_path,
        accounts="account_id,account_name,lifecycle_stage;A,Name,prospect",
        tickets="ticket_id,account_id,channel,priority,created_at,first_replied_at,solved_at;"
        "1,A,web,,2025-02-07T16:00:00Z,2025-02-10T09:30:00Z,;2,A,web,normal,2025-02-07T16:00:00Z,2025-02-11T10:00:00Z,2025-02-11T10:00:00Z;"
        "3,A,web,,2025-03-31T09:00:00Z,,",
    )
    rows = compute_areas(tmp_path, date(2025, 3, 31))["rpt_service_gaps"]
    told = (
        "ticket_count",
        "judged_count",
        "within_count",
        "target_minutes",
        "mean_business_minutes",
        "gap_minutes",
        "service_tier",
    )
    assert pick(only(rows, metric="first_reply"), *told) == (3, 2, 1, 480.0, 345.0, -135.0, "III")
    assert pick(only(rows, metric="resolution"), *told) == (3, 2, 1, 3840.0, 600.0, -3240.0, "III")
    assert {row["priority"] for row in rows} == {"normal"}


def test_blind_spots_by_revenue_by_hand(tmp_path: Path) -> None:
    """Two equal accounts share the first place, the third comes after both, who is no customer last."""
    names = ("A", "B", "C", "D")
    responses = [
        f"{who}{name},S,{who},{name},2025-02-01T00:00:00Z" for name in names for who in ("customer", "employee")
    ]
    answers = [
        f"N{who}{name},{who}{name},Q,{value}" for name in names for who, value in (("customer", 2), ("employee", 5))
    ]
    drop(
        tmp_path,
        accounts=accounts("A", "B", "C", extra=";D,Name D,prospect,"),
        revenue=revenue(
            ("A", "2025-01-01", "10"), ("B", "2025-01-01", "10"), ("C", "2025-01-01", "5"), ("D", "2025-01-01", "50")
        ),
        **SURVEY,
        questions=LIKERT,
        responses=";".join([HEAD, *responses]),
        answers=";".join(["answer_id,response_id,question_id,value", *answers]),
    )
    rows = compute_areas(tmp_path, date(2025, 3, 31))["rpt_gaps+ranks"]
    of = {
        row["account_id"]: pick(row, "revenue_t4q", "blind_spot_rank")
        for row in rows
        if row["gap_kind"] == "perception"
    }
    assert of == {"A": (10.0, 1), "B": (10.0, 1), "C": (5.0, 3), "D": (None, 4)}
    assert {row["blind_spot_rank"] for row in rows if row["gap_kind"] != "perception"} == {None}


def test_each_part_of_a_rule_has_its_own_latest_row(tmp_path: Path) -> None:
    seed(
        tmp_path,
        certification_rules="valid_from,program,required_courses,min_score,valid_months,required_share;"
        "2025-01-01,a,1,,1,0.5;2025-06-01,a,2,,1,0.5;2025-03-01,b,3,,1,0.5",
    )
    seeds = Seeds(tmp_path / "seeds")
    on = {
        program: rule["required_courses"]
        for (program,), rule in seeds.latest("certification_rules", date(2025, 5, 31), "program").items()
    }
    assert on == {"a": 1, "b": 3}
    with pytest.raises(RuleError, match=r"certification_rules\.csv"):
        seeds.latest("certification_rules", date(2024, 12, 31), "program")
    assert Seeds(tmp_path).on("integrity_policy", date(2025, 1, 1))["answer_window_days"] == 60


def test_a_table_nobody_published_is_a_difference(tmp_path: Path) -> None:
    drop(tmp_path, accounts=accounts("A"), revenue=revenue(("A", "2025-01-01", "1")))
    differences = compare_areas(compute_areas(tmp_path, date(2025, 3, 31)), tmp_path)
    assert sorted(line.partition(":")[0] for line in differences) == sorted(set(KINDS) - set(TABLES))
    with pytest.raises(ValueError, match="declared twice"):
        declare({"rpt_gaps": ".account_id:s"})


def test_rules_of_years_and_quarters_by_hand(tmp_path: Path) -> None:
    """A rule of 31 December decides its year though it held a day; a quarter's is that of its last day, while it runs of as-of."""
    seed(
        tmp_path,
        award_rules="valid_from,threshold,min_waves;1900-01-01,4,4;2025-12-31,4.2,3",
        quadrant_cutoffs="valid_from,engagement_cutoff,usage_cutoff;1900-01-01,5,5;2025-12-31,7,3;2026-02-01,1,1",
    )
    drop(tmp_path, accounts=accounts("A"), revenue=revenue(("A", "2025-08-01", "1")))
    tables = compute_areas(tmp_path, date(2026, 1, 31))
    told = [
        pick(row, "award_year", "valid_from_date", "valid_until_date", "setting_value", "is_deciding")
        for row in tables["rpt_award_rules"]
        if row["setting"] == "threshold"
    ]
    assert sorted(told, key=str) == [
        (2025, date(1900, 1, 1), date(2025, 12, 31), 4.0, False),
        (2025, date(2025, 12, 31), None, 4.2, True),
        (2026, date(2025, 12, 31), None, 4.2, True),
    ]
    cutoffs = {
        row["quarter_start_date"]: row["setting_value"]
        for row in tables["rpt_quarter_rules"]
        if row["setting"] == "engagement_cutoff"
    }
    assert cutoffs == {date(2025, 7, 1): 5.0, date(2025, 10, 1): 7.0, date(2026, 1, 1): 7.0}


def test_questions_by_hand(tmp_path: Path) -> None:
    drop(
        tmp_path,
        **SURVEY,
        questions="question_id,survey_id,question_text,scale_id,measure,category,weight,counts_for_award;"
        "Q,S,How?,effort5_reversed,effort,,,;R,S,Why?,nps11,recommendation,field_service,2.5,false",
    )
    rows = {row["question_id"]: row for row in compute_areas(tmp_path, date(2026, 1, 31))["dim_questions"]}
    told = ("project_id", "weight", "counts_for_award", "scale_min", "scale_max", "is_scale_reversed")
    assert pick(rows["Q"], *told) == ("P", 1, True, 1.0, 5.0, True)
    assert pick(rows["R"], *told) == ("P", 2.5, False, 0.0, 10.0, False)


def test_a_change_after_as_of_hides_no_alert_by_hand(tmp_path: Path) -> None:
    """Both rows last changed after 10 May 2025: they are told of from the midnight that begins that day in Berlin."""
    drop(
        tmp_path,
        accounts=accounts("A"),
        revenue=revenue(("A", "2025-01-01", "1")),
        contacts="contact_id,account_id,full_name,buying_role,is_active,updated_at;K,A,Kim,decision_maker,false,2025-05-10T22:00:00Z",
        tickets="ticket_id,account_id,channel,created_at,reopen_count,updated_at;T,A,web,2025-02-03T09:00:00Z,2,2026-01-01T00:00:00Z;"
        "U,A,web,2025-02-03T09:00:00Z,2,2025-05-10T21:59:59Z",
    )
    tables = compute_areas(tmp_path, date(2025, 5, 10), "Europe/Berlin")
    opened = {row["subject_id"]: pick(row, "rule_id", "opened_at") for row in tables["fct_action_alerts"]}
    midnight = datetime(2025, 5, 9, 22, tzinfo=UTC)
    assert {subject: opened.get(subject) for subject in "KTU"} == {
        "K": ("decision_maker_left", midnight),
        "T": ("ticket_reopened", midnight),
        "U": ("ticket_reopened", datetime(2025, 5, 10, 21, 59, 59, tzinfo=UTC)),
    }
    left = {row["quarter_start_date"]: row["decision_makers_left"] for row in tables["rpt_coverage"]}
    assert left == {date(2025, 1, 1): 0, date(2025, 4, 1): 1}


def test_a_help_desk_that_never_closes_by_hand(tmp_path: Path) -> None:
    """Berlin skips an hour in March and repeats one in October: minutes count as they pass, never more than elapsed, never fewer than 0."""
    seed(
        tmp_path,
        business_hours="weekday,opens_minute,closes_minute;" + ";".join(f"{day},0,1440" for day in range(1, 8)),
    )
    drop(
        tmp_path,
        accounts="account_id,account_name,lifecycle_stage;A,Name,prospect",
        tickets="ticket_id,account_id,channel,created_at,first_replied_at,solved_at;"
        "spring,A,web,2025-03-30T00:30:00Z,2025-03-30T01:30:00Z,2025-03-31T22:00:00Z;"
        "autumn,A,web,2025-10-26T00:30:00Z,2025-10-26T01:10:00Z,",
    )
    tables = compute_areas(tmp_path, date(2025, 10, 26), "Europe/Berlin")
    told = ("first_reply_business_minutes", "resolution_business_minutes")
    assert {row["ticket_id"]: pick(row, *told) for row in tables["fct_tickets"]} == {
        "spring": (60, 2730),
        "autumn": (40, None),
    }
