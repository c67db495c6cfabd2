"""The run's summary on a terminal: colours and rules on a TTY, plain text into a pipe or a log."""

from __future__ import annotations

import io
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from rich import box
from rich.console import Console, ConsoleOptions, Group, RenderableType, RenderResult
from rich.table import Table
from rich.text import Text

_SHOWN_UNMAPPED = 3
_FATES = ("landed", "valid", "quarantined", "replaced", "deduplicated")
_MOST_PROBLEMS = 12


def render(summary: Mapping[str, Any]) -> RenderableType:
    """The summary for `console.print`."""
    return SummaryView(summary)


def plain_text(summary: Mapping[str, Any], width: int = 100) -> str:
    """The summary as text without colours, for logs."""
    console = Console(file=io.StringIO(), width=width, color_system=None, force_terminal=False)
    console.print(SummaryView(summary))
    return console.file.getvalue()  # type: ignore[attr-defined,no-any-return]


class SummaryView:
    """A summary that knows how to print itself."""

    def __init__(self, summary: Mapping[str, Any]) -> None:
        self.summary = summary

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        parts: list[RenderableType] = [_head(self.summary)]
        if self.summary["problems"]:
            parts.append(_problems(self.summary["problems"]))
        if self.summary["rows"]:
            parts.append(_rows(self.summary["rows"], is_plain=not console.is_terminal))
        parts.append(_facts(self.summary))
        yield Group(*parts)


def _head(summary: Mapping[str, Any]) -> Text:
    published, run = summary["published"], clean(summary["run_id"])
    if published["by_this_run"]:
        return Text(f"Published {published['version']}, as of {summary['as_of']}", style="bold green")
    kept = f"readers see {published['version']} as before" if published["version"] else "nothing was published before"
    return Text(f"Run {run}, as of {summary['as_of']}, published nothing; {kept}", style="bold red")


def _problems(problems: list[str]) -> Text:
    shown = [f"  ✗ {clean(problem)}" for problem in problems[:_MOST_PROBLEMS]]
    if len(problems) > _MOST_PROBLEMS:
        shown.append(f"  … and {len(problems) - _MOST_PROBLEMS} more in audit.json")
    return Text("\n".join(shown), style="red")


def _rows(rows: list[dict[str, Any]], is_plain: bool) -> Table:
    table = Table(
        box=None if is_plain else box.SIMPLE_HEAD,
        show_footer=True,
        show_edge=False,
        pad_edge=False,
        header_style="bold",
    )
    table.add_column("entity", footer="all")
    for fate in _FATES:
        table.add_column(fate, footer=_whole(sum(row[fate] for row in rows)), justify="right")
    for row in rows:
        cells = [Text(_whole(row[fate]), style=_shade(fate, row[fate])) for fate in _FATES]
        table.add_row(clean(row["entity"]), *cells)
    return table


def _facts(summary: Mapping[str, Any]) -> Table:
    """The figures and paths, one line each: what, value."""
    grid = Table.grid(padding=(0, 2))
    grid.add_column(style="dim", no_wrap=True)
    grid.add_column(overflow="fold")
    for label, value in [
        *_quality(summary),
        *(("warning", sentence) for sentence in summary.get("warnings", [])),
        *_unmapped(summary),
        *_restatements(summary),
        *_headline(summary["headline"]),
        *(("alerts", sentence) for sentence in summary.get("alerts", [])),
        *_places(summary["paths"]),
    ]:
        grid.add_row(label, Text(clean(value)))
    return grid


def _quality(summary: Mapping[str, Any]) -> list[tuple[str, str]]:
    tests, quarantine = summary["tests"], summary["quarantine"]
    by_rule = ", ".join(f"{number} {rule}" for rule, number in quarantine["by_rule"].items())
    return [
        (
            "tests",
            f"{tests['passed']} passed, {tests['failed']} failed, {tests['errors']} errors" if tests else "not run",
        ),
        ("quarantine", f"{_whole(quarantine['open'])} rows open{': ' + by_rule if by_rule else ''}"),
    ]


def _unmapped(summary: Mapping[str, Any]) -> list[tuple[str, str]]:
    """What somebody has to say in a mapping file; the first few, the rest is in the run's unmapped.json."""
    sentences = summary.get("unmapped", [])
    more = len(sentences) - _SHOWN_UNMAPPED
    lines = [("not mapped", sentence) for sentence in sentences[:_SHOWN_UNMAPPED]]
    return [*lines, ("not mapped", f"and {more} more: unmapped.json beside the summary")] if more > 0 else lines


def _restatements(summary: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Only where closed figures wait for somebody to decide."""
    pending = summary.get("restatements", {"figures": 0, "periods": 0})
    if not pending["figures"]:
        return []
    figures, periods = pending["figures"], pending["periods"]
    told = f"{_whole(figures)} figure{'s' if figures > 1 else ''} of {periods} closed quarter{'s' if periods > 1 else ''} or year{'s' if periods > 1 else ''}"
    return [
        (
            "restatements",
            f"{told} are not what is known now: marts.rpt_restatements lists them, make restate changes them",
        )
    ]


def _headline(headline: Mapping[str, Any] | None) -> list[tuple[str, str]]:
    if headline is None:
        return []
    lines = []
    for name in ("closed", "running"):
        score = headline["satisfaction"][name]
        if score:
            state = "" if name == "closed" else " (still open)"
            lines.append(("satisfaction", f"{score['quarter']}{state}: {_score(score)}"))
    key = headline["key_accounts"]
    if key:
        share = "" if key["revenue_share"] is None else f", {key['revenue_share']:.1%} of revenue"
        lines.append(("key accounts", f"{key['quarter']}: {key['key_accounts']} of {key['accounts']}{share}"))
    quadrants = headline["quadrants"]
    if quadrants:
        counts = ", ".join(f"{number} {name.replace('_', ' ')}" for name, number in quadrants["counts"].items())
        lines.append(("quadrants", f"{quadrants['quarter']}: {counts}"))
    for name, status in (("closed", "eligible"), ("open", "on_track")):
        year = headline["award"][name]
        if year:
            names = f": {', '.join(year[status])}" if year[status] else ""
            count = f"{len(year[status])} of {year['projects']} projects {status.replace('_', ' ')}"
            lines.append((f"award {year['award_year']}", f"{count}{names}"))
    return lines


def _places(paths: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Long homes are shortened to what is reachable from here."""
    lines = [
        (label, paths[name]) for label, name in (("tables", "parquet"), ("warehouse", "warehouse")) if name in paths
    ]
    for page in paths["reports"][-1:]:
        stem = Path(page)
        lines += [
            ("award report" if ending == "html" else "", str(stem.with_suffix(f".{ending}")))
            for ending in ("html", "pdf", "xlsx", "csv")
            if ending == "html" or stem.with_suffix(f".{ending}").exists()
        ]
    lines += [("data docs", path) for path in paths["data_docs"]]
    lines += [(label, paths[name]) for label, name in (("log", "log"), ("summary", "summary")) if name in paths]
    return [(label, _shortest(path)) for label, path in lines]


def _shortest(path: str) -> str:
    relative = os.path.relpath(path)
    return relative if not relative.startswith("..") else path


def _score(score: Mapping[str, Any]) -> str:
    interval = "" if score["ci95_low"] is None else f" [{score['ci95_low']:.2f}, {score['ci95_high']:.2f}]"
    return f"{score['mean']:.2f}{interval} of 5, {_whole(score['responses'])} responses"


def _shade(fate: str, number: int) -> str:
    if not number:
        return "dim"
    return "yellow" if fate == "quarantined" else ""


def _whole(number: int) -> str:
    return f"{number:,}"


def clean(text: Any) -> str:
    """Names come from the customers' files: nothing in them may steer the terminal."""
    return "".join(character if character.isprintable() else "�" for character in str(text))
