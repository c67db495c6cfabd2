"""The promises of docker-compose.yaml and Dockerfile, one by one (no container is started here)."""

import re
import runpy

import pytest
import yaml

from scoreboard.orchestration.house import WAREHOUSE_POOL
from scoreboard.settings import PROJECT_ROOT

TEXT = (PROJECT_ROOT / "docker-compose.yaml").read_text()
COMPOSE = yaml.safe_load(TEXT)
SERVICES = COMPOSE["services"]
AIRFLOW = ["init", "api-server", "scheduler", "dag-processor", "triggerer", "worker"]
EVERY_SERVICE = pytest.mark.parametrize("name", SERVICES)
EVERY_AIRFLOW_SERVICE = pytest.mark.parametrize("name", AIRFLOW)
DOCKERFILE = (PROJECT_ROOT / "Dockerfile").read_text()
LOCK = (PROJECT_ROOT / "requirements.lock").read_text()


def locked_version(package):
    return re.search(rf"^{re.escape(package)}==(\S+)", LOCK, re.MULTILINE)[1]


def test_every_part_of_airflow_its_database_and_its_queue_are_there():
    assert sorted(SERVICES) == sorted(["postgres", "redis", *AIRFLOW])


@EVERY_SERVICE
def test_no_port_is_reachable_from_outside_the_machine(name):
    for port in SERVICES[name].get("ports", []):
        assert str(port).startswith("127.0.0.1:")
    assert SERVICES[name].get("network_mode") is None


def test_only_the_web_server_has_a_port_at_all():
    assert [name for name, service in SERVICES.items() if service.get("ports")] == ["api-server"]


@EVERY_SERVICE
def test_nothing_runs_as_root_or_may_become_it(name):
    service = SERVICES[name]
    user, group = map(int, service["user"].split(":"))
    assert user > 0
    assert group > 0
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert "privileged" not in service


@EVERY_SERVICE
def test_the_root_file_system_is_read_only(name):
    assert SERVICES[name]["read_only"] is True


@EVERY_SERVICE
def test_memory_processors_and_logs_are_limited(name):
    service = SERVICES[name]
    assert service["mem_limit"]
    assert service["cpus"]
    assert service["logging"]["options"].keys() >= {"max-size", "max-file"}


@EVERY_SERVICE
def test_health_is_checked(name):
    check = SERVICES[name]["healthcheck"]
    if name == "init":
        assert check == {"disable": True}
        assert SERVICES[name]["restart"] == "no"
    else:
        assert check.keys() >= {"test", "interval", "timeout", "retries"}


@EVERY_SERVICE
def test_images_are_pinned(name):
    tag = SERVICES[name]["image"].partition(":")[2]
    assert re.match(r"\d", tag)


@EVERY_SERVICE
def test_what_is_secret_comes_from_the_env_file_and_has_no_default(name):
    for variable, value in SERVICES[name].get("environment", {}).items():
        if re.search("PASSWORD|SECRET|KEY|AUTH$|CONN$|BACKEND$|BROKER_URL$", variable):
            assert re.search(r"\$\{\w+:\?", value), variable
    assert not re.search(r"\$\{\w+:?-", TEXT)
    assert not re.search(r"\$\{\w+\}", TEXT)


def test_make_env_gives_every_variable_and_no_other():
    asked = set(re.findall(r"\$\{(\w+)", TEXT))
    assert asked == set(runpy.run_path(str(PROJECT_ROOT / "deploy" / "make_env.py"))["variables"]())


@EVERY_AIRFLOW_SERVICE
def test_every_airflow_process_has_the_same_settings_and_one_home(name):
    service = SERVICES[name]
    own = ("AIRFLOW_ADMIN_PASSWORD", "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN")
    assert {key: value for key, value in service["environment"].items() if key not in own} == COMPOSE["x-settings"]
    assert "scoreboard-home:/var/lib/scoreboard" in service["volumes"]
    assert service["image"] == SERVICES["worker"]["image"]


def test_tasks_run_where_the_database_password_is_unknown():
    for name, service in SERVICES.items():
        knows = "POSTGRES_PASSWORD" in str(service["environment"])
        assert knows == (name not in ("worker", "redis")), name


def test_production_settings():
    settings = COMPOSE["x-settings"]
    assert settings["AIRFLOW__CORE__EXECUTOR"] == "CeleryExecutor"
    assert settings["AIRFLOW__CORE__AUTH_MANAGER"].endswith(".FabAuthManager")
    assert settings["AIRFLOW__CORE__LOAD_EXAMPLES"] == "False"
    assert settings["AIRFLOW__USAGE_DATA_COLLECTION__ENABLED"] == "False"
    assert settings["AIRFLOW__DATABASE__LOAD_DEFAULT_CONNECTIONS"] == "False"


@EVERY_AIRFLOW_SERVICE
def test_nothing_starts_before_the_database_is_ready(name):
    if name == "init":
        expected = {"postgres": {"condition": "service_healthy"}, "redis": {"condition": "service_healthy"}}
    elif name in ("scheduler", "worker"):  # a task reports to the API server
        expected = {"api-server": {"condition": "service_healthy"}}
    else:
        expected = {"init": {"condition": "service_completed_successfully"}}
    assert SERVICES[name]["depends_on"] == expected


def test_the_first_start_makes_tables_an_administrator_and_the_pool_of_one():
    (script,) = SERVICES["init"]["command"]
    assert "airflow db migrate" in script
    assert "--role Admin" in script
    assert f"airflow pools set {WAREHOUSE_POOL} 1 " in script


@EVERY_SERVICE
def test_volumes_are_declared(name):
    for volume in SERVICES[name].get("volumes", []):
        assert volume.partition(":")[0] in COMPOSE["volumes"]


def test_the_image_is_built_from_the_lock_file_with_its_hashes():
    assert "COPY requirements.lock" in DOCKERFILE
    assert "--require-hashes" in DOCKERFILE
    assert locked_version("apache-airflow") == "3.3.2"
    # the provider imports what celery 5.7 moved
    assert tuple(map(int, locked_version("celery").split(".")[:2])) < (5, 7)
    assert {"apache-airflow-providers-celery", "apache-airflow-providers-fab", "psycopg2-binary", "redis"} <= set(
        re.findall(r"^([\w.-]+)==", LOCK, re.MULTILINE)
    )


def test_what_the_image_copies_exists_and_is_let_through():
    let_through = (PROJECT_ROOT / ".dockerignore").read_text().splitlines()
    sources = [source for line in re.findall(r"^COPY (.+)$", DOCKERFILE, re.MULTILINE) for source in line.split()[:-1]]
    assert sources
    for source in sources:
        assert (PROJECT_ROOT / source).exists(), source
        assert f"!{source}" in let_through, source
    assert "*" in let_through


def test_the_image_runs_as_the_user_compose_names_and_reports_to_nobody():
    assert re.search(r"useradd --uid 10001 .*scoreboard", DOCKERFILE)
    assert DOCKERFILE.index("USER scoreboard") > DOCKERFILE.index("RUN python -m compileall")
    assert SERVICES["worker"]["user"] == "10001:10001"
    assert re.match(r"(#.*\n)*FROM python:3\.1[123]-slim-\w+\n", DOCKERFILE)
    for setting in (
        "AIRFLOW__USAGE_DATA_COLLECTION__ENABLED=False",
        "DBT_SEND_ANONYMOUS_USAGE_STATS=false",
        "GX_ANALYTICS_ENABLED=false",
    ):
        assert setting in DOCKERFILE
