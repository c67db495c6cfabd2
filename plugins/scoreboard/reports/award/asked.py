"""What was asked of whom: invitations, channels, questions and scales of the years of a report."""

from __future__ import annotations

from collections import Counter

from scoreboard.reports import wording
from scoreboard.reports.award.blocks import Column, Table
from scoreboard.reports.award.per_project import per_project
from scoreboard.reports.award.years import rows_of
from scoreboard.reports.plain_text import one_line
from scoreboard.warehouse.reader import Published, Row

_INVITED = (
    Column("eligible_count", "Could be asked", "whole"),
    Column("eligible_share", "Share of them", "share"),
    Column("invited_count", "Invited", "whole"),
    Column("invited_share", "Share of the invited", "share"),
    Column("share_difference", "Difference", "share"),
    Column("answered_count", "Answered", "whole"),
    Column("response_rate", "Response rate", "share"),
)
_MOST_CHANNELS = 8
_LONGEST_HEAD = 24
_COUNTED_ANSWERS = (
    " from marts.rpt_award_evidence as evidence"
    " inner join marts.fct_survey_answers as answers on evidence.response_id = answers.response_id"
    " inner join marts.dim_questions as questions on answers.question_id = questions.question_id"
    " where evidence.is_counted and answers.value is not null and answers.measure in ('satisfaction', 'loyalty')"
    " and questions.counts_for_award and list_contains(?, evidence.award_year)"
)


def invitations(published: Published, years: list[int]) -> Table:
    """Accounts that could be asked, were invited and answered, by tier."""
    rows = rows_of(
        published,
        "rpt_award_invitations",
        "select * from marts.rpt_award_invitations where dimension = 'tier' and list_contains(?, award_year)"
        " order by award_year, project_id, group_id",
        [years],
    )
    tiered = [row | {"tier": wording.in_words(row["group_id"], wording.TIERS)} for row in rows]
    return per_project(
        published,
        "invitations",
        "Accounts that could be asked, were invited and answered, by tier",
        (Column("tier", "Tier"), *_INVITED),
        tiered,
        "One row per year, project and tier, in accounts. Difference: share of the invited less share of those who could be asked.",
    )


def agents(published: Published, years: list[int]) -> Table:
    """Tickets and their invitations, a line per project: whether some agents' customers were asked more than others'."""
    rows = rows_of(
        published,
        "rpt_award_invitations",
        "select award_year, project_id, count(*) as agents, count(*) filter (where invited_count = 0) as agents_never_asked,"
        " sum(eligible_count)::bigint as tickets, sum(invited_count)::bigint as invited, sum(answered_count)::bigint as answered,"
        " max(abs(share_difference)) as largest_difference"
        " from marts.rpt_award_invitations where dimension = 'agent' and list_contains(?, award_year) group by all"
        " order by award_year, project_id",
        [years],
    )
    return per_project(
        published,
        "invitations_tickets",
        "Tickets and the invitations after them, over the agents who served them",
        (
            Column("agents", "Agents with tickets", "whole"),
            Column("agents_never_asked", "Agents nobody was asked about", "whole"),
            Column("tickets", "Tickets", "whole"),
            Column("invited", "Followed by an invitation", "whole"),
            Column("answered", "Answered", "whole"),
            Column("largest_difference", "Largest difference of an agent", "share"),
        ),
        rows,
        "One row per year and project with tickets. The figures per agent are in marts.rpt_award_invitations.",
    )


def channels(published: Published, years: list[int]) -> Table:
    """Counted responses, a column per channel."""
    found = published.rows(
        "select evidence.award_year, evidence.project_id, responses.channel, count(*) as responses"
        " from marts.rpt_award_evidence as evidence"
        " left join marts.fct_survey_responses as responses on evidence.response_id = responses.response_id"
        " where evidence.is_counted and list_contains(?, evidence.award_year) group by all order by all",
        [years],
    )
    sums: Counter[str] = Counter()
    for row in found:
        sums[row["channel"] or ""] += row["responses"]
    common = sorted(sorted(sums, key=lambda name: (-sums[name], name))[:_MOST_CHANNELS])
    others = len(sums) - len(common)
    columns = {f"channel {name}": one_line(name, _LONGEST_HEAD) or "not recorded" for name in common}
    if others:
        columns["other channels"] = wording.count(others, "other")
    lines: dict[tuple[int, str], Row] = {}
    for row in found:
        line = lines.setdefault(
            (row["award_year"], row["project_id"]),
            {"award_year": row["award_year"], "project_id": row["project_id"], "responses": 0}
            | dict.fromkeys(columns, 0),
        )
        name = f"channel {row['channel'] or ''}"
        line["responses"] += row["responses"]
        line[name if name in columns else "other channels"] += row["responses"]
    return per_project(
        published,
        "channels",
        "Counted responses by channel",
        (
            Column("responses", "Responses", "whole"),
            *(Column(key, title, "whole") for key, title in columns.items()),
        ),
        list(lines.values()),
        "One row per year and project, a column per channel of the counted responses.",
    )


def questions(published: Published, years: list[int]) -> Table:
    """The wording of every question with an answer that counted, a column of answers per year."""
    found = rows_of(
        published,
        "dim_questions",
        "select questions.project_id, questions.survey_id, questions.survey_name, questions.survey_kind, questions.question_id,"
        " questions.question_text, questions.measure, questions.category, questions.weight, questions.scale_id,"
        f" evidence.award_year, count(*) as answers {_COUNTED_ANSWERS}"
        " group by all order by questions.project_id, questions.survey_id, questions.question_id, evidence.award_year",
        [years],
    )
    lines: dict[str, Row] = {}
    for row in found:
        category = wording.in_words(row["category"], wording.CATEGORIES) if row["category"] else "all together"
        line = lines.setdefault(
            row["question_id"], row | {"category": category} | {f"answers_{year}": 0 for year in years}
        )
        line[f"answers_{row['award_year']}"] = row["answers"]
    return per_project(
        published,
        "questions",
        "Wording of every question with counted answers",
        (
            Column("survey_name", "Survey", is_aside=True),
            Column("survey_kind", "Kind of survey", is_aside=True),
            Column("question_text", "Wording", under=("survey_name", "survey_kind", "question_id"), is_wide=True),
            Column("question_id", "Question id", "code", is_aside=True),
            Column("measure", "Measure"),
            Column("category", "Category"),
            Column("weight", "Weight", "number"),
            Column("scale_id", "Scale", "code"),
            *(Column(f"answers_{year}", f"Answers counted {year}", "whole") for year in years),
        ),
        list(lines.values()),
        "One row per question that has an answer in a counted response of these years.",
        by_year=False,
    )


def wording_changes(published: Published, years: list[int]) -> Table:
    """Questions whose wording or scale changed within a year of the report."""
    rows = rows_of(
        published,
        "rpt_series_breaks",
        "select * from marts.rpt_series_breaks where list_contains(?, award_year) order by changed_at, question_id",
        [years],
    )
    told = [row | {"change": row["change"].replace("_", " ")} for row in rows]
    return per_project(
        published,
        "wording_changes",
        "Questions whose wording or scale changed",
        (
            Column("question_id", "Question id", "code"),
            Column("changed_at", "Changed", "instant"),
            Column("change", "What changed"),
            Column("text_before", "Wording before", is_wide=True),
            Column("text_after", "Wording after", is_wide=True),
            Column("scale_before", "Scale before", "code"),
            Column("scale_after", "Scale after", "code"),
            Column("answers_before", "Answers before", "whole"),
            Column("answers_after", "Answers after", "whole"),
            Column("is_break", "Votes on both sides", "flag"),
        ),
        told,
        "One row per question and change in these years.",
    )


def scales(published: Published, years: list[int]) -> Table:
    """The scales of the counted answers and what their ends stand for."""
    rows = rows_of(
        published,
        "dim_questions",
        "select questions.scale_id, questions.label_family, questions.scale_min, questions.scale_max, questions.is_scale_reversed,"
        " count(*) as answers, avg(answers.value) as mean_value, avg(answers.score_5pt) as mean_five,"
        f" avg(answers.score_5pt_ratio) as mean_ratio {_COUNTED_ANSWERS} group by all order by answers desc, questions.scale_id",
        [years],
    )
    return Table(
        "scales",
        "Scales of the counted answers and their conversion to five points",
        (
            Column("scale_id", "Scale", "code"),
            Column("label_family", "Labels"),
            Column("scale_min", "Lowest", "number"),
            Column("scale_max", "Highest", "number"),
            Column("is_scale_reversed", "Turned over", "flag"),
            Column("answers", "Answers counted", "whole"),
            Column("mean_value", "Mean on the scale", "score"),
            Column("mean_five", "Mean on five points", "score"),
            Column("mean_ratio", "By simple proportion", "score"),
        ),
        tuple(rows),
        "One row per scale, over all projects and years of the report, unweighted.",
    )
