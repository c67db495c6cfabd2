"""What the columns of a rule seed must say together: one check per seed, beside the types, keys and ranges it declares."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from decimal import Decimal

Row = dict[str, str]

# the threshold or thresholds that an alert rule compares with
_THRESHOLDS_OF = {
    "threshold": ("low_score", "score_drop", "silent_key_account", "ticket_reopened", "opportunity_seats"),
    "second_threshold": ("score_drop",),
}
# the bound or bounds that each kpi is held against
_BOUNDS_OF = {
    "accounts_per_manager": ("target_high",),
    "accounts_per_sponsor": ("target_high",),
    "account_loss_rate": ("target_low", "target_high"),
    "revenue_heard_share": ("target_low",),
    "person_mean_score": ("target_low",),
}


def complaints(seed: str, rows: list[Row]) -> Iterator[str]:
    """What is wrong with a seed's rows, taken together, in their order; nothing where all is well.

    `rows`: column -> checked text, empty where nothing stands there.
    """
    check = _ROW_CHECKS.get(seed)
    for row in rows if check else ():
        yield from check(row) if check else ()
    if seed == "satisfaction_bands":
        yield from _bands(rows)


def _scale(row: Row) -> Iterator[str]:
    if Decimal(row["min_value"]) >= Decimal(row["max_value"]):
        yield f"scale {row['scale_id']} must end above its start"


def _signal(row: Row) -> Iterator[str]:
    if Decimal(row["full_marks_at"]) <= 0 or Decimal(row["weight"]) < 0:
        yield f"signal {row['signal']} needs full_marks_at above 0 and a weight of 0 or more"


def _blend(row: Row) -> Iterator[str]:
    if min(Decimal(row["system_weight"]), Decimal(row["staff_weight"])) < 0:
        yield "weights are 0 or more"


def _rate(row: Row) -> Iterator[str]:
    if Decimal(row["rate"]) <= 0:
        yield f"the rate of {row['currency']} on {row['valid_from']} must be above 0"


def _recipient(row: Row) -> Iterator[str]:
    if not (row["project_id"] or row["recipient_name"]):
        yield f"a row of {row['award_year']} names neither project_id nor recipient_name"


def _class(row: Row) -> Iterator[str]:
    if Decimal(row["score_low"]) > Decimal(row["score_high"]):
        yield f"value {row['value']} of scale {row['scale_id']} needs a score_high of at least its score_low"


def _suppression(row: Row) -> Iterator[str]:
    if not 0 <= int(row["min_responses"]) <= int(row["min_responses_for_comments"]):
        yield (
            f"{row['scope_type']} needs a min_responses of 0 or more and at least as many for comments:"
            " a comment gives away more than a mean"
        )


def _effort(row: Row) -> Iterator[str]:
    if Decimal(row["best_at"]) == Decimal(row["worst_at"]) or Decimal(row["weight"]) < 0:
        yield f"signal {row['signal']} needs a best_at other than its worst_at and a weight of 0 or more"


def _service(row: Row) -> Iterator[str]:
    if int(row["min_responses"]) < 1 or not 0 <= Decimal(row["min_reliability"]) <= 1:
        yield f"{row['reported_level']} needs min_responses of 1 or more and min_reliability between 0 and 1"


def _drivers(row: Row) -> Iterator[str]:
    if not 0 < Decimal(row["min_answered_share"]) <= 1:
        yield "min_answered_share is a share above 0, at most 1"


def _alert_rule(row: Row) -> Iterator[str]:
    """A rule that compares with a threshold would find nothing without it, in silence."""
    for column, rules in _THRESHOLDS_OF.items():
        if row["rule_id"] in rules and row["is_enabled"] == "true" and not row[column]:
            yield f"rule {row['rule_id']} of {row['valid_from']} needs a {column}; is_enabled false switches it off"


def _target(row: Row) -> Iterator[str]:
    for bound in _BOUNDS_OF[row["kpi"]]:
        if not row[bound]:
            yield f"{row['kpi']} of {row['valid_from']} needs a {bound}"
    yield from _order(row["kpi"], row["target_low"], row["target_high"])


def _criterion(row: Row) -> Iterator[str]:
    yield from _order(f"{row['dimension']} {row['level']} {row['kpi']}", row["min_value"], row["max_value"])


def _order(name: str, low: str, high: str) -> Iterator[str]:
    if low and high and Decimal(low) > Decimal(high):
        yield f"{name} would lie between {low} and {high}; nothing does"


def _bands(rows: list[Row]) -> Iterator[str]:
    """Every score has one band: those of a day start at 1 or below, no two of them at the same score."""
    starts: dict[str, list[Decimal]] = {}
    for row in rows:
        if row["band"] == "unheard":
            yield "unheard is the band of accounts without a score"
        starts.setdefault(row["valid_from"], []).append(Decimal(row["min_score"]))
    for day, scores in starts.items():
        if min(scores) > 1:
            yield f"the lowest band of {day} must start at 1, the lowest score"
        if len(set(scores)) < len(scores):
            yield f"two bands of {day} start at the same score"


_ROW_CHECKS: dict[str, Callable[[Row], Iterator[str]]] = {
    "survey_scales": _scale,
    "engagement_signals": _signal,
    "usage_signals": _signal,
    "blend_weights": _blend,
    "fx_rates": _rate,
    "award_history": _recipient,
    "scale_classes": _class,
    "suppression_policy": _suppression,
    "effort_weights": _effort,
    "service_targets": _service,
    "key_driver_policy": _drivers,
    "alert_rules": _alert_rule,
    "kpi_targets": _target,
    "maturity_criteria": _criterion,
}
