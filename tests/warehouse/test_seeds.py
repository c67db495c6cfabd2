"""A user changes a rule by a file; whatever cannot be used is refused with the file, the row and what to write instead."""

from __future__ import annotations

import csv
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoreboard.settings import Settings
from scoreboard.warehouse.seeds import SHIPPED, SeedError, declared_seeds, lay_out_seeds, read_seed

Write = Callable[[str, str], Path]
HISTORY = "project_id,award,award_year,recipient_name,location,times_announced\n"
RATES = "currency,to_currency,valid_from,rate\n"
SUPPRESSION = "valid_from,scope_type,min_responses,min_responses_for_comments\n"
SIGNALS = "valid_from,signal,weight,full_marks_at\n"
EFFORT = "valid_from,signal,weight,best_at,worst_at\n"
SERVICE = "valid_from,reported_level,min_responses,target,min_reliability\n"
TACTICS = "valid_from,quadrant,tactic_number,tactic,owner_role,purpose\n"
SCALES = "scale_id,min_value,max_value,is_reversed,label_family\n"
RULES = "valid_from,threshold,min_waves\n"
ALERTS = (
    "valid_from,rule_id,is_enabled,threshold,second_threshold,severity,raise_for_tier_one,raise_for_decision_maker"
    ",owner_role,action\n"
)
STEPS = "valid_from,severity,step_number,after_business_minutes,to_role,action\n"
CLASSES = "scale_id,value,score_low,score_high\n"
INTEGRITY = "valid_from,straight_line_min_answers,answer_window_days\n"
CERTIFICATION = "valid_from,program,required_courses,min_score,valid_months,required_share\n"


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(home=tmp_path / "home", as_of=date(2026, 3, 31))


@pytest.fixture
def write(settings: Settings) -> Write:
    """write("fx_rates", text) puts a user's own seed where the run looks for it."""

    def put(name: str, text: str) -> Path:
        path = settings.seeds / f"{name}.csv"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode("utf-8"))
        return path

    return put


def laid_out(settings: Settings, name: str) -> list[dict[str, str]]:
    """What dbt is given for a seed."""
    lay_out_seeds(settings, settings.build / "seeds")
    with (settings.build / "seeds" / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def refusal(settings: Settings, path: Path) -> str:
    """The message with which the seeds are refused; it names the file and that nothing was built."""
    with pytest.raises(SeedError) as refused:
        lay_out_seeds(settings, settings.build / "seeds")
    message = str(refused.value)
    assert str(path) in message
    assert "Nothing was built." in message
    return message


# --- which files are used ---


def test_the_shipped_seeds_pass_their_own_checks(settings: Settings) -> None:
    origins = lay_out_seeds(settings, settings.build / "seeds")
    assert set(origins) == {path.stem for path in SHIPPED.glob("*.csv")} == set(declared_seeds())
    assert {path.parent for path in origins.values()} == {SHIPPED}


def test_an_alert_rule_that_is_switched_off_needs_no_threshold(settings: Settings, write: Write) -> None:
    write("alert_rules", ALERTS + "1900-01-01,low_score,no,,,low,no,no,ceo,Call\n")
    assert laid_out(settings, "alert_rules")[0]["is_enabled"] == "false"


def test_a_users_seed_replaces_the_shipped_one_of_its_name_and_no_other(settings: Settings, write: Write) -> None:
    path = write("award_rules", RULES + "1900-01-01,4.25,3\n2027-01-01,4.5,4\n")
    rows = laid_out(settings, "award_rules")
    assert [row["threshold"] for row in rows] == ["4.25", "4.5"]
    origins = lay_out_seeds(settings, settings.build / "seeds")
    assert {name for name, origin in origins.items() if origin.parent != SHIPPED} == {"award_rules"}
    assert origins["award_rules"] == path


def test_a_file_that_is_no_seed_is_refused_with_the_names_there_are(settings: Settings, write: Write) -> None:
    message = refusal(settings, write("award_rule", RULES))
    assert "award_rules" in message
    assert "quadrant_cutoffs" in message


def test_a_seed_of_no_rows_is_an_empty_table(settings: Settings, write: Write) -> None:
    write("award_history", HISTORY)
    assert laid_out(settings, "award_history") == []


# --- how a file may be written ---


def test_a_byte_order_mark_carriage_returns_blank_lines_and_blanks_around_cells_do_no_harm(
    settings: Settings, write: Write
) -> None:
    write("award_rules", "\ufeffvalid_from , threshold,min_waves\r\n\r\n 1900-01-01 ,4.0, 4\r\n,,\r\n")
    assert laid_out(settings, "award_rules") == [{"valid_from": "1900-01-01", "threshold": "4", "min_waves": "4"}]


def test_columns_may_stand_in_any_order_and_optional_ones_may_be_missing(settings: Settings, write: Write) -> None:
    write("award_history", 'award_year,award,recipient_name,project_id\n2025,nfsb,"Our Company, Inc.",\n')
    assert laid_out(settings, "award_history") == [
        {
            "project_id": "",
            "award": "nfsb",
            "award_year": "2025",
            "recipient_name": "Our Company, Inc.",
            "location": "",
            "times_announced": "",
        }
    ]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("valid_from,threshold\n1900-01-01,4.0\n", "found valid_from,threshold"),
        ("valid_from,threshold,min_waves,note\n1900-01-01,4.0,4,x\n", "found valid_from,threshold,min_waves,note"),
        ("valid_from,threshold,threshold,min_waves\n1900-01-01,4.0,4.0,4\n", "found valid_from,threshold,threshold"),
        ("1900-01-01,4.0,4\n", "found 1900-01-01,4.0,4"),
        ("", "found nothing"),
    ],
    ids=["missing", "unknown", "doubled", "no header", "empty file"],
)
def test_a_wrong_header_is_shown_beside_the_right_one(settings: Settings, write: Write, text: str, said: str) -> None:
    message = refusal(settings, write("award_rules", text))
    assert "the header must be valid_from,threshold,min_waves" in message
    assert said in message


def test_a_ragged_row_is_named(settings: Settings, write: Write) -> None:
    message = refusal(settings, write("award_rules", RULES + "1900-01-01,4.0,4\n2026-01-01,4.0\n"))
    assert "row 3 has 2 fields, the header 3" in message


def test_a_file_in_another_encoding_is_named_with_the_byte(settings: Settings, write: Write) -> None:
    path = write("award_history", HISTORY)
    path.write_bytes(HISTORY.encode() + ",nfsb,2025,Müller,,\n".encode("latin-1"))
    assert "not UTF-8 at byte" in refusal(settings, path)


def test_a_quote_that_never_ends_is_refused(settings: Settings, write: Write) -> None:
    refusal(settings, write("award_history", HISTORY + ',nfsb,2025,"Our Company,,\n'))


# --- values ---


@pytest.mark.parametrize(
    ("seed", "text", "said"),
    [
        (
            "award_rules",
            RULES + "1900-01-01,4.0,4\n2026-1-1,4.0,4\n",
            "row 3, valid_from is '2026-1-1', which is no date",
        ),
        ("award_rules", RULES + "2026-02-29,4.0,4\n", "row 2, valid_from is '2026-02-29', which is no date"),
        ("award_rules", RULES + '1900-01-01,"4,0",4\n', "row 2, threshold is '4,0', which is no decimal"),
        ("award_rules", RULES + "1900-01-01,4e0,4\n", "row 2, threshold is '4e0', which is no decimal"),
        ("award_rules", RULES + "1900-01-01,4.0000001,4\n", "row 2, threshold is '4.0000001', which is no decimal"),
        ("award_rules", RULES + "1900-01-01,NaN,4\n", "row 2, threshold is 'NaN', which is no decimal"),
        ("award_rules", RULES + "1900-01-01,4.0,4.0\n", "row 2, min_waves is '4.0', which is no integer"),
        ("award_rules", RULES + "1900-01-01,,4\n", "row 2 has no threshold"),
        ("award_rules", RULES + ",4.0,4\n", "row 2 has no valid_from"),
        ("survey_scales", SCALES + "stars,1,5,maybe,x\n", "row 2, is_reversed is 'maybe', which is no boolean"),
        ("survey_scales", SCALES + "stars,5,5,no,x\n", "scale stars must end above its start"),
        ("suppression_policy", SUPPRESSION + "1900-01-01,region,5,4\n", "region needs a min_responses"),
        ("suppression_policy", SUPPRESSION + "1900-01-01,region,-1,4\n", "region needs a min_responses"),
        ("engagement_signals", SIGNALS + "1900-01-01,tweets,1,1\n", "row 2, signal is 'tweets'; it takes meetings"),
        ("engagement_signals", SIGNALS + "1900-01-01,calls,-1,1\n", "signal calls needs"),
        ("usage_signals", SIGNALS + "1900-01-01,seat_utilisation,1,0\n", "signal seat_utilisation needs"),
        (
            "gap_targets",
            "valid_from,category,target\n1900-01-01,Overall,4\n",
            "row 2, category is 'Overall'; it takes overall",
        ),
        (
            "alert_rules",
            ALERTS + "1900-01-01,low_score,yes,,,low,no,no,ceo,Call\n",
            "rule low_score of 1900-01-01 needs a threshold",
        ),
        ("alert_rules", ALERTS + "1900-01-01,score_drop,1,1,,low,no,no,ceo,Call\n", "needs a second_threshold"),
        (
            "escalation_steps",
            STEPS + "1900-01-01,low,1,-1,owner,Call\n",
            "row 2, after_business_minutes is '-1'; it takes",
        ),
        (
            "review_cadence",
            "valid_from,service_tier,days_between\n1900-01-01,I,0\n",
            "row 2, days_between is '0'; it takes",
        ),
        ("blend_weights", "valid_from,system_weight,staff_weight\n1900-01-01,1,-0.1\n", "weights are 0 or more"),
        (
            "effort_weights",
            EFFORT + "1900-01-01,replies,1,6,6.0\n",
            "signal replies needs a best_at other than its worst_at",
        ),
        ("effort_weights", EFFORT + "1900-01-01,replies,-1,1,6\n", "signal replies needs"),
        ("effort_weights", EFFORT + "1900-01-01,calls,1,1,6\n", "signal is 'calls'; it takes asked_effort"),
        ("service_targets", SERVICE + "1900-01-01,agent,0,4,0.7\n", "agent needs min_responses of 1 or more"),
        ("service_targets", SERVICE + "1900-01-01,team,1,4,70\n", "min_reliability between 0 and 1"),
        (
            "key_driver_policy",
            "valid_from,min_responses,min_responses_per_driver,min_answered_share,min_r2\n1900-01-01,100,10,0,0.1\n",
            "a share above 0, at most 1",
        ),
        (
            "key_driver_policy",
            "valid_from,min_responses,min_responses_per_driver,min_answered_share,min_r2\n1900-01-01,100,10,1.01,0.1\n",
            "a share above 0, at most 1",
        ),
        ("fx_rates", RATES + "EUR,USD,2026-01-01,0\n", "the rate of EUR on 2026-01-01 must be above 0"),
        ("award_history", HISTORY + ",nfsb,2025,,,\n", "names neither project_id nor recipient_name"),
        ("scale_classes", CLASSES + "binary,0,3,2.9\n", "value 0 of scale binary needs a score_high of at least"),
        ("scale_classes", CLASSES + "binary,0,0.9,3\n", "row 2, score_low is '0.9'; it takes 1 to 5"),
        ("scale_classes", CLASSES + "binary,1,4,5.1\n", "row 2, score_high is '5.1'; it takes 1 to 5"),
        ("integrity_policy", INTEGRITY + "1900-01-01,1,60\n", "row 2, straight_line_min_answers is '1'; it takes 2 to"),
        ("integrity_policy", INTEGRITY + "1900-01-01,5,-1\n", "row 2, answer_window_days is '-1'; it takes 0 to"),
        ("certification_rules", CERTIFICATION + "1900-01-01,x,0,,24,1\n", "required_courses is '0'; it takes 1 to"),
        ("certification_rules", CERTIFICATION + "1900-01-01,x,1,,0,1\n", "valid_months is '0'; it takes 1 to 1200"),
        ("certification_rules", CERTIFICATION + "1900-01-01,x,1,,24,80\n", "required_share is '80'; it takes 0 to 1"),
    ],
)
def test_a_value_that_cannot_be_meant_is_named_with_its_row(
    settings: Settings, write: Write, seed: str, text: str, said: str
) -> None:
    assert said in refusal(settings, write(seed, text))


def test_a_value_on_the_edge_of_what_it_can_mean_is_taken(settings: Settings, write: Write) -> None:
    write("certification_rules", CERTIFICATION + "1900-01-01,x,1,,1200,1\n1900-01-01,y,1,,1,0\n")
    write("scale_classes", CLASSES + "binary,0,1,5\nbinary,1,5,5\n")

    assert [row["required_share"] for row in laid_out(settings, "certification_rules")] == ["1", "0"]
    assert [row["score_low"] for row in laid_out(settings, "scale_classes")] == ["1", "5"]


def test_a_rate_carries_ten_places_and_not_eleven(settings: Settings, write: Write) -> None:
    write("fx_rates", RATES + "JPY,USD,2026-01-01,0.0066666667\n")
    assert laid_out(settings, "fx_rates")[0]["rate"] == "0.0066666667"
    message = refusal(settings, write("fx_rates", RATES + "JPY,USD,2026-01-01,0.00666666667\n"))
    assert "row 2, rate is '0.00666666667', which is no decimal(18,10)" in message


@given(whole=st.integers(0, 10**8 - 1), fraction=st.integers(0, 10**10 - 1), zeros=st.integers(0, 3))
def test_a_decimal_keeps_its_value_and_loses_its_idle_zeros(
    tmp_path_factory: pytest.TempPathFactory, whole: int, fraction: int, zeros: int
) -> None:
    digits = f"{fraction:010d}".rstrip("0")
    plain = f"{whole}.{digits}" if digits else str(whole)
    if plain == "0":
        return
    path = tmp_path_factory.getbasetemp() / "fx_rates.csv"
    path.write_text(RATES + f"EUR,USD,2026-01-01,{'0' * zeros}{whole}.{digits}{'0' * zeros}\n", encoding="utf-8")
    (row,) = read_seed(declared_seeds()["fx_rates"], path)
    assert row["rate"] == plain


# --- keys ---


def test_a_doubled_key_is_named_with_both_rows(settings: Settings, write: Write) -> None:
    text = RATES + "EUR,USD,2026-01-01,1.1\nEUR,USD,2026-02-01,1.1\nEUR,USD,2026-01-01,1.2\n"
    message = refusal(settings, write("fx_rates", text))
    assert "row 4 has the same currency, to_currency, valid_from as row 2 (EUR, USD, 2026-01-01)" in message


def test_an_exact_repetition_is_a_doubled_key_too(settings: Settings, write: Write) -> None:
    refusal(settings, write("fx_rates", RATES + "EUR,USD,2026-01-01,1.1\nEUR,USD,2026-01-01,1.1\n"))


@pytest.mark.parametrize("other", ["01", "+1", " 1 "])
def test_a_key_in_another_spelling_is_the_same_key(settings: Settings, write: Write, other: str) -> None:
    text = TACTICS + f"1900-01-01,raving_fans,1,Thank them,marketing,\n1900-01-01,raving_fans,{other},Ask,marketing,\n"
    message = refusal(settings, write("quadrant_tactics", text))
    assert "row 3 has the same valid_from, quadrant, tactic_number as row 2" in message


def test_a_key_in_other_case_is_another_key(settings: Settings, write: Write) -> None:
    write("survey_scales", SCALES + "stars,1,5,,\nStars,1,10,,\n")
    assert [row["scale_id"] for row in laid_out(settings, "survey_scales")] == ["stars", "Stars"]


def test_a_project_and_a_recipient_of_the_same_name_are_two(settings: Settings, write: Write) -> None:
    write("award_history", HISTORY + "P,nfsb,2016,Our Company,,\n,nfsb,2016,P,,\n")
    assert len(laid_out(settings, "award_history")) == 2


def test_a_line_separator_inside_a_name_is_part_of_it(settings: Settings, write: Write) -> None:
    write("award_history", HISTORY + ",nfsb,2016,Acme\u2028Inc,,\n")
    assert laid_out(settings, "award_history")[0]["recipient_name"] == "Acme\u2028Inc"


def test_without_a_project_the_recipients_name_stands_in_the_key(settings: Settings, write: Write) -> None:
    write("award_history", HISTORY + ",nfsb,2025,One,,\n,nfsb,2025,Two,,\nP,nfsb,2025,One,,\nP,cempro,2025,One,,\n")
    assert len(laid_out(settings, "award_history")) == 4
    message = refusal(settings, write("award_history", HISTORY + ",nfsb,2025,One,,\n,nfsb,2025,One,Boston,\n"))
    assert "row 3 has the same project_id, award, award_year as row 2 (recipient_name One, nfsb, 2025)" in message


def test_a_project_is_doubled_whatever_its_rows_call_it(settings: Settings, write: Write) -> None:
    refusal(settings, write("award_history", HISTORY + "P,nfsb,2025,One,,\nP,nfsb,2025,Two,,\n"))


def test_internal_domains_are_trimmed_and_lower_cased_and_one_domain_counts_once(
    settings: Settings, write: Write
) -> None:
    write("internal_domains", "domain\n OurCo.Example \nourco.example\nmail.ourco.example\n")
    assert [row["domain"] for row in laid_out(settings, "internal_domains")] == ["ourco.example", "mail.ourco.example"]
