"""One row per quarter, scope and driver taking part: its relative weight and interval.

The one model in Python, and docs/decisions says why: eigenvectors and resamples are no work for SQL. It only hands over; what it computes
is plugins/scoreboard/warehouse/key_drivers.py, where it can be tested without dbt.
"""


def model(dbt, session):
    dbt.config(materialized="table")
    from scoreboard.warehouse.key_drivers import weights_by_quarter

    return weights_by_quarter(dbt.ref("int_key_driver_cases_complete"))
