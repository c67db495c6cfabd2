"""Small companies and published tables for the tests, written by hand."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from tests.oracle.company import Tables
from tests.oracle.compare import GRAINS, KINDS
from tests.oracle.reading import Row
from tests.oracle.schema import ENTITIES

STAMP = "2026-01-01T00:00:00Z"
PROJECT = "project_id,project_name,company_name;P,Project,Own"
SURVEY: dict[str, str] = {
    "projects": PROJECT,
    "surveys": "survey_id,survey_name,project_id,kind;S,Survey,P,relationship",
}
LIKERT = "question_id,survey_id,question_text,scale_id,measure,category,weight;Q,S,?,likert5,satisfaction,,"
HEAD = "response_id,survey_id,respondent_type,account_id,responded_at"


def drop(home: Path, **entities: str) -> Path:
    """Writes CSV files: entity="header line;row;row", blanks around cells removed, updated_at added where it is not named."""
    for name, text in entities.items():
        lines = [",".join(cell.strip() for cell in line.split(",")) for line in text.split(";")]
        if "updated_at" not in lines[0]:
            lines = [f"{lines[0]},updated_at", *(f"{line},{STAMP}" for line in lines[1:])]
        path = home / "inbox" / ENTITIES[name].domain / name / "part-1.csv"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("\n".join(lines))
    return home


def seed(home: Path, **seeds: str) -> Path:
    (home / "seeds").mkdir(exist_ok=True)
    for name, text in seeds.items():
        (home / "seeds" / f"{name}.csv").write_text(text.replace(";", "\n"))
    return home


def accounts(*names: str, extra: str = "") -> str:
    return (
        ";".join(
            ["account_id,account_name,lifecycle_stage,is_strategic", *(f"{name},Name {name},active," for name in names)]
        )
        + extra
    )


def revenue(*rows: tuple[str, str, str]) -> str:
    return ";".join(
        [
            "revenue_id,account_id,recognised_on,amount,currency",
            *(f"V{n},{a},{day},{amount},USD" for n, (a, day, amount) in enumerate(rows)),
        ]
    )


def votes(*rows: tuple[str, str, str]) -> dict[str, str]:
    """Responses (account, day, value) to the one question."""
    return {
        "responses": ";".join([HEAD, *(f"R{n},S,customer,{a},{day}T12:00:00Z" for n, (a, day, _) in enumerate(rows))]),
        "answers": ";".join(
            [
                "answer_id,response_id,question_id,value",
                *(f"N{n},R{n},Q,{value}" for n, (_, _, value) in enumerate(rows)),
            ]
        ),
    }


def only(rows: list[Row], **key: Any) -> Row:
    (found,) = [row for row in rows if all(row[column] == value for column, value in key.items())]
    return found


def pick(row: Row, *columns: str) -> tuple[Any, ...]:
    return tuple(row[column] for column in columns)


def published(tables: Tables, folder: Path) -> Path:
    """The computed tables as a publisher would write them."""
    types = {
        "s": pa.string(),
        "f": pa.float64(),
        "i": pa.int64(),
        "b": pa.bool_(),
        "d": pa.date32(),
        "t": pa.timestamp("us", "UTC"),
    }
    for name in {table.partition("+")[0] for table in KINDS if table in tables}:
        parts = [table for table in KINDS if table.partition("+")[0] == name and table in tables]
        kinds = {column: kind for part in parts for column, kind in KINDS[part].items()}
        rows: dict[tuple[Any, ...], Row] = {}
        for part in parts:
            for row in tables[part]:
                key = tuple(row[column] for column in GRAINS[part])
                rows[key] = rows.get(key, {}) | row
        schema = pa.schema([(column, types[kind]) for column, kind in kinds.items()])
        pq.write_table(pa.Table.from_pylist(list(rows.values()), schema), folder / f"{name}.parquet")
    pq.write_table(
        pa.Table.from_pylist([row | {"status": "open"} for row in tables["quarantine"]]),
        folder / "rpt_quarantine.parquet",
    )
    pq.write_table(
        pa.Table.from_pylist([row | {"run_at": date(2026, 1, 1)} for row in tables["counts"]]),
        folder / "rpt_data_quality.parquet",
    )
    return folder
