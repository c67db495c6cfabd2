"""How a reader follows one figure of the award report to the file and row it came from: statements to paste, and one worked example."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any

from scoreboard.warehouse.quoting import fill, literal
from scoreboard.warehouse.reader import Published

_FIGURE = """\
select status, response_count, mean_score, waves, threshold, min_waves
from marts.rpt_award_eligibility
where project_id = {project} and award_year = {year} and category = 'overall';"""

_RECOMPUTED = """\
select count(*) as response_count, avg(award_score) as mean_score, count(distinct wave) as waves
from marts.rpt_award_evidence
where project_id = {project} and award_year = {year} and is_counted;"""

_RESPONSES = """\
select response_id, responded_at, is_counted, exclusion_reason, award_score,
       source_file, source_row_number, source_run_id, content_hash
from marts.rpt_award_evidence
where project_id = {project} and award_year = {year}
order by responded_at, response_id;"""

_ANSWERS = """\
select question_id, measure, category, value, score_5pt
from marts.fct_survey_answers
where response_id = {response}
order by answer_id;"""


@dataclass(frozen=True)
class Trail:
    """The example project, its statements (each runs on published/warehouse.duckdb as it stands), and one response's source."""

    project_name: str
    award_year: int
    figure_sql: str
    recomputed_sql: str
    responses_sql: str
    answers_sql: str
    response: dict[str, Any]
    archive_folder: str


def trail_of(published: Published, project_id: str, project_name: str, award_year: int) -> Trail | None:
    """The trail of one project and year; None when no response of it counted."""
    responses = published.rows(
        "select response_id, award_score, source_file, source_row_number, source_run_id, content_hash"
        " from marts.rpt_award_evidence where project_id = ? and award_year = ? and is_counted order by response_id limit 1",
        [project_id, award_year],
    )
    if not responses:
        return None
    response = responses[0]
    place = {"project": literal(project_id), "year": literal(award_year)}
    folder = PurePosixPath("archive", PurePosixPath(response["source_file"]).parent, f"run={response['source_run_id']}")
    return Trail(
        project_name=project_name,
        award_year=award_year,
        figure_sql=fill(_FIGURE, **place),
        recomputed_sql=fill(_RECOMPUTED, **place),
        responses_sql=fill(_RESPONSES, **place),
        answers_sql=fill(_ANSWERS, response=literal(str(response["response_id"]))),
        response=response,
        archive_folder=str(folder),
    )
