"""The interval macros give the numbers that were published with the method, whatever table they are used in."""

from __future__ import annotations

import duckdb
import pytest

from tests.compiled_models import compiled_text


@pytest.mark.parametrize(
    ("successes", "n", "low", "high"),
    [
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ],
)
def test_wilson_gives_the_limits_of_newcombe_1998(successes: int, n: int, low: float, high: float) -> None:
    """Newcombe, Statistics in Medicine 17 (1998) 857-872, table I, method 3, as printed there: four places."""
    limits = compiled_text("select {{ wilson_low('hits', 'n') }}, {{ wilson_high('hits', 'n') }} from shares")
    shares = "with shares as (select cast(? as bigint) as hits, cast(? as bigint) as n) "
    with duckdb.connect() as connection:
        [found] = connection.execute(shares + limits, [successes, n]).fetchall()
    assert tuple(round(limit, 4) for limit in found) == (low, high)


def test_a_share_of_nothing_has_no_limits() -> None:
    limits = compiled_text("select {{ wilson_low('0', '0') }}, {{ wilson_high('0', '0') }}")
    with duckdb.connect() as connection:
        assert connection.execute(limits).fetchall() == [(None, None)]
