"""Great Expectations on DuckDB: the shim is still needed, it suffices, nothing is sent, and the docs carry no customer's words."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

import duckdb
import jinja2
import pytest

from scoreboard.validation import gx_duckdb
from scoreboard.validation.errors import ValidatorError
from scoreboard.validation.gx_duckdb import Session
from scoreboard.validation.judge import read_results

gx = gx_duckdb.gx
gxe = gx.expectations


@pytest.fixture
def database(tmp_path: Path) -> Path:
    path = tmp_path / "rows.duckdb"
    with duckdb.connect(str(path)) as connection:
        connection.execute(
            "create table landed as select 'r' || n as _row_id, case when n % 100 <> 0 then 'ok' end as word, n as number"
            " from range(1000) as numbers(n)"
        )
    return path


def suite(*expectations) -> gx.ExpectationSuite:
    return gx.ExpectationSuite(name="any", expectations=list(expectations))


def not_null(column: str = "word") -> gxe.Expectation:
    return gxe.ExpectColumnValuesToNotBeNull(
        column=column, meta={"rule": "missing_required", "column": column, "reason": f"{column} is missing"}
    )


def test_without_the_shim_every_metric_still_raises(database: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Should this fail after an upgrade: Great Expectations supports DuckDB, and `register_duckdb` can go."""
    monkeypatch.setattr(gx_duckdb, "register_duckdb", lambda: None)
    known = tuple(dialect for dialect in gx_duckdb.sql_engine._PERSISTED_CONNECTION_DIALECTS if dialect != "duckdb")
    monkeypatch.setattr(gx_duckdb.sql_engine, "_PERSISTED_CONNECTION_DIALECTS", known)
    with Session() as session:
        validation = session.validate(database, "landed", "batch", suite(not_null()), "run")
    assert not validation.success
    with pytest.raises(ValidatorError, match="list index out of range"):
        read_results(validation.results, "landed", "batch")


def test_with_the_shim_the_whole_query_of_offending_rows_comes_back_not_a_capped_list(database: Path) -> None:
    with Session() as session:
        validation = session.validate(
            database,
            "landed",
            "batch",
            suite(gxe.ExpectColumnValuesToBeBetween(column="number", max_value=99, meta=not_null().meta)),
            "run",
        )
    (broken,) = read_results(validation.results, "landed", "batch").rows
    with duckdb.connect(str(database)) as connection:
        found = connection.execute(broken.query).fetchall()
    assert broken.rows == len(found) == 900


def test_registering_twice_registers_once() -> None:
    gx_duckdb.register_duckdb()
    gx_duckdb.register_duckdb()
    assert sum(dialect == "duckdb" for dialect in gx_duckdb.sql_engine._PERSISTED_CONNECTION_DIALECTS) == 1


def test_the_database_is_free_and_no_temporary_folder_is_left_after_a_session(
    database: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "temporary"))
    (tmp_path / "temporary").mkdir()
    with Session() as session:
        session.validate(database, "landed", "batch", suite(not_null()), "run")
        with duckdb.connect(str(database)) as connection:
            connection.execute("create table another as select 1")
        session.write_docs(tmp_path / "docs")
    assert list((tmp_path / "temporary").iterdir()) == []
    assert {path.name for path in tmp_path.iterdir()} == {"rows.duckdb", "docs", "temporary"}


def test_the_index_links_every_batch_without_scripts_from_the_net(database: Path, tmp_path: Path) -> None:
    with Session() as session:
        session.validate(database, "landed", "words & numbers", suite(not_null()), "run")
        index = session.write_docs(tmp_path / "docs")
    text = index.read_text(encoding="utf-8")
    assert "words &amp; numbers</a></li>" in text
    (page,) = (tmp_path / "docs" / "validations").rglob("*.html")
    assert page.relative_to(tmp_path / "docs").as_posix().replace(" ", "%20").replace("&", "%26") in text


def test_telemetry_is_off_however_the_library_comes_in() -> None:
    asked = (
        "import os, sys; from expectations import accounts; accounts.suite();"
        "sys.exit('posthog' in sys.modules or os.environ['GX_ANALYTICS_ENABLED'] != 'false')"
    )
    environment = {"PYTHONPATH": ":".join(sys.path), "GX_ANALYTICS_ENABLED": "true"}
    assert subprocess.run([sys.executable, "-c", asked], env=environment, check=False).returncode == 0


def test_a_session_says_nothing_in_the_log(
    database: Path, caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    with Session() as session:
        session.validate(database, "landed", "batch", suite(not_null()), "run")
    assert caplog.records == []
    assert capsys.readouterr() == ("", "")


def test_templates_are_compiled_for_the_first_site_and_kept_for_the_next(
    database: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def site(name: str) -> dict[str, bytes]:
        with Session() as session:
            session.validate(database, "landed", "batch", suite(not_null()), "run")
            session.write_docs(tmp_path / name)
        return {path.name: path.read_bytes() for path in (tmp_path / name).rglob("*.html")}

    first = site("first")

    def again(*_: object, **__: object) -> None:
        raise AssertionError("compiled again")

    monkeypatch.setattr(jinja2.Environment, "compile", again)
    assert {name: page.count(b"<") for name, page in site("second").items()} == {
        name: page.count(b"<") for name, page in first.items()
    }
