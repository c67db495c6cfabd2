"""The one table of vendors under trial: the same faults, the same histories, the same mutations for every row of it."""

from __future__ import annotations

from demo.vendors.paging import query
from scoreboard.sources.api.http import Http
from tests.faults.rig import Trial
from tests.faults.toy import BUDGET, UNAUTHORIZED, ToyAuth, ToySource, ToyStandIn, pages_by_instant_alone

TOY = Trial(
    vendor="toy",
    adapter="toy",
    stream="items",
    stand_in=ToyStandIn,
    source=lambda transport, wait: ToySource(
        Http("https://toy.test", ToyAuth(transport), name="toy", transport=transport, wait=wait), "toy_default"
    ),
    row=lambda key, mark: {"name": mark},
    mark_of=lambda body: body.get("name"),
    key=lambda number: f"item{number:04}",
    unauthorized=UNAUTHORIZED,
    next_page={"next": query("after")},
    is_page=lambda request: request.path == "/items",
    budget=f"{BUDGET} requests a day",
    mutants={"pages go on from the instant alone": pages_by_instant_alone},
)

TRIALS = (TOY,)

PAGED = tuple(trial for trial in TRIALS if trial.is_paged)
INCREMENTAL = tuple(trial for trial in TRIALS if not trial.is_full)

HISTORIES = {str(trial): 400 for trial in TRIALS}
"""How many random histories each row of the table gets; the toy's do not count towards the 2,000."""
