"""Section 4, Gaps: what revenue a blind spot puts at stake."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.oracle.reading import Row

if TYPE_CHECKING:
    from tests.oracle.areas import Known

COLUMNS = {
    "rpt_gaps+ranks": ".account_id:s .quarter_start_date:d .category:s .gap_kind:s revenue_t4q:f blind_spot_rank:i"
}
_GRAIN = ("account_id", "quarter_start_date", "category", "gap_kind")


def rows(known: Known) -> dict[str, list[Row]]:
    found = []
    for gap in known.tables["rpt_gaps"]:
        tier = known.tiers.get((gap["account_id"], gap["quarter_start_date"]))
        found.append({column: gap[column] for column in _GRAIN} | {"revenue_t4q": tier and tier["revenue_t4q"]})
    blind = [
        row
        for row, gap in zip(found, known.tables["rpt_gaps"], strict=True)
        if gap["gap_kind"] == "perception" and gap["gap_class"] == "blind_spot"
    ]
    for row in found:
        row["blind_spot_rank"] = None
    for row in blind:
        row["blind_spot_rank"] = 1 + sum(_is_larger(other, row) for other in blind if _is_beside(other, row))
    return {"rpt_gaps+ranks": found}


def _is_beside(other: Row, row: Row) -> bool:
    return (other["quarter_start_date"], other["category"]) == (row["quarter_start_date"], row["category"])


def _is_larger(other: Row, row: Row) -> bool:
    """Strictly more revenue; unknown revenue comes last."""
    if other["revenue_t4q"] is None or row["revenue_t4q"] is None:
        return other["revenue_t4q"] is not None
    return bool(other["revenue_t4q"] > row["revenue_t4q"])
