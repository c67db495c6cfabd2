"""One module per page, each with a `router`; the navigation in its order."""

from __future__ import annotations

from dataclasses import dataclass

from scoreboard.web.pages import (
    account,
    account_trend,
    accounts,
    alert,
    alerts,
    award_evidence,
    awards,
    files,
    gaps,
    overview,
    quadrants,
    quality,
    revenue,
    runs,
)

ROUTERS = (
    overview.router,
    awards.router,
    award_evidence.router,
    accounts.router,
    account.router,
    account_trend.router,
    quadrants.router,
    revenue.router,
    gaps.router,
    alerts.router,
    alert.router,
    quality.router,
    runs.router,
    files.router,
)


@dataclass(frozen=True)
class Entry:
    """An entry of the navigation, lit up on its own page and on those below `also`."""

    path: str
    label: str
    also: tuple[str, ...] = ()


_ENTRIES = (
    Entry("/", "Overview"),
    Entry("/awards", "Awards", also=("/award/evidence",)),
    Entry("/accounts", "Accounts", also=("/account",)),
    Entry("/quadrants", "Quadrants"),
    Entry("/revenue", "Revenue"),
    Entry("/gaps", "Gaps"),
    Entry("/alerts", "Alerts", also=("/alert",)),
    Entry("/quality", "Data quality", also=("/quarantine",)),
    Entry("/runs", "Runs", also=("/run",)),
)
_PATHS = {route.path for router in ROUTERS for route in router.routes if hasattr(route, "path")}

NAVIGATION = tuple(entry for entry in _ENTRIES if entry.path in _PATHS)
