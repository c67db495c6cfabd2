"""The award report of a quarter: the eligibility list as CSV, and one HTML page that explains every decision on it.

Both come from the live version alone, so the same version always gives the same bytes.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from scoreboard import atomic
from scoreboard.quarter import SETTLE_DAYS, Quarter
from scoreboard.reports import wording
from scoreboard.reports.cells import csv_text
from scoreboard.reports.recipients import groups
from scoreboard.reports.trail import Trail, trail_of
from scoreboard.settings import Settings
from scoreboard.warehouse.reader import Published, Row, open_published

_TEMPLATES = Path(__file__).with_name("templates")
# a mean this near below the threshold is worth naming
_CLOSE = 0.05
_ORDER = {"eligible": 0, "on_track": 0, "at_risk": 1, "not_eligible": 1, "no_data": 2}


@dataclass(frozen=True)
class Project:
    """One project's line: its `overall` row in words, and its categories that have answers."""

    row: Row
    status: str
    mean: str
    note: str | None
    needed: str
    why: list[str]
    reasons: list[str]
    categories: dict[str, Row]


@dataclass(frozen=True)
class AwardYear:
    """One calendar year of the report."""

    year: int
    is_closed: bool
    sentence: str
    projects: list[Project]
    threshold: str
    min_waves: int
    considered: int
    counted: int
    exclusions: list[tuple[str, int]]
    conversions: list[str]
    notes: list[tuple[str, str]]

    @property
    def tally(self) -> list[tuple[str, str, int]]:
        """(status, its word, number of projects), the statuses that can occur in such a year."""
        statuses = ("eligible", "not_eligible", "no_data") if self.is_closed else ("on_track", "at_risk", "no_data")
        return [
            (status, wording.STATUS[status], sum(project.row["status"] == status for project in self.projects))
            for status in statuses
        ]


def write_award_report(settings: Settings, quarter: Quarter) -> dict[str, str]:
    """Write reports/<quarter>/award_report.{csv,html} from the live version; returns their paths.

    Covers the calendar years the quarter touches; while none of them is decided, also the year before. Raises PublishError before the first publish.
    """
    folder = settings.reports / quarter.label
    with open_published(settings) as published:
        years = _years(published, quarter)
        columns = published.columns("rpt_award_eligibility")
        rows = published.rows(
            "select * from marts.rpt_award_eligibility where list_contains(?, award_year)"
            " order by award_year, project_id, category <> 'overall', category",
            [years],
        )
        html = _page(published, quarter, years, rows)
    csv_path = atomic.write_text(
        folder / "award_report.csv", csv_text(columns, ([row[name] for name in columns] for row in rows))
    )
    html_path = atomic.write_text(folder / "award_report.html", html)
    return {"csv": str(csv_path), "html": str(html_path)}


def _years(published: Published, quarter: Quarter) -> list[int]:
    """The calendar years of the report, in order; one that is decided among them, where there is one."""
    touched = sorted({quarter.start.year, quarter.end.year})
    if any(_is_closed(published, year) for year in touched):
        return touched
    before = published.rows(
        "select distinct award_year from marts.rpt_award_eligibility where award_year = ?", [touched[0] - 1]
    )
    return [row["award_year"] for row in before] + touched


def _is_closed(published: Published, year: int) -> bool:
    return Quarter(date(year, 10, 1)).is_closed(date.fromisoformat(published.record["as_of"]))


def _page(published: Published, quarter: Quarter, years: list[int], rows: list[Row]) -> str:
    environment = Environment(
        loader=FileSystemLoader(_TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    award_years = [_award_year(published, year, [row for row in rows if row["award_year"] == year]) for year in years]
    return environment.get_template("award_report.html.j2").render(
        quarter=quarter,
        record=published.record,
        years=award_years,
        categories=wording.CATEGORIES,
        statuses=wording.STATUS,
        mean_text=wording.mean_text,
        settle_days=SETTLE_DAYS,
        recipients=_recipients(published, max(years)),
        trail=_example(published, award_years),
    )


def _award_year(published: Published, year: int, rows: list[Row]) -> AwardYear:
    is_closed = _is_closed(published, year)
    by_project: dict[str, dict[str, Row]] = {}
    for row in rows:
        by_project.setdefault(row["project_id"], {})[row["category"]] = row
    projects = sorted(
        (_project(categories) for categories in by_project.values() if "overall" in categories), key=_place
    )
    evidence = published.rows(
        "select coalesce(exclusion_reason, 'counted') as fate, count(*) as responses from marts.rpt_award_evidence"
        " where award_year = ? group by 1 order by 2 desc, 1",
        [year],
    )
    fates = {row["fate"]: row["responses"] for row in evidence}
    rule = projects[0].row if projects else {"threshold": 0.0, "min_waves": 0}
    return AwardYear(
        year=year,
        is_closed=is_closed,
        sentence=_sentence(year, is_closed, projects),
        projects=projects,
        threshold=wording.number(rule["threshold"]),
        min_waves=rule["min_waves"],
        considered=sum(fates.values()),
        counted=fates.pop("counted", 0),
        exclusions=[(wording.in_words(fate, wording.EXCLUSIONS), amount) for fate, amount in fates.items()],
        conversions=[p.row["project_name"] for p in projects if p.row["decision_depends_on_conversion"]],
        notes=[(p.row["project_name"], p.note) for p in projects if p.note],
    )


def _project(categories: dict[str, Row]) -> Project:
    row = categories["overall"]
    return Project(
        row=row,
        status=wording.in_words(row["status"], wording.STATUS),
        mean=wording.mean_text(row["mean_score"], row["threshold"]),
        note=wording.rounding_note(row["mean_score"], row["threshold"]),
        needed=wording.needed_text(row["needed_mean_rest_of_year"]),
        why=_why(row),
        reasons=[wording.in_words(code, wording.BLOCKING) for code in wording.codes(row["blocking_reasons"])],
        categories={name: found for name, found in categories.items() if name != "overall" and found["response_count"]},
    )


def _why(row: Row) -> list[str]:
    """What decided, in the rule's own terms."""
    if row["status"] == "no_data":
        return ["no response counted"]
    is_high = row["mean_score"] >= row["threshold"] - wording.TOLERANCE
    mean = f"mean {'at or above' if is_high else 'below'} {wording.number(row['threshold'])}"
    return [mean, f"{row['waves']} of {row['min_waves']} waves"]


def _place(project: Project) -> tuple[int, float, str, str]:
    """Those that pass first, then by mean from the top, then by name."""
    row = project.row
    return _ORDER.get(row["status"], 1), -(row["mean_score"] or 0.0), row["project_name"], row["project_id"]


def _sentence(year: int, is_closed: bool, projects: list[Project]) -> str:
    """The year's result in words."""

    def named(status: str) -> list[str]:
        return [project.row["project_name"] for project in projects if project.row["status"] == status]

    if not projects:
        return f"There are no projects to judge for {year}."
    good = named("eligible" if is_closed else "on_track")
    few = "is" if len(good) <= 1 else "are"
    total = wording.count(len(projects), "project")
    if is_closed:
        head = f"{len(good) or 'None'} of {total} {few} eligible for the {year} award"
    else:
        head = f"The year {year} is still open: {len(good) or 'none'} of {total} {few} on track"
    silent = len(named("no_data"))
    tail = f" {wording.count(silent, 'project')} had no counted response." if silent else ""
    return f"{head}{': ' + wording.listing(good) if good else ''}.{_near_misses(projects) if is_closed else ''}{tail}"


def _near_misses(projects: list[Project]) -> str:
    """Who came close in a closed year, and what was missing."""
    said = ""
    judged = [project.row for project in projects if project.row["status"] == "not_eligible"]
    short_of_waves = [row for row in judged if row["waves"] < row["min_waves"]]
    high = [row["project_name"] for row in short_of_waves if row["mean_score"] >= row["threshold"] - wording.TOLERANCE]
    low = [row for row in judged if row not in short_of_waves]
    if low and low[0]["threshold"] - low[0]["mean_score"] < _CLOSE:
        gap = wording.plain(low[0]["threshold"] - low[0]["mean_score"])
        said += f" {low[0]['project_name']} missed the mean of {wording.number(low[0]['threshold'])} by {gap}."
    if high:
        said += f" {wording.listing(high)} had the mean, but too few waves."
    return said


def _recipients(published: Published, year: int) -> list[tuple[str, list[tuple[str, list[str]]]]]:
    """(heading, groups) per award, for its latest year up to `year` that has recipients."""
    rows = published.rows(
        "select * from marts.rpt_award_recipients as listed where award_year ="
        " (select max(award_year) from marts.rpt_award_recipients where award = listed.award and award_year <= ?)",
        [year],
    )
    by_award: dict[str, list[Row]] = {}
    for row in rows:
        by_award.setdefault(row["award"], []).append(row)
    return [
        (f"{wording.AWARDS.get(award, award)} {listed[0]['award_year']} recipients", groups(listed))
        for award, listed in sorted(by_award.items(), key=lambda item: (item[0] != "nfsb", item[0]))
    ]


def _example(published: Published, years: list[AwardYear]) -> Trail | None:
    """A project whose figure is followed step by step: the first one listed that has responses."""
    for award_year in years:
        for project in award_year.projects:
            trail = trail_of(published, project.row["project_id"], project.row["project_name"], award_year.year)
            if trail:
                return trail
    return None
