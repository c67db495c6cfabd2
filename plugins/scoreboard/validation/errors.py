"""What can go wrong at the door. None of them is ever a pass: the batch stays landed and is judged again by the next run."""

from __future__ import annotations

from scoreboard.errors import ScoreboardError


class ValidatorError(ScoreboardError):
    """A check itself broke, or two counts of the same rows differ: nobody knows whether the batch is good. Nothing was committed."""


class BatchRejected(ScoreboardError):
    """A table rule stopped one or more whole batches; `breaches` says which rule stopped which batch, and with what figures."""

    def __init__(self, breaches: list[str]) -> None:
        self.breaches = breaches
        super().__init__(
            " ".join(breaches)
            + " Stopped batches stay in landing/, no row of them was used, and the next run judges them again;"
            " all other batches of the domain were judged and kept. If a drift is real, accept that batch with"
            " make accept ENTITY=<entity> RUN=<run> WHY='...' (and FEED=<vendor>, where it is no batch of files), and run again."
        )
