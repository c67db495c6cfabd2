"""Airflow's own settings for one SCOREBOARD_HOME; to be applied before Airflow is first imported."""

from __future__ import annotations

import base64
import json
import os
import secrets
import sys
from pathlib import Path

from scoreboard.settings import PROJECT_ROOT, Settings

DEFAULT_PORT = 8080


def environment(settings: Settings, port: int = DEFAULT_PORT) -> dict[str, str]:
    """Environment variables: Airflow in this home, on loopback, with its own secrets; no telemetry from anything."""
    base_url = f"http://127.0.0.1:{port}"
    secret = _secrets(settings.airflow_home / "secrets.json")
    return {
        "SCOREBOARD_HOME": str(settings.home),
        "AIRFLOW_HOME": str(settings.airflow_home),
        "AIRFLOW_CONFIG": str(settings.airflow_home / "airflow.cfg"),
        "AIRFLOW__CORE__DAGS_FOLDER": str(PROJECT_ROOT / "dags"),
        "AIRFLOW__CORE__PLUGINS_FOLDER": str(PROJECT_ROOT / "plugins"),
        "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
        "AIRFLOW__CORE__DAGS_ARE_PAUSED_AT_CREATION": "False",
        "AIRFLOW__CORE__EXECUTOR": "LocalExecutor",
        "AIRFLOW__CORE__PARALLELISM": "4",
        "AIRFLOW__CORE__FERNET_KEY": secret["fernet_key"],
        "AIRFLOW__CORE__EXECUTION_API_SERVER_URL": f"{base_url}/execution/",
        "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN": f"sqlite:///{settings.airflow_home / 'airflow.db'}",
        "AIRFLOW__DATABASE__LOAD_DEFAULT_CONNECTIONS": "False",
        "AIRFLOW__API__HOST": "127.0.0.1",
        "AIRFLOW__API__PORT": str(port),
        "AIRFLOW__API__BASE_URL": base_url,
        "AIRFLOW__API__SECRET_KEY": secret["api_secret_key"],
        "AIRFLOW__API_AUTH__JWT_SECRET": secret["jwt_secret"],
        "AIRFLOW__USAGE_DATA_COLLECTION__ENABLED": "False",
        **_lineage(),
        "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
        "DO_NOT_TRACK": "1",
        "GX_ANALYTICS_ENABLED": "false",
        "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")]),
        "PYTHONPATH": os.pathsep.join([str(PROJECT_ROOT / "plugins"), str(PROJECT_ROOT)]),
    }


def prepare_database() -> None:
    """Create or migrate Airflow's database, and the pool of one; quick when there is nothing to do.

    Imports Airflow: `environment` has to be in place.
    """
    from airflow.models.pool import Pool
    from airflow.utils import db
    from airflow.utils.session import create_session

    from scoreboard.orchestration.house import WAREHOUSE_POOL

    if not _is_current():
        db.initdb()
    with create_session() as session:
        Pool.create_or_update_pool(
            WAREHOUSE_POOL, 1, "One writer of the warehouse at a time", include_deferred=False, session=session
        )


def _is_current() -> bool:
    from airflow.utils import db
    from airflow.utils.session import create_session

    with create_session() as session:
        # the newest entry of Airflow's own table of releases and their revisions
        return bool(db._get_current_revision(session) == list(db._REVISION_HEADS_MAP.values())[-1])


def _lineage() -> dict[str, str]:
    """OpenLineage: events go to the log unless told otherwise; `OPENLINEAGE_DISABLED=true` switches them off."""
    own = {
        "TRANSPORT": '{"type": "console"}',
        "NAMESPACE": "scoreboard",
        "EXTRACTORS": "scoreboard.orchestration.lineage.StepExtractor",
        # not in a fork of a process in which DuckDB and dbt run threads
        "EXECUTE_IN_THREAD": "True",
    }
    return {
        f"AIRFLOW__OPENLINEAGE__{name}": os.environ.get(f"AIRFLOW__OPENLINEAGE__{name}") or value
        for name, value in own.items()
    }


def _secrets(path: Path) -> dict[str, str]:
    """This home's own secrets, made on first use, readable by their owner only."""
    if not path.exists():
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        content = {
            "fernet_key": base64.urlsafe_b64encode(os.urandom(32)).decode(),
            "api_secret_key": secrets.token_urlsafe(32),
            "jwt_secret": secrets.token_urlsafe(64),
        }
        # written aside first: whoever finds the file finds all of it
        aside = path.with_suffix(f".{os.getpid()}")
        with os.fdopen(os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
            json.dump(content, file)
        aside.replace(path)
    return dict(json.loads(path.read_text()))
