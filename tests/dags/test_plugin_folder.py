"""Airflow looks through plugins/ and finds one plugin; the rest of the package is imported by nobody but its users."""

from pathlib import Path

from scoreboard.settings import PROJECT_ROOT


def test_airflow_imports_one_file_below_plugins():
    from airflow._shared.module_loading import find_path_from_directory

    found = find_path_from_directory(PROJECT_ROOT / "plugins", ".airflowignore")
    assert [Path(path).name for path in found if path.endswith(".py")] == ["airflow_plugin.py"]


def test_the_timetable_is_registered_under_the_name_dags_use(bag):
    from airflow import plugins_manager

    from scoreboard.quarter_timetable import QuarterTimetable

    registered = plugins_manager.get_timetables_plugins()
    assert registered["scoreboard.quarter_timetable.QuarterTimetable"] is QuarterTimetable


def test_a_dag_with_the_timetable_survives_the_way_through_airflows_database(dags):
    from airflow.serialization.serialized_objects import DagSerialization

    dag = dags["quarterly_award_report"]
    copy = DagSerialization.deserialize_dag(DagSerialization.serialize_dag(dag))
    assert copy.timetable.serialize() == dag.timetable.serialize()
