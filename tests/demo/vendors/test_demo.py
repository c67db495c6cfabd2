"""The demo's home and its vendors: what `make demo` prepares, and that every connection it makes works."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
import yaml

from demo.vendors import demo
from demo.vendors.company import FROM_FILES, Tables, vendor_company
from scoreboard.entities import ENTITIES
from scoreboard.errors import ScoreboardError
from scoreboard.settings import Settings
from scoreboard.sources.adapters import ADAPTERS, adapters_for, make_source
from scoreboard.sources.api.connections import Credentials


@pytest.fixture(scope="module")
def tables() -> Tables:
    return vendor_company(accounts=5)


def test_a_home_gets_mapping_files_seeds_and_what_no_vendor_holds(tmp_path: Path, tables: Tables) -> None:
    demo.prepare(tmp_path, tables)

    assert {path.stem for path in (tmp_path / "sources").iterdir()} == {"salesforce", "zendesk", "qualtrics"}
    assert {path.stem for path in (tmp_path / "inbox").rglob("*.csv")} == set(FROM_FILES)
    assert {path.name for path in (tmp_path / "seeds").iterdir()} == {"fx_rates.csv", "internal_domains.csv"}


def test_a_home_that_was_prepared_stays_as_it_is(tmp_path: Path, tables: Tables) -> None:
    demo.prepare(tmp_path, tables)
    own = tmp_path / "sources" / "zendesk.yaml"
    own.write_text("options: {}\n", encoding="utf-8")
    for path in (tmp_path / "inbox").rglob("*.csv"):
        path.unlink()
    demo.prepare(tmp_path, tables)

    assert own.read_text(encoding="utf-8") == "options: {}\n"
    assert not list((tmp_path / "inbox").rglob("*.csv"))


def test_a_home_with_the_company_as_files_is_left_alone(tmp_path: Path, tables: Tables) -> None:
    (tmp_path / "landing" / "files" / "accounts").mkdir(parents=True)
    (tmp_path / "landing" / "files" / "accounts" / "part-00001.parquet").write_bytes(b"")

    with pytest.raises(ScoreboardError, match="SOURCES=files"):
        demo.prepare(tmp_path, tables)
    assert not (tmp_path / "sources").exists()


def test_every_domain_is_fed_by_adapters_there_are(tables: Tables) -> None:
    settings = Settings.from_environment({"SCOREBOARD_AS_OF": "2026-04-20", **demo.ENVIRONMENT})

    for domain, adapter in settings.adapters:
        assert adapter in adapters_for(domain)  # type: ignore[arg-type]
    assert {ENTITIES[name].domain for name in FROM_FILES} == {"crm"}


def test_every_connection_is_good_trouble_and_all(
    tmp_path: Path, tables: Tables, monkeypatch: pytest.MonkeyPatch
) -> None:
    demo.prepare(tmp_path, tables)
    settings = Settings.from_environment({"SCOREBOARD_HOME": str(tmp_path), "SCOREBOARD_AS_OF": "2026-04-20"})
    from scoreboard.mapping.config import load_mapping

    with demo.running(tables) as addresses:
        for vendor, address in addresses.items():
            told = json.loads(os.environ[f"AIRFLOW_CONN_{vendor.upper()}_DEFAULT"])
            assert told["host"] == address
            credentials = Credentials(f"{vendor}_default", address, told.get("login", ""), told["password"])
            source = make_source(vendor, credentials, load_mapping(settings, vendor), wait=lambda seconds: None)
            findings = list(source.check())
            assert findings and not [finding.sentence for finding in findings if not finding.is_ok]
    assert not [name for name in os.environ if name.startswith("AIRFLOW_CONN_") and "127.0.0.1" in os.environ[name]]


def test_the_mapping_files_can_be_read_back(tmp_path: Path, tables: Tables) -> None:
    demo.prepare(tmp_path, tables)

    for path in (tmp_path / "sources").iterdir():
        assert path.stem in ADAPTERS
        assert isinstance(yaml.safe_load(path.read_text(encoding="utf-8")), dict)


@pytest.mark.parametrize("vendor", ["salesforce", "zendesk", "qualtrics"])
def test_a_wrong_secret_is_refused_and_not_told(vendor: str, tmp_path: Path, tables: Tables) -> None:
    demo.prepare(tmp_path, tables)
    settings = Settings.from_environment({"SCOREBOARD_HOME": str(tmp_path), "SCOREBOARD_AS_OF": "2026-04-20"})
    from scoreboard.mapping.config import load_mapping

    with demo.running(tables, (vendor,)) as addresses:
        told = json.loads(os.environ[f"AIRFLOW_CONN_{vendor.upper()}_DEFAULT"])
        wrong = Credentials(f"{vendor}_default", addresses[vendor], told.get("login", ""), "a-canary-for-a-secret")
        source = make_source(vendor, wrong, load_mapping(settings, vendor), wait=lambda seconds: None)
        findings = list(source.check())

    assert [finding for finding in findings if not finding.is_ok]
    assert not [finding for finding in findings if "canary" in finding.sentence]
