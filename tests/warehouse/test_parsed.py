"""What dbt read of the project is used again only where it would read the same."""

from __future__ import annotations

import json
import os
import pickle
from pathlib import Path
from typing import Any

import pytest
from dbt.contracts.graph.manifest import Manifest

from scoreboard.settings import Settings
from scoreboard.warehouse import dbt, parsed
from scoreboard.warehouse.dbt import DBT_PROJECT, dbt_vars
from scoreboard.warehouse.seeds import lay_out_seeds

ODD = {
    "SCOREBOARD_AS_OF": "2019-02-03",
    "SCOREBOARD_TIMEZONE": "Pacific/Chatham",
    "SCOREBOARD_FISCAL_START_MONTH": "11",
    "SCOREBOARD_CURRENCY": "KRW",
}


@pytest.fixture
def nothing_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder for readings of this test alone."""
    folder = tmp_path / "readings"
    monkeypatch.setattr(parsed, "_folder", lambda project: folder)
    monkeypatch.setattr(parsed, "_kept", {})
    return folder


def _home(folder: Path, **told: str) -> Settings:
    settings = Settings.from_environment({"SCOREBOARD_HOME": str(folder), "SCOREBOARD_AS_OF": "2026-03-31"} | told)
    lay_out_seeds(settings, settings.build / "seeds")
    return settings


def _listed(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> list[Manifest | None]:
    """One small command of dbt in a home; the projects its steps were given (None: the step read it itself)."""
    given: list[Manifest | None] = []
    run = dbt._run

    def watched(command: list[str], common: list[str], callbacks: Any, project: Manifest | None = None) -> Any:
        given.append(project)
        return run(command, common, callbacks, project)

    with monkeypatch.context() as patch:
        patch.setattr(dbt, "_run", watched)
        dbt.invoke(
            ["list", "--select", "dim_quarters"],
            variables=dbt_vars(settings),
            database=settings.build / "warehouse.duckdb",
            seeds=settings.build / "seeds",
            target=settings.build / "target",
            logs=settings.build / "logs",
        )
    return given


def _told(manifest: Manifest | None, settings: Settings) -> dict[str, Any]:
    """Nodes, sources and macros, with the home's own path, the time of reading and the order of what is a set taken out."""
    assert manifest is not None
    written: dict[str, Any] = manifest.writable_manifest().to_dict(omit_none=False)
    text = json.dumps(
        {part: written[part] for part in ("nodes", "sources", "macros", "unit_tests", "metrics", "exposures")},
        default=str,
    )
    found: dict[str, Any] = json.loads(text.replace(str(settings.home), "HOME"))
    for part in found.values():
        for one in part.values():
            one.pop("created_at", None)
            for names in (one.get("sources"), *(one.get("depends_on") or {}).values()):
                if names:
                    names.sort()
    return found


def test_another_home_with_other_settings_reads_the_same_project_and_is_given_what_is_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plain, odd = _home(tmp_path / "plain"), _home(tmp_path / "odd", **ODD)
    kept = _listed(plain, monkeypatch)[-1]  # of whoever came first, maybe another test
    [given] = _listed(odd, monkeypatch)

    folder = tmp_path / "readings"
    monkeypatch.setattr(parsed, "_folder", lambda project: folder)
    asked, read = _listed(odd, monkeypatch)

    assert asked is None
    assert _told(given, odd) == _told(read, odd) == _told(kept, plain)
    assert len(list(folder.iterdir())) == 1


def _recalled(folder: Path, key: str = "key") -> Manifest | None:
    (folder / "seeds").mkdir(exist_ok=True)
    return parsed.recall(DBT_PROJECT, key, folder / "seeds")


def test_what_is_damaged_is_read_anew(tmp_path: Path, nothing_kept: Path) -> None:
    parsed.keep(DBT_PROJECT, "key", Manifest())
    assert _recalled(tmp_path) is not None
    whole = (nothing_kept / "key").read_bytes()
    for damaged in (
        b"",
        whole[:-20],
        b"no pickle",
        pickle.dumps(["something", "else"]),
        pickle.dumps({"unheard of": 1}),
    ):
        (nothing_kept / "key").write_bytes(damaged)
        assert _recalled(tmp_path) is None


def test_where_nothing_can_be_written_the_process_remembers(tmp_path: Path, nothing_kept: Path) -> None:
    nothing_kept.touch()  # a file where the folder would be
    parsed.keep(DBT_PROJECT, "key", Manifest())
    assert _recalled(tmp_path) is not None
    assert _recalled(tmp_path, "other") is None


def test_the_newest_few_are_kept(nothing_kept: Path) -> None:
    for number in range(12):
        parsed.keep(DBT_PROJECT, f"{number:02}", Manifest())
        os.utime(nothing_kept / f"{number:02}", (number, number))
    assert sorted(path.name for path in nothing_kept.iterdir()) == [f"{number:02}" for number in range(4, 12)]


def test_whatever_else_differs_is_read_anew(tmp_path: Path) -> None:
    settings = _home(tmp_path)
    names = [path.name for path in (settings.build / "seeds").iterdir()]
    database, variables = settings.build / "warehouse.duckdb", dbt_vars(settings)
    project = tmp_path / "project"
    (project / "models").mkdir(parents=True)
    model = project / "models" / "a.sql"
    model.write_text("select 1")

    def key(**other: Any) -> Any:
        usual = {"project": project, "engine": "duckdb", "database": database, "seeds": names}
        return parsed.key_of(**(usual | {"variables": variables, "connection": {}} | other))

    first = key()
    assert key() == first
    assert key(variables=variables | {"as_of": "2030-01-01"}) == first
    assert key(variables=variables | {"schema_prefix": "b_"}) != first
    assert key(engine="postgres") != first
    assert key(connection={"SCOREBOARD_DBT_PG_DATABASE": "other"}) != first
    assert key(connection={"DBT_ENV_SECRET_SCOREBOARD_PG_PASSWORD": "other"}) == first
    assert key(database=settings.build / "other.duckdb") != first
    (project / "target").mkdir()
    (project / "target" / "manifest.json").touch()
    assert key() == first
    model.write_text("select 22")
    assert key() != first
    second = key()
    assert key(seeds=[*names, "one_more.csv"]) != second
