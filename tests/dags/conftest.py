import pytest

from tests.orchestration import airflow_home

airflow_home.set_environment()


@pytest.fixture(scope="session")
def bag():
    """The project's DAGs, read as Airflow reads them."""
    airflow_home.prepare_database()
    from airflow.dag_processing.dagbag import DagBag

    from scoreboard.settings import PROJECT_ROOT

    return DagBag(str(PROJECT_ROOT / "dags"))


@pytest.fixture(scope="session")
def dags(bag):
    return bag.dags
