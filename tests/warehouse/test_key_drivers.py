"""Key drivers from rows that landed to rows that are published, against Johnson's weights computed another way."""

from __future__ import annotations

import hashlib
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pandas as pd
import pytest

from scoreboard.settings import Settings
from scoreboard.warehouse import key_drivers
from scoreboard.warehouse.dbt import dbt_vars, invoke
from scoreboard.warehouse.inputs import prepare_warehouse
from scoreboard.warehouse.key_drivers import DRIVERS, SCHEMA, seed_of, weights_of_cases
from scoreboard.warehouse.seeds import lay_out_seeds
from tests.compiled_models import compiled_text
from tests.warehouse.landed import PROJECT, judge, land

Cases = pd.DataFrame
NOW = "2026-01-01T00:00:00Z"


def cases(count: int, seed: int = 1, scope_id: str = "global", **columns: Any) -> Cases:
    """Complete cases of one scope: a score made of knowledge (most) and effort (some); the other drivers take no part."""
    generator = np.random.default_rng(seed)
    knowledge, effort, noise = generator.integers(1, 6, size=(3, count)).astype(float)
    return pd.DataFrame(
        {
            "quarter_start_date": pd.Timestamp("2026-01-01"),
            "scope_type": "global" if scope_id == "global" else "project",
            "scope_id": scope_id,
            "response_id": [f"R{number:05}" for number in range(count)],
            "overall_score": 0.6 * knowledge + 0.3 * effort + 0.1 * noise,
            **dict.fromkeys(DRIVERS, np.nan),
            "knowledge": knowledge,
            "effort": effort,
            **columns,
        }
    )


def by_singular_values(outcome: np.ndarray, drivers: np.ndarray) -> np.ndarray:
    """Johnson (2000) as written there: X = P D Q' of the standardised drivers, Z = P Q', two sets of squared weights."""

    def standardised(values: np.ndarray) -> np.ndarray:
        return (values - values.mean(axis=0)) / values.std(axis=0) / np.sqrt(len(values))

    left, singular, right = np.linalg.svd(standardised(drivers), full_matrices=False)
    of_drivers = right.T @ np.diag(singular) @ right
    of_outcome = right.T @ left.T @ standardised(outcome)
    return (of_drivers**2) @ (of_outcome**2)


def test_the_model_knows_the_drivers_that_the_sql_knows() -> None:
    assert tuple(compiled_text("{{ key_drivers() | join(' ') }}").split()) == DRIVERS


def test_each_scope_has_a_row_per_driver_taking_part() -> None:
    rows = list(weights_of_cases(pd.concat([cases(40), cases(30, seed=2, scope_id="P")])))

    assert [(row["scope_type"], row["scope_id"], row["driver"]) for row in rows] == [
        ("global", "global", "knowledge"),
        ("global", "global", "effort"),
        ("project", "P", "knowledge"),
        ("project", "P", "effort"),
    ]
    assert [row["response_count"] for row in rows] == [40, 40, 30, 30]
    assert {row["driver_count"] for row in rows} == {2}
    assert all(set(row) == set(SCHEMA.names) for row in rows)
    for row in rows:
        assert row["quarter_start_date"] == date(2026, 1, 1)
        assert 0 <= row["weight_low"] < row["weight_high"] <= 1
        assert row["rescaled_weight"] == pytest.approx(row["relative_weight"] / row["r2"])
    frame = cases(40)
    assert rows[0]["mean_score"] == pytest.approx(frame["knowledge"].mean())
    weights = by_singular_values(frame["overall_score"].to_numpy(), frame[["knowledge", "effort"]].to_numpy())
    assert [row["relative_weight"] for row in rows[:2]] == pytest.approx(weights.tolist(), abs=1e-10)


def test_the_order_of_the_cases_changes_no_bit() -> None:
    frame = pd.concat([cases(40), cases(30, seed=2, scope_id="P")])
    assert list(weights_of_cases(frame)) == list(weights_of_cases(frame.sample(frac=1, random_state=3)))


def test_cases_that_cannot_be_estimated_give_no_rows() -> None:
    enough = cases(4)
    assert len(list(weights_of_cases(enough))) == 2
    assert list(weights_of_cases(cases(3))) == []
    assert list(weights_of_cases(cases(30, overall_score=4.0))) == []
    assert list(weights_of_cases(cases(30).assign(effort=lambda frame: 6 - frame["knowledge"]))) == []


def test_figures_are_rounded_to_twelve_places_and_null_where_there_is_none() -> None:
    for row in weights_of_cases(cases(50)):
        for name in ("relative_weight", "weight_low", "weight_high", "rescaled_weight", "r2"):
            assert row[name] == round(row[name], 12)
    unrelated = cases(4).assign(knowledge=[1.0, 1, 5, 5], effort=[1.0, 5, 1, 5], overall_score=[1.0, 5, 5, 1])
    assert [(row["r2"], row["rescaled_weight"]) for row in weights_of_cases(unrelated)] == [(0.0, None)] * 2


def test_the_seed_is_the_scopes_own_on_every_machine() -> None:
    assert seed_of(date(2026, 1, 1), "project", "P") == int(
        hashlib.sha256(b"project|P|2026-01-01").hexdigest()[:16], 16
    )
    others = {seed_of(date(2026, 1, 1), "global", "global"), seed_of(date(2026, 4, 1), "project", "P")}
    assert len(others | {seed_of(date(2026, 1, 1), "project", "P")}) == 3


def test_the_interval_is_that_of_five_hundred_resamples_with_the_scopes_seed(monkeypatch: pytest.MonkeyPatch) -> None:
    frame = cases(60)
    low, high = key_drivers.bootstrap_interval(
        frame["overall_score"].to_numpy(),
        frame[["knowledge", "effort"]].to_numpy(),
        resamples=500,
        seed=seed_of(date(2026, 1, 1), "global", "global"),
    )
    rows = list(weights_of_cases(frame))
    assert [row["weight_low"] for row in rows] == pytest.approx(low.tolist(), abs=1e-12)
    assert [row["weight_high"] for row in rows] == pytest.approx(high.tolist(), abs=1e-12)


RESPONSES = 160
QUESTIONS = {"S": "satisfaction", "K": "knowledge", "T": "timeliness", "E": "effort"}


def land_survey(settings: Settings) -> None:
    """160 responses of 2025 and 2026: satisfaction is made of knowledge and effort; few were asked about timeliness."""
    generator = np.random.default_rng(11)

    def give(entity: str, rows: list[dict[str, str]]) -> None:
        judge(settings, land(settings, entity, [row | {"updated_at": NOW} for row in rows], "r1"))

    give("projects", [{**PROJECT, "project_id": "P"}])
    give("accounts", [{"account_id": "A", "account_name": "Acme", "lifecycle_stage": "active"}])
    give("surveys", [{"survey_id": "V", "survey_name": "After the call", "project_id": "P", "kind": "transactional"}])
    give(
        "questions",
        [
            {"question_id": key, "survey_id": "V", "question_text": "?", "scale_id": "likert5", "measure": measure}
            for key, measure in QUESTIONS.items()
        ],
    )
    responses, answers = [], []
    for number in range(RESPONSES):
        key = f"R{number:03}"
        day = "2026-02-10" if number >= 40 else "2025-06-10"
        responses.append(
            {"response_id": key, "survey_id": "V", "respondent_type": "customer", "account_id": "A"}
            | {"responded_at": f"{day}T09:00:00Z", "is_complete": "true"}
        )
        knowledge, effort, chance = (int(value) for value in generator.integers(1, 6, size=3))
        values = {"S": round((6 * knowledge + 3 * effort + chance) / 10), "K": knowledge, "E": effort}
        if number % 10 == 0:
            values["T"] = chance
        answers += [
            {"answer_id": f"{key}-{question}", "response_id": key, "question_id": question, "value": str(value)}
            for question, value in values.items()
        ]
    give("responses", responses)
    give("answers", answers)


def build_key_drivers(home: Path) -> Path:
    """Build what the key drivers need over the survey above; the build file."""
    settings = Settings(home=home, as_of=date(2026, 3, 31), settle_seconds=0.0)
    land_survey(settings)
    lay_out_seeds(settings, settings.build / "seeds")
    database = prepare_warehouse(settings, "r1")
    results = invoke(
        [
            "build",
            "--select",
            "+rpt_key_drivers",
            "--indirect-selection",
            "cautious",
            "--exclude-resource-type",
            "unit_test",
        ],
        variables=dbt_vars(settings),
        database=database,
        seeds=settings.build / "seeds",
        target=settings.build / "target",
        logs=home / "logs",
    )
    assert [(node.name, node.message) for node in results if node.status not in ("success", "pass")] == []
    return database


def test_key_drivers_of_a_survey_from_landing_to_mart(tmp_path: Path) -> None:
    with duckdb.connect(str(build_key_drivers(tmp_path / "home")), read_only=True) as warehouse:
        rows = warehouse.execute(
            "select * from marts.rpt_key_drivers order by quarter_start_date, scope_type, driver"
        ).df()
        responses = warehouse.execute(
            """
            select responses.quarter_start_date, responses.overall_score,
                max(case when measure = 'effort' then score_5pt end) as effort,
                max(case when measure = 'knowledge' then score_5pt end) as knowledge
            from intermediate.int_responses_excluded as responses
            inner join intermediate.int_answers_scored as answers on responses.response_id = answers.response_id
            where responses.exclusion_reason is null
            group by responses.response_id, responses.quarter_start_date, responses.overall_score
            """
        ).df()
    table = rows.assign(quarter_start_date=rows["quarter_start_date"].dt.date)

    assert len(responses) == RESPONSES
    assert set(table["quarter_start_date"]) == {date(2025, 4, 1), date(2025, 7, 1), date(2025, 10, 1), date(2026, 1, 1)}
    assert set(table["driver"]) == {"effort", "knowledge"}
    for (quarter, scope_type), scope in table.groupby(["quarter_start_date", "scope_type"]):
        inside = responses[responses["quarter_start_date"] <= pd.Timestamp(quarter)]
        expected = by_singular_values(
            inside["overall_score"].to_numpy(), inside[["effort", "knowledge"]].to_numpy(np.float64)
        )
        assert scope["relative_weight"].tolist() == pytest.approx(expected.tolist(), abs=1e-9), (quarter, scope_type)
        assert scope["response_count"].unique().tolist() == [len(inside)]
        assert scope["mean_score"].tolist() == pytest.approx(inside[["effort", "knowledge"]].mean().tolist(), abs=1e-9)
        # 40 responses are too few to be relied on, 160 are enough
        assert scope["is_reliable"].tolist() == [quarter == date(2026, 1, 1)] * 2
    last = table[(table["quarter_start_date"] == date(2026, 1, 1)) & (table["scope_type"] == "global")]
    assert last.set_index("driver")["weight_low"]["knowledge"] > last.set_index("driver")["weight_high"]["effort"]
