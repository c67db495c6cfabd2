"""The oracle's areas of award, votes and satisfaction against figures worked out by hand."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from tests.oracle.areas import compute_areas
from tests.oracle.areas.certification import months_later
from tests.oracle.writing import HEAD, LIKERT, SURVEY, accounts, drop, only, pick, revenue, seed, votes


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
