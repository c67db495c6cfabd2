"""The methodology page: what an award's auditor asks about the survey, answered from what was published, question by question."""

from __future__ import annotations

from scoreboard.quarter import SETTLE_DAYS
from scoreboard.reports import wording
from scoreboard.reports.award import asked, rule_tables, votes
from scoreboard.reports.award.blocks import Block, Section, Words
from scoreboard.reports.award.years import AwardYear
from scoreboard.warehouse.reader import Published


def method_section(published: Published, years: list[AwardYear]) -> Section:
    """The questionnaire with its answers."""
    numbers = [year.year for year in years]
    answers: list[tuple[str, str, list[Block | None]]] = [
        (
            "population",
            "Who could be asked? (population)",
            [
                Words(
                    "The customers of the last reporting quarter that starts in the year, by tier. An account that was invited without"
                    " being a customer in that quarter counts as “not a customer”. Only answers of customers themselves can count: never"
                    " those of employees, partners, tests or addresses of the company's own domains."
                ),
                asked.invitations(published, numbers),
            ],
        ),
        (
            "invitation",
            "Who was invited, and by what rule?",
            [
                Words(
                    "Scoreboard sees every invitation that was sent, not the plan behind it. The table above sets the share of each tier"
                    " among the invited beside its share among the customers; the one below does the same for tickets, agent by agent. A"
                    " choice of whom to ask shows as a difference. A staff survey's invitations are left out."
                ),
                asked.agents(published, numbers),
            ],
        ),
        (
            "response",
            "How many answered, on which channel?",
            [
                Words(
                    "Response rate: the share of the year's customer invitations of the project that a counted response answered. Channel:"
                    " that of the response, as recorded."
                ),
                asked.channels(published, numbers),
            ],
        ),
        (
            "waves",
            "When was it measured? (waves)",
            [
                Words(
                    "A wave is the one the survey names, else the calendar quarter of the response: a late answer keeps the name of its wave, also"
                    " one of the year before, and is listed below with its days. A response counts in the calendar year in"
                    f" which it was given, by local date ({published.record['settings']['timezone']}), up to {published.record['as_of']}."
                ),
                votes.waves(published, numbers),
            ],
        ),
        (
            "wording",
            "What was asked? (wording)",
            [
                Words(
                    "Every question with an answer that counted, as it reads now, with its weight in the response's score. A response is the"
                    " weighted mean of its answers on satisfaction and loyalty to questions that count for the award; a project is the plain"
                    " mean of its counted responses."
                ),
                asked.questions(published, numbers),
                *_wording_changes(published, numbers),
            ],
        ),
        (
            "scale",
            "On which scale, and how is it made equivalent to five points?",
            [
                Words(
                    "In equal steps: score = 1 + 4 × (value − lowest) ÷ (highest − lowest). Where a high value means the worse answer, the"
                    " result is turned over (6 − score). The other reading of “or equivalent” is simple proportion, 5 × value ÷ highest:"
                    " its mean is in the workbook beside each decision, and a decision that hangs on it is named on the first pages."
                ),
                asked.scales(published, numbers),
                *_class_bounds(years),
            ],
        ),
        (
            "exclusions",
            "What was left out, and why?",
            [
                Words(
                    "Every response of the year was considered. Each was counted or left out for the first reason that applies."
                ),
                votes.exclusions(published, numbers),
                votes.exclusions_by_project(published, years),
            ],
        ),
        (
            "integrity",
            "Which votes look doubtful?",
            [
                Words("Flags ask a person to look; they take no vote away."),
                votes.integrity(published, numbers),
            ],
        ),
        (
            "rule",
            "By which rule is it decided, and since when is it valid?",
            [
                Words(
                    "Mean and waves are the award's published rule. The decision is taken on the unrounded mean; figures are rounded for"
                    f" reading only, and a year is closed {SETTLE_DAYS} days after its last day. A year is judged by the rule in force on"
                    " its 31 December; valid from 1900-01-01 means since ever. The evidence policy makes the grade (A without a reason to doubt, then B, C, D), which decides nothing;"
                    " the integrity policy makes the flags."
                ),
                rule_tables.rules(years),
            ],
        ),
        (
            "settings",
            "With which data and settings was it computed?",
            [rule_tables.settings(published), rule_tables.hashes(published)],
        ),
    ]
    sections = tuple(
        Section(f"method-{anchor}", f"{number}. {title}", tuple(block for block in blocks if block is not None))
        for number, (anchor, title, blocks) in enumerate(answers, start=1)
    )
    return Section("method", "Method: answers to an auditor's questions", (), sections)


def _wording_changes(published: Published, years: list[int]) -> list[Block]:
    changes = asked.wording_changes(published, years)
    if not changes.rows:
        return [Words(f"No wording or scale of a question changed in {_named(years)}.")]
    return [
        Words(
            "Wording or scale changed in these years; where votes stand on both sides of a change, the series before and after it is not the same."
        ),
        changes,
    ]


def _class_bounds(years: list[AwardYear]) -> list[Block]:
    rows = [row for year in years for row in year.projects if row["class_answer_count"]]
    if not rows:
        return [Words("No counted answer tells a mere class (good or bad); every one tells its score.")]
    return [
        Words(
            "Answers that tell a mere class, such as good or bad, stand for a range of scores. The means with every one of them at the lowest"
            f" and at the highest of its class are in the workbook; this concerns {wording.listing(sorted({row['project_name'] for row in rows}))}."
        )
    ]


def _named(years: list[int]) -> str:
    return wording.listing([str(year) for year in years])
