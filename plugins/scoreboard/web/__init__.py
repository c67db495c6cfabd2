"""The page in Airflow's web UI: the published figures, read-only, behind Airflow's login."""
