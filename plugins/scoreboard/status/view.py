"""The status on a terminal: what needs a person, then one line per thing that goes well."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from rich.console import Console, ConsoleOptions, Group, RenderResult
from rich.table import Table
from rich.text import Text

from scoreboard.status.parts import first_line, hours_since, is_ahead
from scoreboard.summary_view import clean

_MARKS = {
    "fresh": ("✓", "green"),
    "late": ("✗", "red"),
    "damaged": ("✗", "red"),
    "future": ("✗", "red"),
    "unreadable": ("✗", "red"),
    "broken off": ("✗", "red"),
    "success": ("✓", "green"),
    "failed": ("✗", "red"),
}
_NEED_A_PERSON = ("damaged", "unreadable", "future", "late")  # the worst first
_MOST_RULES = 6
_SEVERITIES = ("critical", "high", "medium", "low")


class StatusView:
    """A status that knows how to print itself; `is_whole` shows every stream."""

    def __init__(self, status: dict[str, Any], is_whole: bool = False) -> None:
        self.status = status
        self.is_whole = is_whole

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        yield Group(_head(self.status), *_attention(self.status["attention"]), _lines(self.status, self.is_whole))


def _head(status: dict[str, Any]) -> Text:
    number = len(status["attention"])
    home = clean(status["home"])
    if number:
        return Text(
            f"{number} thing{'s' if number > 1 else ''} need{'' if number > 1 else 's'} a person · {home}", "bold red"
        )
    if status["is_empty"]:
        return Text(f"Nothing has run in {home} yet: `make demo` shows a company, `make run` takes your files", "bold")
    return Text(f"All is well · {home}", "bold green")


def _attention(attention: list[dict[str, str]]) -> Iterator[Text]:
    for one in attention:
        yield Text.assemble(("✗ ", "red"), (f"{clean(one['about'])}: ", "bold"), clean(first_line(one["sentence"])))
        if one["do"]:
            yield Text(f"  → {clean(one['do'])}", "yellow")


def _lines(status: dict[str, Any], is_whole: bool) -> Table:
    grid = Table.grid(padding=(0, 2))
    grid.add_column(style="dim", no_wrap=True)
    grid.add_column(overflow="fold")
    grid.add_row("as of", Text(f"{status['as_of']}, looked at {status['at']}"))
    for label, name, lines in (
        ("sources", "sources", _sources),
        ("runs", "runs", _runs),
        ("published", "versions", _versions),
        ("quarantine", "quarantine", _quarantine),
        ("quarters", "quarters", _quarters),
        ("alerts", "alerts", _alerts),
        ("disk", "disk", _disk),
    ):
        told = status[name]
        found = list(lines(told, is_whole)) if told else [Text("cannot be told", "dim")]
        for number, line in enumerate(found):
            grid.add_row("" if number else label, line)
    return grid


def _sources(told: dict[str, Any], is_whole: bool) -> Iterator[Text]:
    by_source: dict[str, list[dict[str, Any]]] = {}
    for feed in told["feeds"]:
        by_source.setdefault(feed["source"], []).append(feed)
    for source, feeds in by_source.items():
        yield _source(source, feeds, told["expected_hours"])
        for feed in feeds:
            if feed["state"] in _NEED_A_PERSON or (is_whole and (feed["last_landing"] or feed["last_read"])):
                yield _stream(feed)
    for batch in told["waiting"]:
        what = f"{batch['rows']:,} rows of {batch['feed']}/{batch['entity']}, run {batch['run_id']}"
        yield Text(f"  waits at the door: {clean(what)}", "yellow")


def _source(source: str, feeds: list[dict[str, Any]], expected: float) -> Text:
    states = {feed["state"] for feed in feeds}
    rows = f"{sum(feed['rows'] for feed in feeds):,} rows"
    if states == {"never"}:
        return Text(f"– {clean(source)}: nothing landed yet", "dim")
    if states == {"unused"}:
        return Text(f"– {clean(source)}: not read with these settings; {rows} landed before", "dim")
    worst = next((state for state in _NEED_A_PERSON if state in states), "fresh")
    asked = [feed["last_read"] for feed in feeds if feed["last_read"]]
    read = f"read {_ago(min(asked))} (expected every {expected:g} h), " if asked else ""
    landings = [feed["last_landing"] for feed in feeds if feed["last_landing"]]
    if not landings:
        return Text.assemble(_mark(worst), f"{clean(source)}: {read}{rows} so far")
    streams = _counted(len(landings), "stream")
    return Text.assemble(
        _mark(worst), f"{clean(source)}: {read}{streams}, {rows}, the last landed {_ago(max(landings))}"
    )


def _stream(feed: dict[str, Any]) -> Text:
    read = f", read {_ago(feed['last_read'])}" if feed["last_read"] else ""
    cursor = f", up to {feed['cursor'][:19]}" if feed["cursor"] else ""
    what = f"{clean(feed['stream'])}: {feed['rows']:,} rows, landed {_ago(feed['last_landing'])}{read}{cursor}"
    return Text.assemble(
        "  ", _mark(feed["state"]), what, (f" {feed['state']}" if feed["state"] != "fresh" else "", "red")
    )


def _runs(told: dict[str, Any], is_whole: bool) -> Iterator[Text]:
    if told["is_in_use"]:
        yield Text("a run or `make up` is at work in this home", "cyan")
    for one in told["going_on"]:
        yield Text(f"at work: {clean(one['dag_id'])}, begun {_ago(one['started'])}", "cyan")
    for run in told["last"]:
        what = f"published {run['published']}" if run["published"] else ", ".join(run["dags"])
        line = Text.assemble(
            _mark(run["state"]), f"{clean(run['run'])} {run['state']}{': ' + clean(what) if what else ''}"
        )
        yield line
        for sentence in run["sentences"] if is_whole else []:
            yield Text(f"  {clean(first_line(sentence))}", "red")
    if not told["last"]:
        yield Text("none yet", "dim")


def _versions(told: dict[str, Any], is_whole: bool) -> Iterator[Text]:
    if not told["live"]:
        yield Text("nothing yet", "dim")
        return
    back = f", put back from {told['rolled_back_from']}" if told["rolled_back_from"] else ""
    yield Text(
        f"{told['live']}, as of {told['as_of']}, {_ago(told['published_at'])}{back}; {_counted(len(told['kept']), 'version')} kept"
    )
    if told.get("postgres"):
        yield Text(f"PostgreSQL shows {told['postgres']['version']}, {_ago(told['postgres']['at'])}")


def _quarantine(told: dict[str, Any], is_whole: bool) -> Iterator[Text]:
    change = "" if told["change"] is None else f" ({told['change']:+,} since the version before)"
    yield Text(f"{told['open']:,} rows open{change}")
    rows = (
        told["rows"]
        if is_whole
        else [row for row in told["rows"] if row["change"] or told["change"] is None][:_MOST_RULES]
    )
    for row in rows:
        moved = "" if not row["change"] else f" ({row['change']:+,})"
        yield Text(f"  {row['entity']:<14} {row['rule']:<22} {row['open']:>7,}{moved}")
    if len(rows) < len(told["rows"]):
        yield Text(f"  and {len(told['rows']) - len(rows)} more: make status ALL=1, or marts.rpt_quarantine", "dim")


def _quarters(told: dict[str, Any], is_whole: bool) -> Iterator[Text]:
    frozen = f", {told['closed']} frozen" if told["closed"] else ""
    style = "red" if told["report"] == "late" else ""
    coming = told["next"]
    yield Text(
        f"{told['last_closed']} is closed{frozen}, its award report is {told['report']}; {coming['quarter']} closes on {coming['closes_on']}",
        style,
    )


def _alerts(told: dict[str, Any], is_whole: bool) -> Iterator[Text]:
    by_severity = told["by_severity"]
    ordered = sorted(by_severity, key=lambda name: _SEVERITIES.index(name) if name in _SEVERITIES else len(_SEVERITIES))
    kinds = ", ".join(f"{by_severity[severity]:,} {severity}" for severity in ordered)
    yield Text(f"{told['open']:,} open{': ' + kinds if kinds else ''}; {told['untouched']:,} not acknowledged")
    if told["deliveries"]:
        yield Text("deliveries: " + ", ".join(f"{number:,} {state}" for state, number in told["deliveries"].items()))


def _disk(told: dict[str, Any], is_whole: bool) -> Iterator[Text]:
    largest = sorted(told["folders"].items(), key=lambda item: -item[1])[: None if is_whole else 3]
    parts = ", ".join(f"{name} {_bytes(size)}" for name, size in largest)
    yield Text(f"{_bytes(told['used'])} used{' (' + parts + ')' if parts else ''}, {_bytes(told['free'])} free")


def _mark(state: str) -> tuple[str, str]:
    mark, style = _MARKS.get(state, ("·", "yellow"))
    return f"{mark} ", style


def _counted(number: int, what: str) -> str:
    return f"{number:,} {what}{'' if number == 1 else 's'}"


def _ago(stamp: str | None) -> str:
    hours = hours_since(stamp)
    if stamp is None:
        return "never"
    if hours is None:
        return f"at {clean(stamp)}"
    if is_ahead(hours):
        return f"in the future ({stamp[:16]})"
    hours = max(hours, 0.0)
    if hours < 1:
        return f"{hours * 60:.0f} min ago"
    return f"{hours:.0f} h ago" if hours < 72 else f"on {datetime.fromisoformat(stamp):%Y-%m-%d}"


def _bytes(size: int) -> str:
    for unit, factor in (("GB", 1e9), ("MB", 1e6)):
        if size >= factor:
            return f"{size / factor:.1f} {unit}"
    return f"{size / 1e3:.0f} kB"
