"""What Airflow prepares for others and nobody needs where all of it is one installation: some seconds of work before the first task.

Nothing is left out that a task or a later `make up` sees: the same routes answer, and Airflow's database holds the same DAGs.
"""

from __future__ import annotations

from functools import cache


@cache
def spare_the_needless() -> None:
    """To be called once Airflow is set up, before its first `dag.test()`; a second call changes nothing."""
    speak_the_newest_version_only()
    _read_the_dags_into_the_database_once()


def speak_the_newest_version_only() -> None:
    """Tasks report to Airflow through its Execution API, whose routes it builds anew for every version that a worker out there might speak.

    Here a task and what it reports to are of one installation, so all speak the newest.
    """
    from airflow.api_fastapi.execution_api import routes, versions
    from cadwyn import HeadVersion, Version, VersionBundle
    from cadwyn.route_generation import _DELETED_ROUTE_TAG

    newest, *_ = versions.bundle.versions
    versions.bundle = VersionBundle(HeadVersion(), Version(newest.value))
    router = routes.execution_api_router
    router.routes = [route for route in router.routes if _DELETED_ROUTE_TAG not in getattr(route, "tags", ())]


def _read_the_dags_into_the_database_once() -> None:
    """`dag.test()` reads every DAG file and writes every DAG, before each DAG's run; no file changes meanwhile."""
    from airflow.dag_processing import dagbag

    dagbag.BundleDagBag = cache(dagbag.BundleDagBag)
    dagbag.sync_bag_to_db = cache(dagbag.sync_bag_to_db)
