"""Airflow, for its Connections and hooks, in a home of its own: set before anything of it is imported."""

from __future__ import annotations

from tests.orchestration import airflow_home

airflow_home.set_environment()
