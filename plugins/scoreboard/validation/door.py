"""Judges every landed batch of a domain that has not been judged, and commits what it found: valid rows, quarantine, manifest.

One outcome per batch: committed with every row either valid or quarantined; stopped by a table rule and left in landing; or
an error. Nothing is committed of a stopped or broken batch, and the batches of the domain before it stay committed.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

import duckdb

from scoreboard.entities import DOMAINS, ENTITIES, Domain, Entity, entities_of
from scoreboard.errors import ScoreboardError
from scoreboard.landing.store import Batch, committed_batches
from scoreboard.progress import each
from scoreboard.settings import Settings, utc_now
from scoreboard.validation import drift, store
from scoreboard.validation.errors import BatchRejected, ValidatorError
from scoreboard.validation.judge import BrokenTableRule, Judgement, read_results
from scoreboard.validation.routing import count_filled, find_refused, part_entry, write_quarantine, write_valid
from scoreboard.validation.workbench import JUDGED, Workbench

if TYPE_CHECKING:
    from scoreboard.validation.gx_duckdb import Session


def validate_domain(settings: Settings, domain: str, run_id: str) -> dict[str, Any]:
    """Judge the domain's pending batches, entity by entity in landing order, and rewrite its Data Docs.

    Gives {"domain", "batches": [counts per committed batch], "data_docs": path of index.html or None}. Raises BatchRejected
    after all other batches are committed; ValidatorError or ManifestDamaged at once.
    """
    known = next((name for name in DOMAINS if name == domain), None)
    if known is None:
        raise ScoreboardError(f"there is no domain {domain!r}; the domains are {', '.join(DOMAINS)}")
    docs = settings.reports / "data_docs" / known
    pending = _pending(settings, known)
    committed: list[dict[str, Any]] = []
    breaches: list[str] = []
    if pending:
        from scoreboard.validation.gx_duckdb import Session  # takes seconds, and a run without news needs none of it

        with Session() as session:
            for batch in each(known, pending, "batches judged"):
                outcome = _judge_batch(settings, session, batch)
                if isinstance(outcome, dict):
                    committed.append(outcome)
                else:
                    breaches.extend(_breach(batch, broken) for broken in outcome)
            session.write_docs(docs)
    if breaches:
        raise BatchRejected(breaches)
    index = docs / "index.html"
    return {
        "domain": domain,
        "run_id": run_id,
        "batches": committed,
        "data_docs": str(index) if index.is_file() else None,
    }


def accept_drift(
    settings: Settings, adapter: str, entity: str, run_id: str, *, who: str = "unknown", why: str = "not given"
) -> str:
    """Let the batch that landed in run `run_id` pass the drift rules (no others) from the next run on.

    Gives the path of the note with who, why and when. Raises ScoreboardError if there is no such batch.
    """
    for batch in committed_batches(settings, adapter, entity):
        if batch.run_id == run_id:
            note = {"rules": "drift", "who": who, "why": why, "when": utc_now().isoformat()}
            return str(store.accept(batch, note))
    raise ScoreboardError(
        f"no batch of {adapter}/{entity} landed in run {run_id}, so nothing was accepted; see {settings.landing / adapter / entity}."
    )


def _pending(settings: Settings, domain: Domain) -> list[Batch]:
    """Batches not judged yet; of a vendor's snapshots the newest only, for no other could count any more."""
    pending = []
    for entity in entities_of(domain):
        for feed in settings.feeds_of(domain):
            batches = committed_batches(settings, feed, entity.name)
            worth_it = batches[-1:] if batches and store.is_snapshot(batches[-1]) else batches
            pending += [batch for batch in worth_it if store.manifest_of(settings, batch) is None]
    return pending


def _judge_batch(settings: Settings, session: Session, batch: Batch) -> dict[str, Any] | list[BrokenTableRule]:
    """Commit the batch and give its counts, or give the table rules that stop it."""
    batch.verify()
    if not batch.part_paths:
        return [BrokenTableRule("has_rows", "0 rows")]
    entity = ENTITIES[batch.entity]
    if store.is_snapshot(batch) and (figures := _shrunk(settings, batch)):
        return [BrokenTableRule("drift_rows", figures)]
    history = _history(settings, batch, entity)
    if batch.manifest["rows"] < drift.MIN_ROWS:
        history = None
    try:
        with Workbench(batch, entity) as bench:
            # a vendor may have none of an entity, and a suite has nothing to say about no rows
            is_empty = store.is_snapshot(batch) and not batch.manifest["rows"]
            judgement = Judgement([], []) if is_empty else _run_suite(session, bench, history)
            return judgement.table or _route(settings, bench, judgement, history)
    except duckdb.Error as error:
        raise ValidatorError(
            f"{_named(batch)}: DuckDB could not judge it: {error}. Nothing of the batch was used; run again."
        ) from error


def _history(settings: Settings, batch: Batch, entity: Entity) -> drift.History | None:
    """What is usual for the batch's stream; None where that means too little, or a person accepted the change."""
    judged = store.judged_batches(settings, batch.adapter, batch.entity)
    earlier = [one.manifest for one in judged]
    if store.is_snapshot(batch):
        last = max((one.batch.number for one in judged), default=0)
        landed = committed_batches(settings, batch.adapter, batch.entity)
        is_accepted = any(store.is_accepted(one) for one in landed if one.number > last)
        return None if is_accepted else drift.history_before(batch.number, earlier[-1:], entity, min_batches=1)
    return None if store.is_accepted(batch) else drift.history_before(batch.number, earlier, entity)


def _shrunk(settings: Settings, batch: Batch) -> str | None:
    """The figures, if a snapshot lost too much against the last one that was judged or that a person accepted."""
    if store.is_accepted(batch):
        return None
    trusted = [
        int(one.manifest["rows"])
        for one in committed_batches(settings, batch.adapter, batch.entity)
        if one.number < batch.number and (store.is_accepted(one) or store.manifest_of(settings, one) is not None)
    ]
    return drift.shrunk(int(batch.manifest["rows"]), trusted[-1]) if trusted else None


def _run_suite(session: Session, bench: Workbench, history: drift.History | None) -> Judgement:
    batch = bench.batch
    suite = import_module(f"expectations.{batch.entity}").suite()
    if bench.missing:  # row rules have nothing to stand on where a required column is absent
        suite.expectations = [
            expectation for expectation in suite.expectations if "table_rule" in (expectation.meta or {})
        ]
    elif history is not None:
        for expectation in drift.expectations(history):
            suite.add_expectation(expectation)
    name = f"{batch.entity} of {batch.adapter}, batch {batch.number}"
    validation = session.validate(bench.database, JUDGED, name, suite, run_name=batch.run_id)
    if len(validation.results) != len(suite.expectations):
        raise ValidatorError(
            f"{_named(batch)}: {len(suite.expectations)} checks were asked for and {len(validation.results)} answered."
        )
    return read_results(validation.results, JUDGED, _named(batch))


def _route(
    settings: Settings, bench: Workbench, judgement: Judgement, history: drift.History | None
) -> dict[str, Any] | list[BrokenTableRule]:
    batch, landed = bench.batch, bench.batch.manifest["rows"]
    with bench.connect() as connection:
        by_rule = find_refused(connection, bench, judgement.rows)
        if history is not None and (figures := drift.refused_too_many(history, sum(by_rule.values()), landed)):
            return [BrokenTableRule("drift_refused", figures)]
        non_null = count_filled(connection, bench)
        quarantined = write_quarantine(connection, bench, store.quarantine_folder(settings, batch) / store.PART)
        part = store.valid_folder(settings, batch) / store.PART
        valid = write_valid(connection, bench, part)
    if valid + quarantined != landed or quarantined != sum(by_rule.values()):
        raise ValidatorError(
            f"{_named(batch)}: {landed} rows landed, but {valid} are valid and {quarantined} quarantined ({by_rule}). Nothing was committed."
        )
    counts = {
        "adapter": batch.adapter,
        "domain": batch.domain,
        "entity": batch.entity,
        "run_id": batch.run_id,
        "batch": batch.number,
        "rows_landed": landed,
        "rows_valid": valid,
        "rows_quarantined": quarantined,
        "quarantined_by_rule": by_rule,
        "unknown_columns": bench.unknown_columns,
    }
    parts = {"non_null": non_null, "parts": [part_entry(part, valid)], "validated_at": utc_now().isoformat()}
    store.commit(settings, batch, {"format": store.FORMAT, **counts, **parts})
    return counts


def _breach(batch: Batch, broken: BrokenTableRule) -> str:
    return f"{_named(batch)} breaks the table rule {broken.rule}: {broken.figures}."


def _named(batch: Batch) -> str:
    return f"{batch.adapter}/{batch.entity} batch {batch.number} (run {batch.run_id})"
