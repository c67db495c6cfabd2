"""For every test: nothing reports home, and the suite ends with pytest's own last line."""

from __future__ import annotations

import atexit
import gc
import os

import pytest
from hypothesis import settings

from tests.once import sample_users_apart
from tests.sample import published_sample
from tests.small_sample import small_sample

__all__ = ["published_sample", "small_sample"]  # the fixtures every test may ask for

# the tests themselves are a million objects that all stay; looking for cycles among them for every few new ones took a tenth of the time
gc.set_threshold(50_000, 20, 100)
# how long an example takes says more about the machine than about the code
settings.register_profile("any machine", deadline=None)
settings.load_profile("any machine")
os.environ.update(
    AIRFLOW__USAGE_DATA_COLLECTION__ENABLED="False",
    DBT_SEND_ANONYMOUS_USAGE_STATS="false",
    DO_NOT_TRACK="1",
    GX_ANALYTICS_ENABLED="false",
)


_is_worker = False  # of a run on several cores, which has told all it found before it ends


def pytest_configure(config: pytest.Config) -> None:
    global _is_worker
    _is_worker = hasattr(config, "workerinput")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items[:] = sample_users_apart(items, published_sample.__name__)


@atexit.register
def _end_quietly() -> None:
    """Silence DuckDB's bindings, which list harmless leaks on standard error when the interpreter ends.

    A worker ends here and now: taking a gigabyte of objects apart one by one takes seconds, and `make test` waits for it.
    """
    os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
    if _is_worker:
        os._exit(0)
