"""The two tasks of every extract DAG: land each entity, then judge the domain's new rows at the door."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from airflow.sdk import get_current_context, task

from scoreboard.entities import Domain
from scoreboard.orchestration.current_run import current_run


@task(map_index_template="{{ entity }}")  # type: ignore[untyped-decorator]
def land(entity: str) -> dict[str, Any]:
    """Turn the entity's dropped files into one immutable batch; nothing dropped, nothing landed."""
    from scoreboard.journal import note_read
    from scoreboard.landing.drop import land_entity

    context = get_current_context()
    context["entity"] = entity  # for map_index_template
    settings, run_id = current_run()
    landed = land_entity(settings, entity, run_id)
    note_read(settings, "files", entity, run_id, landed["rows"])
    _note_left_alone(settings.runs / run_id / f"left_alone_by_{context['dag'].dag_id}.txt", landed)
    return landed


@task
def validate(domain: Domain) -> dict[str, Any]:
    """Judge every batch not judged yet, and tell the warehouse: the Asset carries the counts."""
    from scoreboard.validation.door import validate_domain

    settings, run_id = current_run()
    judged = validate_domain(settings, domain, run_id)
    context = get_current_context()
    for asset in context["task"].outlets:
        context["outlet_events"][asset].extra = {"run_key": run_id} | totals(judged["batches"])
    return judged


def _note_left_alone(notes: Path, landed: dict[str, Any]) -> None:
    """Keep by the run which dropped files were not landed, and why; the next run looks at them again."""
    lines = [*landed["ignored"], *(f"{name}: still being written" for name in landed["waiting"])]
    if lines:
        notes.parent.mkdir(parents=True, exist_ok=True)
        with notes.open("a", encoding="utf-8") as file:
            file.writelines(f"{line}\n" for line in lines)


def totals(batches: list[dict[str, Any]]) -> dict[str, int]:
    """Rows over all batches of one validation."""
    names = ("rows_landed", "rows_valid", "rows_quarantined")
    return {name: sum(batch[name] for batch in batches) for name in names}
