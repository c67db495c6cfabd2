"""What Qualtrics' mapping file says of one statement, and what is refused in sight of everybody instead of vanishing."""

from __future__ import annotations

from pathlib import Path

from tests.mapping.rig import mapped
from tests.mapping.test_qualtrics import (
    MAPPING,
    QUESTIONS,
    answer,
    answers,
    api,
    fivetran,
    option,
    question,
    response,
)


def test_a_statements_own_entry_counts_before_the_whole_questions(tmp_path: Path) -> None:
    own = {"QID4": "ignore", "QID4_2": {"measure": "timeliness", "scale": "likert5"}}
    said = {"surveys": {"SV_1": {"project": "P-1", "questions": own}}}
    rows = mapped(tmp_path, "qualtrics", api(response("R1", QID4_1=4, QID4_2=2)), said)
    measures = {row["question_id"]: row["measure"] for row in rows["questions"]}
    assert measures["SV_1:QID4_2"] == "timeliness"
    assert "SV_1:QID4_1" not in measures
    assert answers(rows) == {"R1:QID4_2": ("2", None)}


def test_a_word_for_employees_makes_an_employee_of_who_was_invited(tmp_path: Path) -> None:
    words = {"responses": {"respondent_type": {"Mitarbeiter": "employee", "Kunde": "customer"}}}
    rows = mapped(
        tmp_path,
        "qualtrics",
        api(
            response("R1", respondent_type="Mitarbeiter", externalDataReference="E1"),
            response("R2", respondent_type="Kunde", externalDataReference="C1"),
        ),
        {**MAPPING, "values": words},
    )
    told = {
        row["response_id"]: (row["respondent_type"], row["contact_id"], row["employee_id"]) for row in rows["responses"]
    }
    assert told == {"R1": ("employee", None, "E1"), "R2": ("customer", "C1", None)}


def test_fivetrans_options_that_were_deleted_or_never_landed(tmp_path: Path) -> None:
    raw = fivetran(
        answer("QID1", "8", "8"),  # the option was deleted since; some connections land the key as the value
        answer("QID4", "77", text="Very good", sub_question_key="1"),  # nobody knows this option
        answer("QID6", text="-99"),
    )
    raw["qualtrics_fivetran"]["question_option"].append({**option("8", "4", "good"), "_fivetran_deleted": True})
    assert answers(mapped(tmp_path, "qualtrics", raw, MAPPING)) == {
        "R1:QID1": ("4", None),
        "R1:QID4_1": ("option 77 without a recode", "Very good"),
    }


def test_what_the_analysis_keeps_is_an_answer_whatever_its_text(tmp_path: Path) -> None:
    slider = question(
        "QID11",
        "Slider",
        Choices={"1": {"Display": "speed"}, "2": {"Display": "n/a"}},
        AnalyzeChoices={"1": "Yes", "2": "No"},  # of a slider these are statements, not marks
    )
    kept = question(
        "QID12",
        Choices={"1": {"Display": "agree"}, "2": {"Display": "no opinion"}, "3": {"Display": "n/a"}},
        AnalyzeChoices={"1": "Yes", "2": "Yes"},
    )
    raw = api(response("R1", QID11_1=2, QID12=2), response("R2", QID12=3))
    raw["qualtrics"]["questions"] = [
        {"_key": f"SV_1:{row['QuestionID']}", "_record": row} for row in [*QUESTIONS, slider, kept]
    ]
    assert answers(mapped(tmp_path, "qualtrics", raw, MAPPING)) == {"R1:QID11_1": ("2", None), "R1:QID12": ("2", None)}
