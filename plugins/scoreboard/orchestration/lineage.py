"""What every task reads and writes, for OpenLineage: from the inbox and the vendors to the published tables and the report.

Datasets are named `scoreboard` (namespace) and the path of what they are, such as `landing/files/tickets` or `published/marts/dim_accounts`;
a DAG's Asset `scoreboard://landed/crm` is the dataset `landed/crm`. Airflow's provider sends the events; which of them carry what is said here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from airflow.providers.openlineage.extractors.base import BaseExtractor, OperatorLineage
from openlineage.client.event_v2 import Dataset

from scoreboard.entities import DOMAINS, ENTITIES, entities_of
from scoreboard.settings import Settings
from scoreboard.warehouse.tables import SCHEMA, TABLES

NAMESPACE = "scoreboard"
_TAG = "scoreboard"  # of every DAG of ours: others in the same Airflow may have a task called build, too
InAndOut = tuple[Iterable[str], Iterable[str]]


def _land(settings: Settings, told: Any) -> InAndOut:
    entity = ENTITIES.get(str(told))
    return ([f"inbox/{entity.domain}/{entity.name}"], [f"landing/files/{entity.name}"]) if entity else ([], [])


def _land_source(settings: Settings, told: Any) -> InAndOut:
    if not isinstance(told, dict):
        return [], []
    source = f"{told.get('adapter')}@{told.get('connection')}"
    stream = f"/{told['stream']}" if told.get("stream") else ""
    return [f"vendor/{source}{stream}"], [f"landing/{source}{stream}"]


def _map(settings: Settings, told: Any) -> InAndOut:
    domain = str(told)
    adapters = [adapter for adapter in settings.adapters_of(domain) if adapter != "files"]
    mapped = [f"landing/{place}" for place in _feeds(settings, domain) if not place.startswith("files/")]
    return [f"landing/{adapter}" for adapter in adapters], mapped


def _validate(settings: Settings, told: Any) -> InAndOut:
    feeds = _feeds(settings, str(told))
    judged = [f"{fate}/{place}" for place in feeds for fate in ("valid", "quarantine")]
    return [f"landing/{place}" for place in feeds], [*judged, f"landed/{told}"]


def _build(settings: Settings, told: Any) -> InAndOut:
    return [f"valid/{place}" for domain in DOMAINS for place in _feeds(settings, domain)], _marts("build")


def _publish(settings: Settings, told: Any) -> InAndOut:
    return _marts("build"), [*_marts("published"), f"published/{SCHEMA}"]


_STEPS: dict[str, Callable[[Settings, Any], InAndOut]] = {
    "land": _land,
    "land_source": _land_source,
    "reconcile": _land_source,
    "map_to_entities": _map,
    "validate": _validate,
    "build": _build,
    "audit": lambda settings, told: (_marts("build"), []),
    "publish": _publish,
    "summarise": lambda settings, told: (_marts("published"), []),
    "restate": lambda settings, told: (_marts("published"), ["published/closed"]),
    "close_quarter": lambda settings, told: (_marts("published"), ["published/closed"]),
    "write_report": lambda settings, told: (_marts("published"), ["reports/award_report"]),
    "write_account_packs": lambda settings, told: (_marts("published"), ["reports/account_packs"]),
    "publish_to_postgres": lambda settings, told: (
        (_marts("published"), _marts("postgres")) if settings.publish_to_postgres else ([], [])
    ),
    "queue": lambda settings, told: ([f"published/{SCHEMA}/fct_action_alerts"], ["alerts/outbox"]),
    "escalate": lambda settings, told: ([f"published/{SCHEMA}/fct_action_alerts"], ["alerts/outbox"]),
    "deliver": lambda settings, told: (["alerts/outbox"], ["alerts/delivered"]),
}


class StepExtractor(BaseExtractor):  # type: ignore[misc]  # Airflow is not followed by mypy
    """Asked by the provider for every `@task`; a task that is not ours, or moves no data, has neither inputs nor outputs."""

    @classmethod
    def get_operator_classnames(cls) -> list[str]:
        """Tasks made of functions."""
        return ["_PythonDecoratedOperator"]

    def _execute_extraction(self) -> OperatorLineage:
        step = _STEPS.get(self.operator.task_id)
        if step is None or _TAG not in (getattr(self.operator.dag, "tags", None) or ()):
            return OperatorLineage()
        told = [*(self.operator.op_args or ()), *dict(self.operator.op_kwargs or {}).values()]
        inputs, outputs = step(Settings.from_environment(), told[0] if told else None)
        return OperatorLineage(inputs=_datasets(inputs), outputs=_datasets(outputs))


def _feeds(settings: Settings, domain: str) -> list[str]:
    return [f"{feed}/{entity.name}" for entity in entities_of(domain) for feed in settings.feeds_of(domain)]  # type: ignore[arg-type]


def _marts(place: str) -> list[str]:
    return [f"{place}/{SCHEMA}/{table}" for table in TABLES]


def _datasets(names: Iterable[str]) -> list[Dataset]:
    return [Dataset(namespace=NAMESPACE, name=name) for name in names]
