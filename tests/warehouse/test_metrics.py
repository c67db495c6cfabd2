"""The semantic layer asked through MetricFlow: every metric answers, and each figure is the marts' own."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from scoreboard import cli
from scoreboard.warehouse import metrics
from scoreboard.warehouse.metrics import MetricError, Metrics, answer
from tests.marts_fixture import settings_for, write_build
from tests.warehouse.conftest import Built, Published

QUARTER = "metric_time__reporting_quarter"


@pytest.fixture(scope="module")
def asked(random_company: Published) -> Metrics:
    return Metrics(random_company.manifest)


@pytest.fixture
def ask(asked: Metrics, random_company: Published) -> Any:
    """ask([metrics], [group by], [where]) -> {group: figures}, one figure alone."""

    def question(names: list[str], by: list[str], where: tuple[str, ...] = ()) -> dict[Any, Any]:
        rows = answer(random_company.database, asked.sql(names, by, where))
        found = {
            key[0] if len(key := tuple(row[name] for name in by)) == 1 else key: tuple(row[name] for name in names)
            for row in rows
        }
        assert len(found) == len(rows), "a group stands there twice"
        return {key: figures[0] if len(names) == 1 else figures for key, figures in found.items()}

    return question


@pytest.fixture
def mart(random_company: Published) -> Any:
    """mart("select key, ..., figure, ...", keys=1) -> {key: figures}, one figure alone."""

    def rows(sql: str, keys: int = 1) -> dict[Any, Any]:
        found = [tuple(row.values()) for row in answer(random_company.database, sql)]
        assert found, "no rows prove nothing"
        return {row[0] if keys == 1 else row[:keys]: row[keys] if len(row) == keys + 1 else row[keys:] for row in found}

    return rows


def same(asked: dict[Any, Any], published: dict[Any, Any]) -> None:
    """Equal keys, equal figures to 1e-9, nulls in the same places."""
    assert set(asked) == set(published)
    for key, figures in published.items():
        wanted, got = (value if isinstance(value, tuple) else (value,) for value in (figures, asked[key]))
        for one, other in zip(wanted, got, strict=True):
            assert (one is None) == (other is None), key
            assert one is None or other == pytest.approx(one, rel=1e-9, abs=1e-9), key


def test_satisfaction_is_the_marts_by_every_scope(ask: Any, mart: Any) -> None:
    scopes = {
        "project": "project",
        "account": "account",
        "tier": "account_quarter__account_tier",
        "industry": "account__industry",
        "region": "account__region",
    }
    published = "select quarter_start_date, {id} mean_score, response_count from marts.fct_satisfaction_quarterly where category = 'overall' and scope_type = '{type}'"
    figures = ["satisfaction_mean", "response_count"]
    same(ask(figures, [QUARTER]), mart(published.format(id="", type="global")))
    for scope, dimension in scopes.items():
        found = ask(figures, [QUARTER, dimension])
        known = {key: figures for key, figures in found.items() if key[1] is not None}
        same(known, mart(published.format(id="scope_id,", type=scope), keys=2))


def test_the_response_rate_is_the_marts(ask: Any, mart: Any) -> None:
    same(
        ask(["invitation_count", "response_rate"], [QUARTER]),
        mart(
            "select quarter_start_date, invitation_count, response_rate from marts.fct_satisfaction_quarterly"
            " where scope_type = 'global' and category = 'overall'"
        ),
    )


def test_nps_and_effort_are_over_the_answers_of_open_responses(ask: Any, mart: Any) -> None:
    opened = (
        "from marts.fct_survey_answers as answers inner join marts.fct_survey_responses as responses using (response_id)"
        " where (exclusion_reason is null or exclusion_reason = 'no_scored_answer')"
    )
    nps = mart(
        "select responses.quarter_start_date, count(*),"
        " 100.0 * (count(*) filter (where value >= 9) - count(*) filter (where value <= 6)) / count(*)"
        f" {opened} and measure = 'recommendation' and scale_id = 'nps11' and value is not null group by 1"
    )
    found = ask(["nps_count", "nps"], [QUARTER])
    same({quarter: figures for quarter, figures in found.items() if figures[0]}, nps)
    assert len({figures[1] for figures in nps.values()}) > 2, "an NPS that never moves proves nothing"
    effort = mart(
        f"select responses.quarter_start_date, avg(score_5pt) {opened} and measure = 'effort' and value is not null group by 1"
    )
    same({quarter: score for quarter, score in ask(["effort_score"], [QUARTER]).items() if score is not None}, effort)


def test_customers_and_revenue_are_those_of_the_tiers(ask: Any, mart: Any) -> None:
    same(
        ask(["customer_count", "key_account_count", "revenue", "key_account_share", "key_revenue_share"], [QUARTER]),
        mart(
            "select quarter_start_date, count(*), count(*) filter (where account_tier = 'key'), sum(revenue_t4q),"
            " count(*) filter (where account_tier = 'key') / count(*),"
            " sum(revenue_share) filter (where account_tier = 'key' and revenue_t4q > 0) /"
            " sum(revenue_share) filter (where revenue_t4q > 0)"
            " from marts.fct_account_tiers group by 1"
        ),
    )


def test_quadrants_add_up_to_the_customers(ask: Any, mart: Any) -> None:
    same(
        ask(["quadrant_account_count"], [QUARTER, "account_quarter__quadrant"]),
        mart("select quarter_start_date, quadrant, count(*) from marts.fct_account_quadrants group by 1, 2", keys=2),
    )
    same(
        ask(["engagement_mean", "usage_mean"], [QUARTER]),
        mart(
            "select quarter_start_date, avg(engagement_score), avg(usage_score) from marts.fct_account_quadrants group by 1"
        ),
    )


def test_blind_spots_and_shortfalls_are_those_of_the_gaps(ask: Any, mart: Any) -> None:
    same(
        ask(["blind_spot_count", "shortfall_count"], [QUARTER, "gap__category"]),
        mart(
            "select quarter_start_date, category, count(*) filter (where gap_kind = 'perception' and gap_class = 'blind_spot'),"
            " count(*) filter (where gap_kind = 'target' and gap_class = 'shortfall') from marts.rpt_gaps group by 1, 2",
            keys=2,
        ),
    )
    overall = ("{{ Dimension('gap__category') }} = 'overall' and {{ Dimension('gap__gap_kind') }} = 'target'",)
    same(
        ask(["mean_gap"], [QUARTER], overall),
        mart(
            "select quarter_start_date, avg(gap) from marts.rpt_gaps where category = 'overall' and gap_kind = 'target' group by 1"
        ),
    )


def test_service_levels_are_those_of_the_tickets(ask: Any, mart: Any) -> None:
    same(
        ask(["ticket_count", "first_reply_in_sla_share", "resolution_in_sla_share"], [QUARTER]),
        mart(
            "select quarter_start_date, count(*), avg(cast(is_first_reply_in_sla as integer)),"
            " avg(cast(is_resolution_in_sla as integer)) from marts.fct_tickets group by 1"
        ),
    )


def test_award_counts_are_those_of_the_eligibility(ask: Any, mart: Any) -> None:
    same(
        ask(["award_project_count", "eligible_project_count", "on_track_project_count"], ["award_row__award_year"]),
        mart(
            "select award_year, count(*), count(*) filter (where status = 'eligible'), count(*) filter (where status = 'on_track')"
            " from marts.rpt_award_eligibility where category = 'overall' group by 1"
        ),
    )


Q1 = {"quarter_start_date": "2026-01-01"}
EDGES = {
    "fct_survey_responses": [
        {"response_id": "counted", "is_counted": True, "overall_score": 4.0, **Q1},
        {"response_id": "open", "is_counted": False, "exclusion_reason": "no_scored_answer", **Q1},
        {"response_id": "test", "is_counted": False, "exclusion_reason": "test", "overall_score": 1.0, **Q1},
    ],
    "fct_survey_answers": [
        {"answer_id": f"{number}", "response_id": response, "measure": measure, "scale_id": scale, "value": value, **Q1}
        for number, (response, measure, scale, value) in enumerate(
            [
                *(("counted", "recommendation", "nps11", value) for value in (9.0, 10.0, 9.0, 8.0, 7.0, None)),
                ("open", "recommendation", "nps11", 6.0),
                ("counted", "recommendation", "likert5", 5.0),
                ("test", "recommendation", "nps11", 0.0),
                ("counted", "loyalty", "nps11", 0.0),
            ]
        )
    ],
    "fct_account_tiers": [
        {"account_id": account, "account_tier": tier, "revenue_t4q": revenue, **Q1}
        for account, tier, revenue in [
            ("A", "key", 80.0),
            ("B", "marginal", 20.0),
            ("C", "key", -10.0),
            ("D", "marginal", -5.0),
        ]
    ],
    "fct_tickets": [
        {"ticket_id": f"{number}", "is_first_reply_in_sla": first, "is_resolution_in_sla": solved, **Q1}
        for number, (first, solved) in enumerate([(True, None), (False, True), (None, False), (None, False)])
    ],
    "rpt_award_eligibility": [
        {"project_id": f"{number}", "award_year": 2025, "category": category, "status": status}
        for number, (category, status) in enumerate(
            [
                *(
                    ("overall", status)
                    for status in ("eligible", "on_track", "at_risk", "on_track", "not_eligible", "no_data")
                ),
                ("field_service", "eligible"),
            ]
        )
    ],
}


@pytest.mark.parametrize(
    ("metric", "figure"),
    [
        ("response_count", 1),
        ("satisfaction_mean", 4.0),
        ("nps_count", 6),
        ("promoter_count", 3),
        ("detractor_count", 1),
        ("nps", 100 * 2 / 6),
        ("customer_count", 4),
        ("key_account_share", 2 / 4),
        ("revenue", 85.0),
        ("key_revenue_share", 80 / 100),
        ("ticket_count", 4),
        ("first_reply_in_sla_share", 1 / 2),
        ("resolution_in_sla_share", 1 / 3),
        ("award_project_count", 6),
        ("eligible_project_count", 1),
        ("on_track_project_count", 2),
    ],
)
def test_rows_at_the_edge_of_a_metric(metric: str, figure: float, almost_empty_build: Built, edges: Path) -> None:
    asked = Metrics(almost_empty_build.database.parent / "target" / "semantic_manifest.json")
    [row] = answer(edges, asked.sql([metric]))
    assert row[metric] == pytest.approx(figure)


@pytest.fixture(scope="module")
def edges(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A warehouse file that holds the rows of EDGES."""
    return write_build(settings_for(tmp_path_factory.mktemp("edges")), EDGES)


def test_quarters_and_years_are_the_fiscal_ones(ask: Any, mart: Any, random_company: Published) -> None:
    quarters = mart("select quarter_start_date, quarter_label from marts.dim_quarters")
    found = ask(["satisfaction_mean"], [QUARTER])
    assert set(found) <= set(quarters)
    assert {quarter.month % 3 for quarter in found} == {random_company.settings.fiscal_start_month % 3}
    same(
        ask(["response_count"], ["metric_time__fiscal_year"]),
        mart(
            "select cast(left(quarter_label, 4) as bigint), sum(response_count) from marts.fct_satisfaction_quarterly"
            " inner join marts.dim_quarters using (quarter_start_date)"
            " where scope_type = 'global' and category = 'overall' group by 1"
        ),
    )


def test_every_metric_and_every_saved_query_answers(asked: Metrics, random_company: Published) -> None:
    declared = json.loads(random_company.manifest.read_text(encoding="utf-8"))
    assert asked.described() == {
        metric["name"]: metric["description"] for metric in sorted(declared["metrics"], key=lambda one: one["name"])
    }
    for name in asked.described():
        assert answer(random_company.database, asked.sql([name], ["metric_time__day"])), name
    for saved in declared["saved_queries"]:
        assert answer(random_company.database, asked.saved_sql(saved["name"])), saved["name"]


def test_a_question_goes_to_the_published_version(random_company: Published) -> None:
    rows = metrics.query(random_company.settings, ["customer_count"], [QUARTER])
    assert rows == sorted(rows, key=lambda row: row[QUARTER])
    assert all(isinstance(row[QUARTER], date) and row["customer_count"] > 0 for row in rows)


def test_the_terminal_lists_the_metrics_and_answers(
    random_company: Published, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("SCOREBOARD_HOME", str(random_company.settings.home))
    monkeypatch.setenv("SCOREBOARD_AS_OF", random_company.settings.as_of.isoformat())

    assert cli.main(["metrics"]) == 0
    assert "Mean score of counted responses" in capfd.readouterr().out
    assert cli.main(["metrics", "customer_count", "--by", QUARTER]) == 0
    [last] = metrics.query(random_company.settings, ["customer_count"], [QUARTER])[-1:]
    told = capfd.readouterr().out
    assert last[QUARTER].isoformat() in told and str(last["customer_count"]) in told
    assert cli.main(["metrics", "nonsense"]) == 1
    assert "nonsense" in capfd.readouterr().out


@pytest.mark.parametrize(
    ("names", "by", "says"),
    [(["satisfacton_mean"], [], "satisfaction_mean"), (["nps"], ["metric_time__fortnight"], "metric_time")],
)
def test_a_question_that_cannot_be_understood_names_what_is_known(
    asked: Metrics, names: list[str], by: list[str], says: str
) -> None:
    with pytest.raises(MetricError, match=says):
        asked.sql(names, by)


def test_before_a_build_there_is_nothing_to_ask(tmp_path: Path) -> None:
    with pytest.raises(MetricError, match="make run"):
        Metrics(tmp_path / "semantic_manifest.json")
