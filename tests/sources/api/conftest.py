from tests.orchestration import airflow_home

airflow_home.set_environment()
