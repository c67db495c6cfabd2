"""Airflow's settings for a home: on loopback, with secrets of its own, reporting to nobody."""

import stat
from datetime import date

import pytest

from scoreboard.orchestration import airflow_env
from scoreboard.settings import Settings

SECRETS = ("AIRFLOW__CORE__FERNET_KEY", "AIRFLOW__API__SECRET_KEY", "AIRFLOW__API_AUTH__JWT_SECRET")


@pytest.fixture
def settings(tmp_path):
    return Settings(home=tmp_path, as_of=date(2026, 8, 17))


def test_every_address_is_on_loopback_and_has_the_chosen_port(settings):
    environment = airflow_env.environment(settings, 8099)
    assert environment["AIRFLOW__API__HOST"] == "127.0.0.1"
    assert environment["AIRFLOW__API__PORT"] == "8099"
    assert environment["AIRFLOW__API__BASE_URL"] == "http://127.0.0.1:8099"
    assert environment["AIRFLOW__CORE__EXECUTION_API_SERVER_URL"] == "http://127.0.0.1:8099/execution/"


def test_no_telemetry_from_airflow_dbt_or_great_expectations(settings):
    environment = airflow_env.environment(settings)
    assert environment["AIRFLOW__USAGE_DATA_COLLECTION__ENABLED"] == "False"
    assert environment["DBT_SEND_ANONYMOUS_USAGE_STATS"] == "false"
    assert environment["GX_ANALYTICS_ENABLED"] == "false"
    assert environment["DO_NOT_TRACK"] == "1"


def test_secrets_stay_the_same_in_one_home_and_differ_between_homes(settings, tmp_path):
    first = airflow_env.environment(settings)
    other = airflow_env.environment(Settings(home=tmp_path / "other", as_of=settings.as_of))
    for name in SECRETS:
        assert first[name] == airflow_env.environment(settings)[name]
        assert first[name] != other[name]
        assert len(first[name]) >= 32


def test_secrets_are_readable_by_their_owner_only(settings):
    airflow_env.environment(settings)
    assert stat.S_IMODE((settings.airflow_home / "secrets.json").stat().st_mode) == 0o600
    assert stat.S_IMODE(settings.airflow_home.stat().st_mode) == 0o700
    assert [path.name for path in settings.airflow_home.iterdir()] == ["secrets.json"]


def test_preparing_twice_changes_nothing_and_leaves_a_pool_of_one():
    from tests.orchestration import airflow_home

    airflow_home.prepare_database()
    airflow_env.prepare_database()
    from airflow.models.pool import Pool

    assert Pool.get_pool("warehouse_build").slots == 1
