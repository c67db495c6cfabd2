"""The order of things: which task follows which, which DAG follows which, and who may write at a time."""

from itertools import pairwise

import pytest

from scoreboard.entities import entities_of
from scoreboard.orchestration.house import WAREHOUSE_POOL

DOMAINS = {"extract_crm": "crm", "extract_support": "support", "extract_surveys": "survey"}


def edges(dag):
    return {(task.task_id, follower) for task in dag.tasks for follower in task.downstream_task_ids}


def chain(*task_ids):
    return set(pairwise(task_ids))


def outlets(dag):
    return {(task.task_id, asset.uri) for task in dag.tasks for asset in task.outlets}


@pytest.mark.parametrize(("dag_id", "domain"), DOMAINS.items())
def test_an_extract_lands_every_entity_of_its_domain_before_one_validation(dags, dag_id, domain):
    dag = dags[dag_id]
    assert edges(dag) == chain("land", "validate")
    assert dag.get_task("land").op_kwargs_expand_input.value == {
        "entity": [entity.name for entity in entities_of(domain)]
    }
    assert dag.get_task("validate").op_args == (domain,)


@pytest.mark.parametrize(("dag_id", "domain"), DOMAINS.items())
def test_only_the_validation_tells_the_warehouse(dags, dag_id, domain):
    assert outlets(dags[dag_id]) == {("validate", f"scoreboard://landed/{domain}")}


def test_extracts_run_hourly_at_different_minutes(dags):
    minutes = [dags[dag_id].timetable.expression.split() for dag_id in DOMAINS]
    assert all(rest == ["*", "*", "*", "*"] for _, *rest in minutes)
    assert len({minute for minute, *_ in minutes}) == len(DOMAINS)


def test_the_warehouse_is_built_once_all_three_domains_have_landed_in_any_order(dags):
    condition = dags["build_warehouse"].timetable.asset_condition
    assert type(condition).__name__ == "AssetAll"
    assert {asset.uri for asset in condition.objects} == {
        f"scoreboard://landed/{domain}" for domain in DOMAINS.values()
    }


def test_nothing_is_published_that_was_not_audited(dags):
    dag = dags["build_warehouse"]
    assert edges(dag) == chain("build", "audit", "publish", "summarise") | {("publish", "publish_to_postgres")}
    assert outlets(dag) == {("publish", "scoreboard://published/marts")}
    assert {task.trigger_rule for task in dag.tasks} == {"all_success"}


def test_whoever_writes_the_warehouse_does_so_alone(dags):
    in_pool = {(dag.dag_id, task.task_id) for dag in dags.values() for task in dag.tasks if task.pool == WAREHOUSE_POOL}
    makers = ("build_warehouse", "restate_quarter")
    assert in_pool == {(dag_id, step) for dag_id in makers for step in ("build", "audit", "publish")} | {
        ("restate_quarter", "restate"),
        ("quarterly_award_report", "close_quarter"),
    }


def test_a_restatement_reaches_readers_by_the_same_gate_as_any_version(dags):
    dag = dags["restate_quarter"]
    assert edges(dag) == chain("restate", "build", "audit", "publish", "summarise") | {
        ("publish", "publish_to_postgres")
    }
    assert outlets(dag) == outlets(dags["build_warehouse"])
    assert {task.trigger_rule for task in dag.tasks} == {"all_success"}
    assert type(dag.timetable).__name__ == "NullTimetable"


def test_alerts_are_told_when_a_version_is_published_and_every_hour_beside_everything_else(dags):
    dag = dags["action_alerts"]
    assert edges(dag) == chain("queue", "escalate", "deliver")
    assert type(dag.timetable).__name__ == "AssetOrTimeSchedule"
    assert [asset.uri for asset in dag.timetable.asset_condition.objects] == ["scoreboard://published/marts"]
    assert dag.timetable.timetable.expression == "50 * * * *"
    assert outlets(dag) == set()


@pytest.mark.parametrize("name", ["quarter", "reason", "approved_by"])
@pytest.mark.parametrize("value", [None, "", "  ", 7])
def test_a_restatement_needs_a_quarter_a_reason_and_somebody_who_agreed(dags, name, value):
    from airflow.sdk.exceptions import ParamValidationError

    param = dags["restate_quarter"].params.get_param(name)
    assert param.resolve({"quarter": "2025"}.get(name, "Ada")) and param.resolve("2025-Q4")
    with pytest.raises(ParamValidationError):
        param.resolve(value)


def test_a_report_and_the_account_packs_are_written_after_their_quarter_is_closed(dags):
    dag = dags["quarterly_award_report"]
    written = chain("choose_quarter", "close_quarter", "write_report", "write_account_packs")
    assert edges(dag) == written | chain("close_quarter", "write_account_packs")


@pytest.mark.parametrize(
    ("label", "is_accepted"),
    [(None, True), ("2026-Q1", True), ("2026-Q5", False), ("2026-Q1; x", False), ("../2026-Q1", False), (20261, False)],
)
def test_the_quarter_asked_for_is_a_label_or_nothing(dags, label, is_accepted):
    from airflow.sdk.exceptions import ParamValidationError

    param = dags["quarterly_award_report"].params.get_param("quarter")
    if is_accepted:
        assert param.resolve(label) == label
    else:
        with pytest.raises(ParamValidationError):
            param.resolve(label)


def test_a_late_report_is_looked_for_by_the_hour_whatever_becomes_of_the_alerts(dags):
    task = dags["action_alerts"].get_task("tell_late_report")
    assert not task.upstream_task_ids and not task.downstream_task_ids
