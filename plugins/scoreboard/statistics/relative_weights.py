"""Relative weights: how much of an outcome's explained variance belongs to each of several correlated drivers.

Johnson, J. W. (2000). A heuristic method for estimating the relative weight of predictor variables in multiple regression.
Multivariate Behavioral Research, 35(1), 1-19. Drivers are replaced by the orthogonal variables nearest to them; the outcome is
regressed on those, and what each of those explains is given back to the drivers by their squared correlations with it.

Nothing here goes through a threaded matrix product: sums run in one fixed order, so the same cases give the same bits.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]

# scores lie between 1 and 5: a smaller variance is rounding, all cases are equal
LEAST_VARIANCE = 1e-12
# of a correlation matrix; at or below it a driver is a combination of the others
LEAST_EIGENVALUE = 1e-9
# resamples tried for each one wanted: those without a correlation are drawn again
TRIES_PER_RESAMPLE = 10
# cells of one block of resamples: 64 MiB of counts
_BLOCK_CELLS = 8_388_608


class NotEstimable(ValueError):
    """These cases have no relative weights; the message says why."""


@dataclass(frozen=True)
class RelativeWeights:
    """`raw`: share of the outcome's variance, one per driver, summing to `r2`; `rescaled`: share of r2, NaN where r2 is 0."""

    raw: Floats
    r2: float

    @property
    def rescaled(self) -> Floats:
        """Raw weights as shares of the explained variance; they sum to 1."""
        if self.r2 <= LEAST_VARIANCE:
            return np.full_like(self.raw, np.nan)
        return self.raw / self.r2


def relative_weights(outcome: Floats, drivers: Floats) -> RelativeWeights:
    """Weights of the k columns of `drivers` (n x k) on `outcome` (n), measured so that 1e-6 is nothing, as scores are.

    Raises NotEstimable with fewer than k + 2 cases, an outcome or driver that does not vary, or collinear drivers.
    """
    cases, count = drivers.shape
    if count == 0 or cases < count + 2:
        raise NotEstimable(f"{cases} cases are too few for {count} drivers")
    moments = _products(outcome, drivers).sum(axis=0)
    correlations, known = _correlations(moments[None, :], cases, count + 1)
    if not known[0]:
        raise NotEstimable("the outcome or a driver does not vary")
    weights, solved = _weights(correlations)
    if not solved[0]:
        raise NotEstimable("the drivers are collinear")
    return RelativeWeights(raw=weights[0], r2=float(weights[0].sum()))


def bootstrap_interval(
    outcome: Floats, drivers: Floats, *, resamples: int, seed: int, confidence: float = 0.95
) -> tuple[Floats, Floats]:
    """Lower and upper percentile (linear between order statistics) of each raw weight over resampled cases.

    Cases are drawn with replacement, in the order given, by numpy's PCG64 seeded with `seed`. A resample without weights (something
    does not vary in it, drivers are collinear in it) is drawn again; NaN where ten times as many do not bring enough.
    """
    tail = (1 - confidence) / 2
    found: list[Floats] = []
    missing = resamples
    for weights in _resampled_weights(outcome, drivers, resamples * TRIES_PER_RESAMPLE, seed):
        found.append(weights[:missing])
        missing -= len(found[-1])
        if missing == 0:
            low, high = np.quantile(np.concatenate(found), [tail, 1 - tail], axis=0)
            return low, high
    return np.full(drivers.shape[1], np.nan), np.full(drivers.shape[1], np.nan)


def _resampled_weights(outcome: Floats, drivers: Floats, tries: int, seed: int) -> Iterator[Floats]:
    """Weights of at most `tries` resamples, block by block, those without weights left out."""
    cases, count = drivers.shape
    products = _products(outcome, drivers)
    generator = np.random.Generator(np.random.PCG64(seed))
    block = max(1, min(tries // TRIES_PER_RESAMPLE, _BLOCK_CELLS // cases))
    while tries > 0:
        drawn = min(block, tries)
        tries -= drawn
        times = np.empty((drawn, cases))
        for row in times:
            row[:] = np.bincount(generator.integers(0, cases, size=cases), minlength=cases)
        # einsum without a path is a plain loop: no BLAS, whose threads would decide in which order to add
        moments = np.einsum("bn,nj->bj", times, products, optimize=False)
        correlations, known = _correlations(moments, cases, count + 1)
        weights, solved = _weights(correlations[known])
        yield weights[solved]


def _products(outcome: Floats, drivers: Floats) -> Floats:
    """Per case: each centred variable (outcome first), then each product of two, the upper triangle row by row."""
    variables = np.column_stack([outcome, drivers])
    variables = variables - variables.mean(axis=0)
    rows, columns = np.triu_indices(variables.shape[1])
    return np.column_stack([variables, variables[:, rows] * variables[:, columns]])


def _correlations(moments: Floats, cases: int, size: int) -> tuple[Floats, Flags]:
    """Correlation matrices (b x size x size) from summed products, and for which of them every variable varies."""
    means = moments[:, :size] / cases
    rows, columns = np.triu_indices(size)
    covariances = np.empty((len(moments), size, size))
    covariances[:, rows, columns] = moments[:, size:] / cases - means[:, rows] * means[:, columns]
    covariances[:, columns, rows] = covariances[:, rows, columns]
    variances = np.diagonal(covariances, axis1=1, axis2=2)
    known: Flags = np.all(variances > LEAST_VARIANCE, axis=1)
    spreads = np.sqrt(np.where(variances > LEAST_VARIANCE, variances, 1.0))
    return covariances / (spreads[:, :, None] * spreads[:, None, :]), known


def _weights(correlations: Floats) -> tuple[Floats, Flags]:
    """Raw weights (b x k) from correlation matrices with the outcome first, and for which of them drivers are not collinear."""
    among, with_outcome = correlations[:, 1:, 1:], correlations[:, 1:, 0]
    eigenvalues, vectors = np.linalg.eigh(among)
    solved: Flags = np.all(eigenvalues > LEAST_EIGENVALUE, axis=1)
    roots = np.sqrt(np.where(eigenvalues > LEAST_EIGENVALUE, eigenvalues, 1.0))
    # the orthogonal variables' correlations with the drivers, P D^1/2 P', and the outcome's weights on them
    loadings = np.einsum("bij,bj,bkj->bik", vectors, roots, vectors, optimize=False)
    coefficients = np.einsum("bij,bj,bkj,bk->bi", vectors, 1 / roots, vectors, with_outcome, optimize=False)
    weights: Floats = np.einsum("bjk,bk->bj", loadings**2, coefficients**2, optimize=False)
    return weights, solved
