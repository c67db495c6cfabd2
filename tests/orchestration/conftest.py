from collections.abc import Iterator

import pytest

from tests.orchestration import airflow_home

airflow_home.set_environment()


@pytest.fixture(scope="module")
def without_lineage() -> Iterator[None]:
    """OpenLineage is told nothing: what it is told of every task is the matter of test_lineage.py, and takes a sixth of a run's work."""
    airflow_home.prepare_database()
    from airflow.listeners.listener import get_listener_manager as of_airflow
    from airflow.providers.openlineage.plugins.listener import get_openlineage_listener
    from airflow.sdk.listener import get_listener_manager as of_tasks

    listener = get_openlineage_listener()
    registries = [manager.pm for manager in (of_airflow(), of_tasks()) if manager.pm.is_registered(listener)]
    for registry in registries:
        registry.unregister(listener)
    yield
    for registry in registries:
        registry.register(listener)
