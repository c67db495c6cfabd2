"""What is imported into Superset fits the warehouse: tables, columns, metrics and filters are asked of the published sample."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator

import duckdb
import pytest
import yaml

from deploy.superset import assets
from scoreboard.settings import Settings


@pytest.fixture(scope="module")
def warehouse(published_sample: Settings) -> Iterator[duckdb.DuckDBPyConnection]:
    path = (published_sample.published / "warehouse.duckdb").resolve()
    with duckdb.connect(str(path), read_only=True) as connection:
        yield connection


@pytest.mark.parametrize("table", assets.DATASETS)
def test_every_column_is_there_in_its_type(table: str, warehouse: duckdb.DuckDBPyConnection) -> None:
    found = {row[0]: row[1] for row in warehouse.execute(f"describe marts.{table}").fetchall()}
    for column, kind in assets.DATASETS[table]["columns"].items():
        assert found[column].split("(")[0].replace(" WITH TIME ZONE", "") == kind, column
    if assets.DATASETS[table]["date"]:
        assert assets.DATASETS[table]["date"] in assets.DATASETS[table]["columns"]


@pytest.mark.parametrize("name", assets.CHARTS)
def test_every_chart_finds_rows_and_only_known_metrics(name: str, warehouse: duckdb.DuckDBPyConnection) -> None:
    chart = assets.CHARTS[name]
    about = assets.DATASETS[chart["table"]]
    params = chart["params"]
    asked = [
        *params.get("groupby", []),
        *params.get("all_columns", []),
        *([params["x_axis"]] if "x_axis" in params else []),
    ]
    assert set(asked) <= set(about["columns"])
    metrics = [about["metrics"][metric] for metric in params.get("metrics", [])]
    where = " and ".join(["true", *(condition(*each) for each in chart["where"])])
    selected = ", ".join(metrics) or "count(*)"
    grouped = f"group by {params['x_axis']}" if "x_axis" in params else ""

    rows = f"({about['sql'].format(table=chart['table'])})" if "sql" in about else f"marts.{chart['table']}"

    found = warehouse.execute(f"select {selected} from {rows} as given where {where} {grouped}").fetchall()

    assert found
    assert all(value is not None for row in found for value in row)


def condition(column: str, operator: str, value: object) -> str:
    if isinstance(value, list):
        return f"{column} in ({', '.join(repr(each) for each in value)})"
    return f"{column} {operator.replace('==', '=')} {value!r}"


def test_the_mean_of_a_group_is_weighted_and_never_a_mean_of_means(warehouse: duckdb.DuckDBPyConnection) -> None:
    metric = assets.DATASETS["fct_satisfaction_quarterly"]["metrics"]["mean_score"]
    [[by_metric]] = warehouse.execute(
        f"select {metric} from marts.fct_satisfaction_quarterly where scope_type = 'project' and category = 'overall' and quarter_start_date = '2026-01-01'"
    ).fetchall()
    [[whole]] = warehouse.execute(
        "select mean_score from marts.fct_satisfaction_quarterly where scope_type = 'global' and category = 'overall' and quarter_start_date = '2026-01-01'"
    ).fetchall()
    assert by_metric == pytest.approx(whole, abs=1e-9)


def test_the_import_is_whole_and_always_the_same() -> None:
    first, again = assets.archive("duckdb:////warehouse.duckdb"), assets.archive("duckdb:////warehouse.duckdb")
    with zipfile.ZipFile(io.BytesIO(first)) as one, zipfile.ZipFile(io.BytesIO(again)) as other:
        contents = {name: one.read(name) for name in one.namelist()}
        assert contents == {name: other.read(name) for name in other.namelist()}
    parsed = {name: yaml.safe_load(content) for name, content in contents.items()}
    datasets = {content["uuid"] for name, content in parsed.items() if "/datasets/" in name}
    charts = {content["uuid"]: content for name, content in parsed.items() if "/charts/" in name}
    assert (len(datasets), len(charts)) == (5, 5)
    assert {chart["dataset_uuid"] for chart in charts.values()} == datasets
    dashboard = next(content for name, content in parsed.items() if "/dashboards/" in name)
    shown = {
        item["meta"]["uuid"]
        for item in dashboard["position"].values()
        if isinstance(item, dict) and item["type"] == "CHART"
    }
    assert shown == set(charts)
