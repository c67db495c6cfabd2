"""The areas of the oracle against figures worked out by hand."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from tests.oracle.areas import compare_areas, compute_areas
from tests.oracle.areas.certification import months_later
from tests.oracle.areas.seeds import Seeds
from tests.oracle.compare import KINDS, TABLES, declare
from tests.oracle.reading import Row
from tests.oracle.rules import RuleError
from tests.oracle.writing import accounts, drop, revenue, seed

PROJECT = "project_id,project_name,company_name;P,Project,Own"
SURVEY: dict[str, str] = {
    "projects": PROJECT,
    "surveys": "survey_id,survey_name,project_id,kind;S,Survey,P,relationship",
}
LIKERT = "question_id,survey_id,question_text,scale_id,measure,category,weight;Q,S,?,likert5,satisfaction,,"
HEAD = "response_id,survey_id,respondent_type,account_id,responded_at"


def votes(*rows: tuple[str, str, str]) -> dict[str, str]:
    """Responses (account, day, value) to the one question."""
    return {
        "responses": ";".join([HEAD, *(f"R{n},S,customer,{a},{day}T12:00:00Z" for n, (a, day, _) in enumerate(rows))]),
        "answers": ";".join(
            [
                "answer_id,response_id,question_id,value",
                *(f"N{n},R{n},Q,{value}" for n, (_, _, value) in enumerate(rows)),
            ]
        ),
    }


def only(rows: list[Row], **key: Any) -> Row:
    (found,) = [row for row in rows if all(row[column] == value for column, value in key.items())]
    return found


def pick(row: Row, *columns: str) -> tuple[Any, ...]:
    return tuple(row[column] for column in columns)


def test_class_bounds_by_hand(tmp_path: Path) -> None:
    """Yes weighs 3 (4 to 5), a likert 4 weighs 1 and is exact: 4 to 4.75. No alone: 1 to 3. The second category has no class."""
    drop(
        tmp_path,
        accounts=accounts("A"),
        **SURVEY,
        questions="question_id,survey_id,question_text,scale_id,measure,category,weight,counts_for_award;"
        "B,S,?,binary,satisfaction,field_service,3,;L,S,?,likert5,loyalty,customer_service,,;X,S,?,binary,loyalty,,,false",
        responses=f"{HEAD};R1,S,customer,A,2025-02-01T00:00:00Z;R2,S,customer,A,2026-02-01T00:00:00Z",
        answers="answer_id,response_id,question_id,value;N1,R1,B,1.0;N2,R1,L,4;N3,R1,X,0;N4,R2,B,0",
    )
    rows = compute_areas(tmp_path, date(2026, 3, 31))["rpt_award_eligibility+bounds"]
    told = ("class_answer_count", "mean_low", "mean_high", "bounds_verdict")
    assert pick(only(rows, category="overall", award_year=2025), *told) == (1, 4.0, 4.75, "proven")
    assert pick(only(rows, category="overall", award_year=2026), *told) == (1, 1.0, 3.0, "refuted")
    assert pick(only(rows, category="customer_service", award_year=2025), *told) == (0, 4.0, 4.0, None)
    assert pick(only(rows, category="customer_service", award_year=2026), *told) == (0, None, None, None)


def test_a_running_year_by_hand(tmp_path: Path) -> None:
    """As of 10 May 2026 two quarters have begun. After the first, two waves of 5 and 2 say 3.5: 6 more at (4*8 - 7)/6."""
    drop(
        tmp_path,
        accounts=accounts("A"),
        **SURVEY,
        questions=LIKERT,
        **votes(
            ("A", "2025-02-01", "4"),
            ("A", "2025-05-01", "4"),
            ("A", "2025-12-31", "4"),
            ("A", "2026-01-01", "5"),
            ("A", "2026-03-31", "2"),
        ),
    )
    rows = compute_areas(tmp_path, date(2026, 5, 10))["rpt_award_running"]
    of = {(row["award_year"], row["calendar_quarter"]): row for row in rows if row["category"] == "overall"}
    assert sorted(of) == [(2025, 1), (2025, 2), (2025, 3), (2025, 4), (2026, 1), (2026, 2)]
    assert [of[(2025, number)]["running_status"] for number in (1, 2, 3, 4)] == [
        "on_track",
        "on_track",
        "at_risk",
        "not_eligible",
    ]
    first, second = of[(2026, 1)], of[(2026, 2)]
    assert pick(first, "response_count", "mean_score", "waves", "quarter_response_count") == (2, 3.5, 1, 2)
    assert first["needed_mean_rest_of_year"] == pytest.approx(25 / 6)
    assert pick(second, "quarter_end_date", "response_count", "quarter_response_count", "quarter_mean_score") == (
        date(2026, 6, 30),
        2,
        0,
        None,
    )
    assert second["needed_mean_rest_of_year"] == pytest.approx((4 * 4 - 7) / 2)
    assert of[(2025, 4)]["needed_mean_rest_of_year"] is None


def test_who_was_invited_by_hand(tmp_path: Path) -> None:
    """A is key, B marginal, C no customer: A and C are invited, C answers. The agent's second ticket is invited 61 days later."""
    drop(
        tmp_path,
        accounts=accounts("A", "B", extra=";C,Name C,prospect,"),
        revenue=revenue(("A", "2025-01-01", "90"), ("B", "2025-01-01", "10")),
        contacts="contact_id,account_id,full_name;K,A,Kim",
        **SURVEY,
        questions=LIKERT,
        invitations="invitation_id,survey_id,contact_id,account_id,sent_at;I1,S,K,A,2025-03-02T00:00:00Z;I2,S,,C,2025-03-02T00:00:00Z;"
        "I3,S,,A,2026-01-01T00:00:00Z",
        responses="response_id,survey_id,invitation_id,respondent_type,account_id,responded_at;R,S,I2,customer,C,2025-04-01T00:00:00Z",
        answers="answer_id,response_id,question_id,value;N,R,Q,4",
        tickets="ticket_id,account_id,contact_id,project_id,channel,status,assignee_id,created_at;"
        "T1,A,K,P,web,,E,2025-01-01T00:00:00Z;T2,A,K,P,web,,E,2024-12-31T23:59:59Z;T3,A,K,P,web,,F,2025-03-02T09:00:00Z;"
        "T4,A,K,P,web,deleted,E,2025-03-01T00:00:00Z;T5,A,K,,web,,E,2025-03-01T00:00:00Z",
    )
    areas = compute_areas(tmp_path, date(2025, 12, 31))
    whole = [row for row in areas["rpt_award_eligibility+invited"] if row["category"] == "overall"]
    asked = ("award_year", "invitation_count", "answered_count", "response_rate")
    assert pick(only(whole, award_year=2025), *asked) == (2025, 2, 1, 0.5)
    assert {pick(row, *asked) for row in whole} - {(2025, 2, 1, 0.5)} <= {(2024, 0, 0, None)}
    rows = areas["rpt_award_invitations"]
    counts = (
        "eligible_count",
        "invited_count",
        "answered_count",
        "eligible_share",
        "invited_share",
        "share_difference",
        "response_rate",
    )
    of = {pick(row, "award_year", "dimension", "group_id"): pick(row, *counts) for row in rows}
    assert of == {
        (2025, "tier", "key"): (1, 1, 0, 0.5, 0.5, 0.0, 0.0),
        (2025, "tier", "marginal"): (1, 0, 0, 0.5, 0.0, -0.5, None),
        (2025, "tier", "not_a_customer"): (0, 1, 1, 0.0, 0.5, 0.5, 1.0),
        (2024, "agent", "E"): (1, 0, 0, 1.0, None, None, None),  # sixty-one days before
        (2025, "agent", "E"): (1, 1, 0, 0.5, 0.5, 0.0, 0.0),
        (2025, "agent", "F"): (1, 1, 0, 0.5, 0.5, 0.0, 0.0),
    }


def test_certification_by_hand(tmp_path: Path) -> None:
    """Of five in the team one passed to the day, one let it run out a day ago, one failed the score, one passed elsewhere, one is away."""
    seed(
        tmp_path,
        certification_rules="valid_from,program,required_courses,min_score,valid_months,required_share;1900-01-01,cempro,1,80,24,0.25",
    )
    drop(
        tmp_path,
        accounts=accounts("A"),
        revenue=revenue(("A", "2025-01-01", "1")),
        employees="employee_id,full_name,team_id,team_name,function,is_active;E1,One,T,beta,field_service,true;"
        "E2,Two,T,Zoe,field_service,yes;E3,Three,T,,customer_service,1;E4,Four,T,Alpha,technical_support,true;"
        "E5,Five,T,Aa,field_service,;E6,Six,T,Aa,executive,true",
        training="record_id,employee_id,program,course_id,passed_on,score,expires_on;1,E1,cempro,C,2023-12-31,80,;"
        "2,E2,cempro,C,2023-12-30,90,;3,E3,cempro,C,2025-01-01,79.9,;4,E4,other,C,2025-01-01,90,;5,E3,cempro,C,2025-01-01,,",
    )
    (row,) = compute_areas(tmp_path, date(2026, 1, 14))["rpt_training_certification"][:1]
    assert pick(row, "award_year", "team_name", "member_count", "certified_count", "certified_share") == (
        2025,
        "Alpha",
        4,
        1,
        0.25,
    )
    assert pick(row, "is_requirement_met", "is_closed") == (True, False)
    assert months_later(date(2024, 2, 29), 12) == date(2025, 2, 28)
    assert months_later(date(2025, 1, 31), 1) == date(2025, 2, 28)


def test_odd_votes_by_hand(tmp_path: Path) -> None:
    """Each flag once, beside votes that are nearly so."""
    seed(tmp_path, integrity_policy="valid_from,straight_line_min_answers,answer_window_days;1900-01-01,2,10")
    drop(
        tmp_path,
        accounts=accounts("A"),
        contacts="contact_id,account_id,full_name,email;K,A,Kim,KIM@ours.example;L,A,Lee,lee@x.example",
        employees="employee_id,full_name,email;E,Kim, kim@ours.example",
        **SURVEY,
        questions="question_id,survey_id,question_text,scale_id,measure;Q1,S,?,likert5,satisfaction;Q2,S,?,likert5,loyalty;Q3,S,?,likert7,loyalty",
        invitations="invitation_id,survey_id,contact_id,account_id,sent_at;I,S,,A,2025-01-01T23:00:00Z",
        responses="response_id,survey_id,invitation_id,respondent_type,contact_id,employee_id,account_id,responded_at,updated_at;"
        "line,S,,customer,L,,A,2025-01-02T00:00:00Z,2025-04-14T23:59:59Z;scales,S,,customer,,,A,2025-01-03T00:00:00Z,2025-04-15T00:00:00Z;"
        "twin1,S,I,customer,,,A,2025-01-11T00:00:00Z,2025-01-11T00:00:00Z;twin2,S,I,customer,,,A,2025-01-11T23:00:00Z,2025-01-11T00:00:00Z;"
        "late,S,I,customer,,,A,2025-01-12T00:00:00Z,2025-01-12T00:00:00Z;own,S,,customer,K,,A,2025-01-13T00:00:00Z,2025-01-13T00:00:00Z;"
        "typed,S,,customer,,E,A,2025-01-14T00:00:00Z,2025-01-14T00:00:00Z;staff,S,I,employee,,E,A,2025-01-14T00:00:00Z,2025-12-14T00:00:00Z",
        answers="answer_id,response_id,question_id,value,updated_at;"
        + ";".join(
            f"{response}{question},{response},Q{question},{value},2025-01-01T00:00:00Z"
            for response, values in {
                "line": "44",
                "scales": "444",
                "twin1": "42",
                "twin2": "42",
                "late": "32",
                "own": "31",
                "typed": "21",
                "staff": "11",
            }.items()
            for question, value in enumerate(values, start=1)
        ),
    )
    rows = compute_areas(tmp_path, date(2025, 6, 30))["rpt_vote_integrity"]
    assert {pick(row, "response_id", "flag") for row in rows} == {
        ("line", "straight_lining"),
        ("scales", "edited_after_close"),
        ("twin1", "identical_answers"),
        ("twin2", "identical_answers"),
        ("twin1", "repeated_invitation"),
        ("twin2", "repeated_invitation"),
        ("late", "repeated_invitation"),
        ("late", "answered_late"),
        ("own", "agent_submitted"),
        ("typed", "agent_submitted"),
    }


def test_series_breaks_by_hand(tmp_path: Path) -> None:
    """Wording, then both, then only the weight; an answer at the very instant comes after."""
    head = "question_id,survey_id,question_text,scale_id,measure,weight,updated_at"
    drop(
        tmp_path,
        accounts=accounts("A"),
        **SURVEY,
        questions=f"{head};Q,S,one,likert5,satisfaction,1,2024-01-01T00:00:00Z;Q,S,two,likert5,satisfaction,1,2025-02-01T12:00:00Z;"
        "Q,S,three,likert10,satisfaction,1,2025-08-01T00:00:00Z;Q,S,three,likert10,satisfaction,2,2025-09-01T00:00:00Z;"
        "Q,S,four,likert10,satisfaction,2,2026-01-01T00:00:00Z",
        **votes(("A", "2024-12-31", "4"), ("A", "2025-01-31", "4"), ("A", "2025-02-01", "4")),
    )
    rows = compute_areas(tmp_path, date(2025, 12, 31))["rpt_series_breaks"]
    told = ("changed_at", "change", "scale_before", "scale_after", "answers_before", "answers_after", "is_break")
    assert [pick(row, *told) for row in rows] == [
        (datetime(2025, 2, 1, 12, tzinfo=UTC), "wording", "likert5", "likert5", 1, 1, True),
        (datetime(2025, 8, 1, tzinfo=UTC), "wording_and_scale", "likert5", "likert10", 2, 0, False),
    ]


def test_robust_interval_and_suppression_by_hand(tmp_path: Path) -> None:
    """A says 5 and 5, B 3 and 1: mean 3.5, sums off by 3 and -3, so SE = sqrt(2 * 18)/4 = 1.5; t with one degree is 12.706205."""
    drop(
        tmp_path,
        accounts=accounts("A", "B"),
        **SURVEY,
        questions=LIKERT,
        **votes(("A", "2025-01-01", "5"), ("A", "2025-01-02", "5"), ("B", "2025-01-03", "3"), ("B", "2025-01-04", "1")),
    )
    rows = compute_areas(tmp_path, date(2025, 3, 31))["fct_satisfaction_quarterly+robust"]
    everybody, one = only(rows, scope_type="global", category="overall"), only(rows, scope_id="A", category="overall")
    half = 12.706205 * 1.5
    assert pick(everybody, "account_count", "is_suppressed", "is_comment_suppressed") == (2, True, True)
    assert pick(everybody, "robust_ci95_low", "robust_ci95_high") == pytest.approx((3.5 - half, 3.5 + half))
    assert pick(one, "account_count", "robust_ci95_low", "is_suppressed", "is_comment_suppressed") == (
        1,
        None,
        False,
        False,
    )


def test_why_the_mean_moved_by_hand(tmp_path: Path) -> None:
    """Before: A 4, A 4, B 2, mean 10/3. Now: A 5, C 1, mean 3.

    A: shares 2/3 and 1/2, rate 7/12 * 1, mix -1/6 * (4.5 - 19/6). B and C only come or go: -1/3 * (2 - 19/6), 1/2 * (1 - 19/6).
    """
    drop(
        tmp_path,
        accounts=accounts("A", "B", "C"),
        **SURVEY,
        questions=LIKERT,
        **votes(
            ("A", "2025-01-01", "4"),
            ("A", "2025-01-02", "4"),
            ("B", "2025-01-03", "2"),
            ("A", "2025-04-01", "5"),
            ("C", "2025-04-01", "1"),
        ),
    )
    rows = [
        row
        for row in compute_areas(tmp_path, date(2025, 12, 31))["rpt_satisfaction_changes"]
        if row["category"] == "overall" and row["dimension"] == "account"
    ]
    of = {row["group_id"]: row for row in rows}
    assert {row["quarter_start_date"] for row in rows} == {date(2025, 4, 1)}
    assert pick(of["A"], "rate_effect", "mix_effect") == pytest.approx((7 / 12, -1 / 6 * 8 / 6))
    assert pick(of["B"], "rate_effect", "mix_effect") == pytest.approx((0, 7 / 18))
    assert pick(of["C"], "rate_effect", "mix_effect") == pytest.approx((0, -13 / 12))
    assert pick(of["B"], "response_count", "previous_response_count", "mean_score", "share") == (0, 1, None, 0)
    assert [of[name]["contribution_rank"] for name in "ABC"] == [3, 2, 1]
    assert sum(row["contribution"] for row in rows) == pytest.approx(-1 / 3) == of["A"]["change"]


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
