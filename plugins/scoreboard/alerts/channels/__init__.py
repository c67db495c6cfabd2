"""The ways a digest leaves: e-mail, Slack, a webhook; each through Airflow's provider and its Connection."""
