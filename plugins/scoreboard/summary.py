"""What a run did, in one page: rows by fate, tests, the version published, the headline figures, where to look.

`write_summary` gathers it from the published version and the run's own files; `render` (summary_view) shows it.
"""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

from scoreboard import atomic
from scoreboard.quarter import Quarter
from scoreboard.settings import Settings
from scoreboard.summary_view import plain_text, render
from scoreboard.warehouse import versions
from scoreboard.warehouse.quoting import fill, identifier
from scoreboard.warehouse.reader import Published, Row, open_published

__all__ = ["QUADRANTS", "add_alerts", "plain_text", "render", "write_summary"]

QUADRANTS = ("raving_fans", "silent_but_satisfied", "willing_but_not_able", "risky_business")


def write_summary(settings: Settings, run_id: str) -> dict[str, Any]:
    """Write runs/<run_id>/summary.json and return it.

    A run that published nothing still gets a summary: it says why, and shows what readers see instead.
    """
    folder = settings.runs / run_id
    live = versions.current(settings)
    audit = _json(folder / "audit.json") or {}
    is_own = live is not None and live["run_id"] == run_id
    summary: dict[str, Any] = {
        "run_id": run_id,
        "as_of": settings.as_of.isoformat(),
        "published": {
            "version": live["version"] if live else None,
            "by_this_run": is_own,
            "as_of": live["as_of"] if live else None,
            "previous": live["previous"] if live else None,
        },
        "problems": list(audit.get("problems", [])),
        "tests": _tests(folder),
        "warnings": _warnings(folder),
        "rows": [],
        "quarantine": {"open": 0, "by_rule": {}},
        "restatements": {"figures": 0, "periods": 0},
        "unmapped": _unmapped(folder),
        "headline": None,
        "paths": _paths(settings, folder),
    }
    if live:
        with open_published(settings) as published:
            summary["rows"] = _rows(published, run_id)
            summary["quarantine"] = _quarantine(published)
            summary["restatements"] = _pending(published)
            summary["headline"] = {
                "satisfaction": _satisfaction(published),
                "key_accounts": _key_accounts(published),
                "quadrants": _quadrants(published),
                "award": _award(published),
            }
    atomic.write_json(folder / "summary.json", summary)
    return summary


def add_alerts(settings: Settings, run_id: str, alerts: dict[str, Any]) -> None:
    """Write what became of a run's alerts: runs/<run_id>/alerts.json, and its sentences into the run's summary where there is one."""
    folder = settings.runs / run_id
    atomic.write_json(folder / "alerts.json", alerts)
    summary = _json(folder / "summary.json")
    if summary is not None:
        atomic.write_json(folder / "summary.json", summary | {"alerts": alerts["sentences"]})


def _tests(folder: Path) -> dict[str, int] | None:
    results = _json(folder / "dbt_results.json")
    return {name: int(results[name]) for name in ("passed", "failed", "errors")} if results else None


def _warnings(folder: Path) -> list[str]:
    """What dbt's tests found that stops nothing and yet somebody should look at, a sentence each."""
    nodes = (_json(folder / "dbt_results.json") or {}).get("nodes", [])
    warned = [node for node in nodes if node["status"] == "warn"]
    return [
        f"{node['sentence'] or node['name']} ({node['failures']} row{'s' if node['failures'] != 1 else ''})"
        for node in warned
    ]


def _unmapped(folder: Path) -> list[str]:
    """What the vendors delivered and no mapping file explains, a sentence each; the rows wait in quarantine."""
    domains = _json(folder / "unmapped.json") or {}
    return [str(found["sentence"]) for told in domains.values() for found in told["unmapped"]]


def _rows(published: Published, run_id: str) -> list[Row]:
    """One row per entity: what became of every row ever landed, as this run saw it."""
    return published.rows(
        "select entity, landed, valid, quarantined, replaced, deduplicated from marts.rpt_data_quality"
        " where run_id = ? order by entity",
        [run_id],
    )


def _quarantine(published: Published) -> dict[str, Any]:
    rows = published.rows(
        "select rule, count(*) as refused from marts.rpt_quarantine where status = 'open' group by rule order by 2 desc, 1"
    )
    by_rule = {row["rule"]: row["refused"] for row in rows}
    return {"open": sum(by_rule.values()), "by_rule": by_rule}


def _pending(published: Published) -> dict[str, int]:
    """Figures of closed quarters and award years that are not what is known now, and of how many such periods."""
    if not published.has("rpt_restatements"):
        return {"figures": 0, "periods": 0}
    [row] = published.rows(
        "select count(*) as figures, count(distinct quarter_start_date) + count(distinct award_year) as periods"
        " from marts.rpt_restatements where status = 'pending'"
    )
    return row


def _satisfaction(published: Published) -> dict[str, Row | None]:
    """The global score of the latest closed quarter that has one, and of the latest that is not closed yet."""
    rows = published.rows(
        "select quarters.quarter_label as quarter, scores.mean_score as mean, scores.ci95_low, scores.ci95_high,"
        " scores.response_count as responses, scores.is_closed"
        " from marts.fct_satisfaction_quarterly as scores"
        " inner join marts.dim_quarters as quarters on scores.quarter_start_date = quarters.quarter_start_date"
        " where scores.scope_type = 'global' and scores.category = 'overall' order by scores.quarter_start_date desc"
    )
    return {
        "closed": next((row for row in rows if row["is_closed"]), None),
        "running": next((row for row in rows if not row["is_closed"]), None),
    }


def _headline_quarter(published: Published, table: str) -> date | None:
    """The latest closed quarter a table has, else the running one: in a quarter of a few days everybody looks disengaged."""
    [row] = published.rows(
        fill(
            "select coalesce(max(quarter_start_date) filter (where is_closed), max(quarter_start_date)) as quarter"
            " from {table} inner join marts.dim_quarters using (quarter_start_date)",
            table=identifier("marts", table),
        )
    )
    quarter: date | None = row["quarter"]
    return quarter


def _key_accounts(published: Published) -> Row | None:
    """Of the latest closed quarter: how many accounts are key, of how many, with which share of the revenue (null without revenue)."""
    rows = published.rows(
        "select max(quarters.quarter_label) as quarter, count(*) as accounts,"
        " count(*) filter (where account_tier = 'key') as key_accounts,"
        " sum(revenue_share) filter (where account_tier = 'key') as revenue_share"
        " from marts.fct_account_tiers as tiers"
        " inner join marts.dim_quarters as quarters on tiers.quarter_start_date = quarters.quarter_start_date"
        " where tiers.quarter_start_date = ? having count(*) > 0",
        [_headline_quarter(published, "fct_account_tiers")],
    )
    return rows[0] if rows else None


def _quadrants(published: Published) -> dict[str, Any] | None:
    """Accounts per quadrant in the latest closed quarter, all four named."""
    rows = published.rows(
        "select quarters.quarter_label as quarter, quadrant, count(*) as accounts"
        " from marts.fct_account_quadrants as placed"
        " inner join marts.dim_quarters as quarters on placed.quarter_start_date = quarters.quarter_start_date"
        " where placed.quarter_start_date = ? group by all",
        [_headline_quarter(published, "fct_account_quadrants")],
    )
    if not rows:
        return None
    found = {row["quadrant"]: row["accounts"] for row in rows}
    return {"quarter": rows[0]["quarter"], "counts": {name: found.get(name, 0) for name in QUADRANTS}}


def _award(published: Published) -> dict[str, Any]:
    """Eligible projects of the latest closed award year, and those on track in the latest open one."""
    rows = published.rows(
        "select award_year, project_name, status from marts.rpt_award_eligibility where category = 'overall'"
        " order by award_year desc, project_name, project_id"
    )
    as_of = date.fromisoformat(published.record["as_of"])
    is_closed = {year: Quarter(date(year, 10, 1)).is_closed(as_of) for year in {row["award_year"] for row in rows}}
    return {
        "closed": _award_year(rows, [year for year in is_closed if is_closed[year]], "eligible"),
        "open": _award_year(rows, [year for year in is_closed if not is_closed[year]], "on_track"),
    }


def _award_year(rows: list[Row], years: list[int], status: str) -> dict[str, Any] | None:
    if not years:
        return None
    year = max(years)
    of_year = [row for row in rows if row["award_year"] == year]
    return {
        "award_year": year,
        "projects": len(of_year),
        status: [row["project_name"] for row in of_year if row["status"] == status],
    }


def _paths(settings: Settings, folder: Path) -> dict[str, Any]:
    """Where to look; only what is there."""
    candidates = {
        "parquet": settings.published / "parquet",
        "warehouse": settings.published / "warehouse.duckdb",
        "log": folder / "log.txt",
        "summary": folder,
    }
    found: dict[str, Any] = {name: str(path) for name, path in candidates.items() if path.exists()}
    found["summary"] = str(folder / "summary.json")
    found["reports"] = [str(path) for path in sorted(settings.reports.glob("*/award_report.html"))]
    found["data_docs"] = [str(path) for path in sorted(settings.reports.glob("data_docs/*/index.html"))]
    return found


def _json(path: Path) -> dict[str, Any] | None:
    try:
        return dict(json.loads(path.read_text(encoding="utf-8")))
    except FileNotFoundError:
        return None
