"""Commands about what is published: rollback, publish-postgres, metrics, docs."""

from __future__ import annotations

import argparse

from rich.table import Table

from scoreboard.cli.airflow_itself import set_up_airflow
from scoreboard.orchestration import processes
from scoreboard.orchestration.terminal import Terminal
from scoreboard.settings import Settings, SettingsError


def rollback(options: argparse.Namespace, terminal: Terminal) -> bool:
    """Publish the version before this one again."""
    from scoreboard.warehouse import publish

    settings = Settings.from_environment()
    record = publish.rollback(settings)
    terminal.console.print(
        f"Published: {record['version']}, as of {record['as_of']} (was {record['rolled_back_from']})"
    )
    return not settings.publish_to_postgres or publish_postgres(options, terminal)


def publish_postgres(options: argparse.Namespace, terminal: Terminal) -> bool:
    """Show the live version in PostgreSQL, at the connection that SCOREBOARD_PUBLISH_TO_POSTGRES names."""
    from scoreboard.postgres.publish import publish_to_postgres

    settings = Settings.from_environment()
    set_up_airflow(settings)
    terminal.keep_the_rest_in(settings.airflow_home / "publish_postgres.log")
    done = publish_to_postgres(settings)
    if done is None:
        raise SettingsError(
            "SCOREBOARD_PUBLISH_TO_POSTGRES is not set; it takes the id of an Airflow Connection, such as bi_postgres"
        )
    how = f"{done['tables']} tables copied" if done["copied"] else "its tables were there already"
    terminal.console.print(
        f"PostgreSQL shows {done['version']} (before: {done['before'] or 'nothing'}); {how}", markup=False
    )
    return True


def metrics(options: argparse.Namespace, terminal: Terminal) -> bool:
    """Ask the published figures for metrics; without a name, list them."""
    from scoreboard.warehouse import metrics as semantic

    settings = Settings.from_environment()
    if not options.names:
        for name, description in semantic.declared(settings).items():
            terminal.console.print(f"{name:28} {description}", markup=False, highlight=False)
        return True
    table = Table(*options.by, *options.names)
    for row in semantic.query(settings, options.names, options.by, options.where):
        table.add_row(*("" if value is None else str(value) for value in row.values()))
    terminal.console.print(table)
    return True


def metrics_options(command: argparse.ArgumentParser) -> None:
    """Which metrics, by what."""
    command.add_argument("names", nargs="*", help="such as satisfaction_mean nps")
    command.add_argument("--by", nargs="+", default=[], help="such as metric_time__reporting_quarter account__region")
    command.add_argument("--where", action="append", default=[], help="a MetricFlow filter")


def docs(options: argparse.Namespace, terminal: Terminal) -> bool:
    """Write the documentation's pages, and dbt's own about every table and column of the last build."""
    from scoreboard.site.build import build_site
    from scoreboard.warehouse.docs import NothingBuilt, write_dbt_docs

    settings = Settings.from_environment()
    with processes.sole_user_of(settings):
        terminal.keep_the_rest_in(settings.build / "docs.log")
        terminal.console.print(f"Written: {build_site(settings)}")
        try:
            terminal.console.print(f"Written: {write_dbt_docs(settings)}")
        except NothingBuilt as nothing:
            terminal.console.print(f"dbt's own pages were left out: {nothing}")
    return True
