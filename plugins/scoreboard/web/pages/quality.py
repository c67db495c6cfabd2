"""Data quality: what became of every row that landed, and the rows in quarantine with the reason for each."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, HTTPException, Query
from fastapi.responses import HTMLResponse

from scoreboard.web import documents
from scoreboard.web.access import Writer
from scoreboard.web.data import quality as data
from scoreboard.web.data.listing import Row
from scoreboard.web.data.masking import full_content, masked_content, masked_key, masked_reason
from scoreboard.web.paging import AskedPage
from scoreboard.web.view import Page

router = APIRouter()
_log = logging.getLogger(__name__)

Rule = Literal[
    "",
    "missing_required",
    "wrong_type",
    "unknown_enum",
    "out_of_scale",
    "no_fx_rate",
    "orphan_key",
    "conflicting_duplicate",
]


@dataclass(frozen=True)
class Asked:
    """What the address asks for."""

    entity: Annotated[str, Query(max_length=200)] = ""
    rule: Annotated[Rule, Query()] = ""
    status: Annotated[Literal["open", "released", "all"], Query()] = "open"
    key: Annotated[str, Query(max_length=200, description="a row's key")] = ""
    file: Annotated[str, Query(max_length=400, description="a file below inbox/")] = ""


@router.get("/quality")
def quality(view: Page, run: Annotated[str, Query(max_length=200, description="a run")] = "") -> HTMLResponse:
    """One run's counts per entity, the runs before it, and what is open in quarantine."""
    runs = view.snapshot.once("quality.runs", lambda: data.measured_runs(view.snapshot))
    shown = run or (runs[0]["run_id"] if runs else "")
    rows = data.quality(view.snapshot, shown)
    if run and not rows:
        raise HTTPException(404, f"No run {run!r} is in the data quality of this version.")
    return view.page(
        "quality.html.j2",
        title="Data quality",
        runs=runs,
        run=shown,
        rows=rows,
        totals={name: sum(row[name] for row in rows) for name in data.FATES},
        refused=view.snapshot.once("quality.refused", lambda: data.open_rows(view.snapshot)),
        fates=data.FATES,
        data_docs=documents.listed(view.settings).data_docs,
    )


@router.get("/quarantine")
def quarantine(view: Page, asked: Annotated[Asked, Depends()], page: AskedPage = 1) -> HTMLResponse:
    """Refused rows, what may be about a person covered."""
    found = data.quarantine(
        view.snapshot,
        data.QuarantineFilter(
            entity=asked.entity,
            rule=asked.rule,
            status=None if asked.status == "all" else asked.status,
            key=asked.key.strip(),
            file=asked.file.strip(),
            page=page,
        ),
    )
    return view.page(
        "quarantine.html.j2",
        title="Quarantine",
        asked=asked,
        found=found,
        rows=[_covered(row) for row in found.rows],
        query={name: getattr(asked, name) for name in asked.__dataclass_fields__},
        entities=data.ENTITY_NAMES,
        rules=data.RULES,
    )


@router.get("/quarantine/row")
def uncovered(
    person: Writer, view: Page, row_id: Annotated[str, Query(alias="id", min_length=1, max_length=400)]
) -> HTMLResponse:
    """One refused row as it came, for those who may write; who looked is in the server's log."""
    row = data.quarantined_row(view.snapshot, row_id)
    if row is None:
        raise HTTPException(404, f"No row {row_id!r} is in quarantine in this version.")
    _log.info("quarantined row %r: uncovered for %r", row_id, person.name)
    return view.page(
        "quarantined_row.html.j2", title="A row in quarantine", row=row, cells=full_content(row["content"])
    )


def _covered(row: Row) -> Row:
    return row | {
        "row_key": masked_key(row["row_key"]),
        "reason": masked_reason(row["reason"] or "", row["entity"], row["content"]),
        "cells": masked_content(row["entity"], row["content"]),
        "content": None,
    }
