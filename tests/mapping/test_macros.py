"""The macros of vendor staging, as dbt compiles them: vendors' spellings in, the contract's out, nothing guessed."""

from __future__ import annotations

from collections.abc import Iterator

import duckdb
import pytest

from scoreboard.mapping.config import TABLES
from tests.compiled_models import compiled_text

COLUMNS = {
    "instant": "{{ instant_text('told') }}",
    "day": "{{ day_text('told') }}",
    "local_day": "{{ local_day_text('told') }}",
    "flag": "{{ flag_text('told') }}",
    "priority": "{{ mapped('zendesk', 'tickets', 'priority', 'cases.told') }}",
}
QUERY = f"select told, {', '.join(f'{sql} as {name}' for name, sql in COLUMNS.items())} from cases"
SURVEYS = "{{ mapped_surveys('zendesk', 'asked') }}"
QUESTIONS = "{{ mapped_questions('zendesk', 'asked') }}"
OPTION = (
    "select {{ mapping_option('zendesk', 'given', \"'else'\") }}, {{ mapping_option('zendesk', 'other', \"'else'\") }}"
)


@pytest.fixture
def database() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        connection.execute("set timezone = 'UTC'")
        connection.execute("create schema raw")
        for name, columns in TABLES.items():
            connection.execute(f"create table raw.{name} ({', '.join(f'{column} varchar' for column in columns)})")
        yield connection


def told(database: duckdb.DuckDBPyConnection, column: str, text: str | None) -> str | None:
    database.execute("create table cases (told varchar)")
    database.execute("insert into cases values (?)", [text])
    found = database.execute(f"select {column} from ({compiled_text(QUERY, timezone='Asia/Tokyo')})").fetchall()
    assert len(found) == 1
    answer: str | None = found[0][0]
    return answer


@pytest.mark.parametrize(
    ("text", "contract"),
    [
        ("2013-05-07T22:07:19.000+0000", "2013-05-07T22:07:19.000+0000"),
        ("2013-05-07T22:07:19.000Z", "2013-05-07T22:07:19.000Z"),
        ("2013-05-07T22:07:19.123456+0000", "2013-05-07T22:07:19.123456+0000"),
        ("2013-05-07 22:07:19", "2013-05-07 22:07:19"),
        ("2013-05-07 22:07:19+00", "2013-05-07 22:07:19+00:00"),
        ("2013-05-07T22:07:19-03", "2013-05-07T22:07:19-03:00"),
        ("2013-05-07 22:07:19.123456+00", "2013-05-07 22:07:19.123456+00:00"),
        ("2013-05-07T22:07:19.123456789Z", "2013-05-07T22:07:19.123456Z"),
        ("2013-05-07T22:07:19.123456789-0330", "2013-05-07T22:07:19.123456-0330"),
        ("2013-05-07 22:07:19.1234567+05", "2013-05-07 22:07:19.123456+05:00"),
        ("2013-05-07", "2013-05-07T00:00:00Z"),
        ("yesterday", "yesterday"),
        ("some time in the last few weeks", "some time in the last few weeks"),
        (None, None),
    ],
)
def test_an_instant(database: duckdb.DuckDBPyConnection, text: str | None, contract: str | None) -> None:
    assert told(database, "instant", text) == contract


@pytest.mark.parametrize(
    ("text", "day", "local_day"),
    [
        ("2026-01-31", "2026-01-31", "2026-01-31"),
        ("2026-01-31T00:00:00.000+0000", "2026-01-31", "2026-01-31"),
        ("2026-01-31 00:00:00+00", "2026-01-31", "2026-01-31"),
        ("2026-01-31 00:00:00+02", "2026-01-31 00:00:00+02", "2026-01-31"),  # midnight, but not here
        ("2026-01-31T15:30:00Z", "2026-01-31T15:30:00Z", "2026-02-01"),  # after midnight in Tokyo
        ("2026-02-29T00:00:00Z", "2026-02-29", "2026-02-29T00:00:00Z"),  # no calendar has it: the door refuses it
        ("2026-01-31 25:00:00+00", "2026-01-31 25:00:00+00", "2026-01-31 25:00:00+00"),
        ("2026-01-31T15:30:00 or so", "2026-01-31T15:30:00 or so", "2026-01-31T15:30:00 or so"),
        ("soon", "soon", "soon"),
        (None, None, None),
    ],
)
def test_a_day(database: duckdb.DuckDBPyConnection, text: str | None, day: str | None, local_day: str | None) -> None:
    assert told(database, "day", text) == day
    database.execute("drop table cases")
    assert told(database, "local_day", text) == local_day


@pytest.mark.parametrize(
    ("text", "flag"),
    [("True", "true"), ("1", "true"), ("yes", "true"), ("t", "true"), ("FALSE", "false"), ("0", "false"), ("no", "false"),
     ("f", "false"), ("maybe", "maybe"), (None, None)],
)  # fmt: skip
def test_a_flag(database: duckdb.DuckDBPyConnection, text: str | None, flag: str | None) -> None:
    assert told(database, "flag", text) == flag


@pytest.mark.parametrize(
    ("text", "priority"), [("P1", "urgent"), ("n/a", None), ("p1", "p1"), ("low", "low"), (None, None)]
)
def test_a_word(database: duckdb.DuckDBPyConnection, text: str | None, priority: str | None) -> None:
    values = [
        ("zendesk", "tickets", "priority", "P1", "urgent"),
        ("zendesk", "tickets", "priority", "n/a", ""),
        ("zendesk", "tickets", "status", "low", "open"),
        ("hubspot", "tickets", "priority", "low", "high"),
        ("zendesk", "accounts", "priority", "low", "high"),
    ]
    database.executemany("insert into raw.mapping_values values (?, ?, ?, ?, ?)", values)
    assert told(database, "priority", text) == priority


def test_a_surveys_own_entry_counts_before_that_of_any(database: duckdb.DuckDBPyConnection) -> None:
    database.execute("create table asked as select unnest(['A', 'B', 'B']) as survey_id, 'Q' as question_id")
    database.executemany(
        "insert into raw.mapping_surveys values (?, ?, ?, ?, ?)",
        [
            ("zendesk", "*", "P-any", "staff", None),
            ("zendesk", "A", "P-A", None, "A's"),
            ("qualtrics", "B", "P-B", None, None),
        ],
    )
    database.executemany(
        "insert into raw.mapping_questions (vendor, survey_id, question_id, measure, is_ignored) values (?, ?, ?, ?, ?)",
        [
            ("zendesk", "*", "Q", "loyalty", None),
            ("zendesk", "A", "Q", None, "true"),
            ("zendesk", "*", "other", "effort", None),
            ("qualtrics", "B", "Q", "effort", None),
        ],
    )
    assert database.execute(f"select * from ({compiled_text(SURVEYS)}) order by all").fetchall() == [
        ("A", "P-A", None, "A's"),
        ("B", "P-any", "staff", None),
    ]
    questions = f"select survey_id, question_id, measure, is_ignored from ({compiled_text(QUESTIONS)}) order by all"
    assert database.execute(questions).fetchall() == [("A", "Q", None, "true"), ("B", "Q", "loyalty", None)]


def test_what_nobody_mapped_gives_no_row(database: duckdb.DuckDBPyConnection) -> None:
    database.execute("create table asked as select 'A' as survey_id, 'Q' as question_id")
    assert database.execute(compiled_text(SURVEYS)).fetchall() == []
    assert database.execute(compiled_text(QUESTIONS)).fetchall() == []


def test_a_choice_and_what_holds_without_one(database: duckdb.DuckDBPyConnection) -> None:
    database.execute(
        "insert into raw.mapping_options values ('zendesk', 'given', 'this'), ('hubspot', 'other', 'that')"
    )
    assert database.execute(compiled_text(OPTION)).fetchall() == [("this", "else")]
