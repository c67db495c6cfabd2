# One image for every Airflow process of docker-compose.yaml.
FROM python:3.11-slim-bookworm

ENV PYTHONUNBUFFERED=1 \
    PIP_NO_CACHE_DIR=1 \
    PIP_DISABLE_PIP_VERSION_CHECK=1

# paper reports of customers whose names are Chinese, Japanese or Korean
RUN apt-get update \
    && apt-get install -y --no-install-recommends fonts-noto-cjk \
    && rm -rf /var/lib/apt/lists/*

COPY requirements.lock /tmp/requirements.lock
RUN pip install --no-deps --require-hashes -r /tmp/requirements.lock && rm /tmp/requirements.lock

# the folders exist, and belong to the user, before volumes are mounted over them
RUN groupadd --gid 10001 scoreboard \
    && useradd --uid 10001 --gid scoreboard --no-create-home --home-dir /nonexistent --shell /usr/sbin/nologin scoreboard \
    && install -d -o scoreboard -g scoreboard /var/lib/scoreboard /var/log/airflow

WORKDIR /opt/scoreboard
COPY dags dags
COPY dbt_project dbt_project
COPY expectations expectations
COPY plugins plugins
RUN python -m compileall -q dags expectations plugins

ENV PYTHONPATH=/opt/scoreboard/plugins:/opt/scoreboard \
    PYTHONDONTWRITEBYTECODE=1 \
    SCOREBOARD_HOME=/var/lib/scoreboard \
    AIRFLOW_HOME=/tmp/airflow \
    AIRFLOW__CORE__DAGS_FOLDER=/opt/scoreboard/dags \
    AIRFLOW__CORE__PLUGINS_FOLDER=/opt/scoreboard/plugins \
    AIRFLOW__CORE__LOAD_EXAMPLES=False \
    AIRFLOW__LOGGING__BASE_LOG_FOLDER=/var/log/airflow \
    AIRFLOW__USAGE_DATA_COLLECTION__ENABLED=False \
    DBT_SEND_ANONYMOUS_USAGE_STATS=false \
    DO_NOT_TRACK=1 \
    GX_ANALYTICS_ENABLED=false

USER scoreboard
ENTRYPOINT ["airflow"]
CMD ["version"]
