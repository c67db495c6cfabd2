"""`make demo SOURCES=files` as its user runs it: real DAGs, real files, a story that must be found in the published tables."""

from __future__ import annotations

import csv
import email
import email.policy
import gzip
import json
import re
from typing import Any

import pytest

from demo import DEMO_AS_OF, STORY, write_company
from scoreboard.alerts.outbox import deliveries
from scoreboard.quarter import Quarter
from scoreboard.reports.recipients import groups
from scoreboard.settings import Settings
from scoreboard.warehouse.docs import write_dbt_docs
from tests.pipeline import rows


@pytest.fixture(scope="module")
def demo(published_sample: Settings) -> Settings:
    """The published demo, made by the command behind `make demo SOURCES=files`."""
    return published_sample


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What the generator itself says of the company it writes."""
    return write_company(tmp_path_factory.mktemp("written"))


def status_of(demo: Settings, project_id: str) -> dict[str, Any]:
    [row] = rows(
        demo,
        "select status, mean_score, waves, decision_depends_on_conversion from marts.rpt_award_eligibility"
        f" where project_id = '{project_id}' and award_year = {STORY.award_year} and category = 'overall'",
    )
    return row


def test_every_row_ends_where_the_generator_says(demo: Settings, written: dict[str, Any]) -> None:
    published = rows(demo, "select entity, rule, row_key from marts.rpt_quarantine where status = 'open'")

    assert sorted((row["entity"], row["row_key"] or "", row["rule"]) for row in published) == sorted(
        (entity, key or "", rule) for entity, key, rule in written["quarantine"]
    )
    for row in rows(demo, "select * from marts.rpt_data_quality"):
        told = written["entities"][row["entity"]]
        fates = ("landed", "valid", "quarantined", "replaced", "deduplicated")
        assert {fate: row[fate] for fate in fates} == {fate: told[fate] for fate in fates}, row["entity"]


def test_the_winner_earns_the_award(demo: Settings) -> None:
    found = rows(
        demo,
        "select category, status from marts.rpt_award_eligibility"
        f" where project_id = '{STORY.winner_project}' and award_year = {STORY.award_year}",
    )

    assert {row["category"]: row["status"] for row in found} == STORY.winner_statuses


def test_the_near_miss_is_a_miss(demo: Settings) -> None:
    near_miss = status_of(demo, STORY.near_miss_project)

    assert (near_miss["status"], near_miss["waves"]) == ("not_eligible", 4)
    assert near_miss["mean_score"] == pytest.approx(float(STORY.near_miss_mean), abs=1e-12)


def test_three_waves_are_not_enough(demo: Settings) -> None:
    three_waves = status_of(demo, STORY.three_wave_project)

    assert (three_waves["status"], three_waves["waves"]) == ("not_eligible", 3)
    assert three_waves["mean_score"] > 4


def test_the_changed_scale_makes_the_decision_hang_on_the_conversion(demo: Settings) -> None:
    assert status_of(demo, STORY.scale_change_project)["decision_depends_on_conversion"] is True


def test_the_key_account_turned_risky(demo: Settings) -> None:
    course = rows(
        demo,
        "select quarter_label, quadrant, account_tier from marts.fct_account_quadrants"
        " join marts.fct_account_tiers using (account_id, quarter_start_date) join marts.dim_quarters using (quarter_start_date)"
        f" where account_id = '{STORY.risky_account}'",
    )
    quadrants = {row["quarter_label"]: row["quadrant"] for row in course}

    assert quadrants[STORY.risky_last_fan_quarter] == "raving_fans"
    assert quadrants[STORY.risky_quarter] == "risky_business"
    assert {row["account_tier"] for row in course} == {"key"}


def test_the_team_overrates_itself(demo: Settings) -> None:
    found = rows(
        demo,
        "select quarter_label, is_significant from marts.rpt_gaps join marts.dim_quarters using (quarter_start_date)"
        f" where account_id = '{STORY.blind_spot_account}' and category = 'overall' and gap_class = 'blind_spot'",
    )

    assert {row["quarter_label"] for row in found if row["is_significant"]} >= set(STORY.blind_spot_quarters)


def test_an_answer_can_be_followed_from_the_decision_to_its_file_and_row(demo: Settings) -> None:
    project, year = STORY.near_miss_project, STORY.award_year
    [decision] = rows(
        demo,
        f"select * from marts.rpt_award_eligibility where project_id = '{project}' and award_year = {year} and category = 'overall'",
    )
    votes = rows(
        demo,
        f"select * from marts.rpt_award_evidence where project_id = '{project}' and award_year = {year} and is_counted order by response_id",
    )
    assert len(votes) == decision["response_count"]

    for vote in (votes[0], votes[-1]):
        answers = rows(
            demo,
            f"select * from marts.fct_survey_answers where response_id = '{vote['response_id']}' and value is not null",
        )
        assert answers
        for answer in answers:
            original = archived_row(demo, answer["source_file"], answer["source_run_id"], answer["source_row_number"])
            assert original["answer_id"] == answer["answer_id"]
            assert float(original["value"]) == answer["value"]
        response = archived_row(demo, vote["source_file"], vote["source_run_id"], vote["source_row_number"])
        assert response["response_id"] == vote["response_id"]


def archived_row(demo: Settings, file: str, run_id: str, number: int) -> dict[str, Any]:
    """The row as it stands in the original, found with nothing but what the table says."""
    domain, entity, name = file.split("/")
    path = demo.archive / domain / entity / f"run={run_id}" / name
    if name.endswith(".parquet"):
        import pyarrow.parquet as pq

        return dict(pq.read_table(path, partitioning=None).slice(number - 1, 1).to_pylist()[0])
    if name.endswith(".jsonl"):
        return dict(json.loads(path.read_text(encoding="utf-8").splitlines()[number - 1]))
    if name.endswith(".xlsx"):
        import openpyxl

        cells = list(openpyxl.load_workbook(path, read_only=True).worksheets[0].values)
        return dict(zip(cells[0], cells[number - 1], strict=False))
    text = (
        gzip.decompress(path.read_bytes()).decode("utf-8-sig")
        if name.endswith(".gz")
        else path.read_text(encoding="utf-8-sig")
    )
    records = list(csv.reader(text.splitlines(keepends=True)))
    return dict(zip(records[0], records[number - 1], strict=True))


def test_the_run_tells_what_it_did(demo: Settings) -> None:
    [path] = sorted(demo.runs.glob("*/summary.json"))
    summary = json.loads(path.read_text(encoding="utf-8"))

    assert summary["published"]["by_this_run"] is True
    assert summary["tests"]["failed"] == 0 and summary["tests"]["passed"] > 50
    assert {row["entity"] for row in summary["rows"]} >= {"answers", "accounts"}
    [winner] = rows(demo, f"select project_name from marts.dim_projects where project_id = '{STORY.winner_project}'")
    closed = summary["headline"]["award"]["closed"]
    assert closed["award_year"] == STORY.award_year
    assert winner["project_name"] in closed["eligible"]


def test_the_award_report_names_the_winner(demo: Settings) -> None:
    label = Quarter.containing(DEMO_AS_OF).previous.label
    page = (demo.reports / label / "award_report.html").read_text(encoding="utf-8")
    with (demo.reports / label / "award_report.csv").open(encoding="utf-8-sig", newline="") as file:
        listed = list(csv.DictReader(file))

    [name] = [
        row["project_name"]
        for row in rows(
            demo, f"select project_name from marts.dim_projects where project_id = '{STORY.winner_project}'"
        )
    ]
    assert name in page
    assert any(row["project_id"] == STORY.winner_project for row in listed)


def test_the_data_docs_are_where_the_summary_says(demo: Settings) -> None:
    for domain in ("crm", "support", "survey"):
        assert "html" in (demo.reports / "data_docs" / domain / "index.html").read_text(encoding="utf-8").lower()


def test_the_2016_list_is_reproduced_from_data(demo: Settings) -> None:
    """As the award's giver printed it: 38 entries (its own text says 37 companies), and who received it how often."""
    recipients = rows(demo, "select * from marts.rpt_award_recipients where award_year = 2016")
    listed = dict(groups(row for row in recipients if row["award"] == "nfsb"))
    names = {heading.partition("-")[0]: entries for heading, entries in listed.items()}

    most, *_, fewest = names
    assert (most, fewest, len(names)) == ("Seventeen", "First", 17)
    assert names["Seventeen"] == ["Haemonetics Corporation; Braintree, MA", "Kronos Incorporated; Chelmsford, MA"]
    assert names["Sixteen"] == ["ZOLL Medical Eisan; Chelmsford, MA"]
    assert [names[times] for times in ("Thirteen", "Eleven", "Nine")] == [["None"]] * 3
    assert {times: len(entries) for times, entries in names.items() if entries != ["None"]} == {
        "Seventeen": 2,
        "Sixteen": 1,
        "Fifteen": 1,
        "Fourteen": 2,
        "Twelve": 1,
        "Ten": 1,
        "Eight": 1,
        "Seven": 1,
        "Six": 6,
        "Five": 4,
        "Four": 4,
        "Three": 2,
        "Two": 8,
        "First": 4,
    }
    assert {row["recipient_name"] for row in recipients if row["award"] == "cempro"} == {
        "Diagnostica Stago, Inc.",
        "Fresenius Kabi USA LLC",
    }


def test_nobody_received_the_award_more_often_than_there_were_years_since_2000(demo: Settings) -> None:
    for table in ("rpt_award_recipients", "rpt_award_eligibility"):
        counts = rows(demo, f"select award_year, max(times_received) as times from marts.{table} group by award_year")
        assert counts
        for row in counts:
            assert row["times"] <= row["award_year"] - 2000 + 1, (table, row)


def test_the_pages_about_the_warehouse_describe_every_table(demo: Settings) -> None:
    page = write_dbt_docs(demo).read_text(encoding="utf-8")

    for table in rows(demo, "select table_name from information_schema.tables where table_schema = 'marts'"):
        assert f"model.scoreboard.{table['table_name']}" in page


def test_its_alerts_reached_the_sinks_once_and_the_summary_says_so(demo: Settings) -> None:
    sink = demo.home / "alerts" / "sink"
    arrived = [json.loads(path.read_text(encoding="utf-8")) for path in sorted(sink.glob("*-webhook.json"))]
    told = [alert["alert_id"] for message in arrived for alert in message["alerts"]]
    recent = rows(
        demo,
        "select alert_id from marts.fct_action_alerts"
        f" where not is_provisional and opened_at >= timestamptz '{DEMO_AS_OF} 00:00:00+00' - interval 13 day",
    )

    assert sorted(told) == sorted(row["alert_id"] for row in recent)
    assert len(told) > 5
    assert len({message["owner"]["id"] for message in arrived}) == len(arrived)
    mails = [email.message_from_bytes(path.read_bytes(), policy=email.policy.default) for path in sink.glob("*.eml")]
    assert len(mails) == len(arrived)
    assert sum(
        len(re.findall(r"^\* ", mail.get_body(("plain",)).get_content(), flags=re.MULTILINE)) for mail in mails
    ) == len(told)  # type: ignore[union-attr]
    [summary] = demo.runs.glob("*/summary.json")
    [first, *_] = json.loads(summary.read_text(encoding="utf-8"))["alerts"]
    assert f"{len(told)} new" in first and f"{len(mails)} by email" in first
    assert {each.state for of_alert in deliveries(demo, told).values() for each in of_alert} == {"sent"}
