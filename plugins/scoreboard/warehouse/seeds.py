"""Rule seeds: the shipped ones with the user's own laid over them, checked before dbt reads them (CONTRACT section 3)."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import yaml

from scoreboard.errors import ScoreboardError
from scoreboard.settings import PROJECT_ROOT, Settings

SHIPPED = PROJECT_ROOT / "dbt_project" / "seeds"
DECLARATIONS = PROJECT_ROOT / "dbt_project" / "models" / "rules"
# what each alert rule compares with (docs/figures.md, section 8)
_THRESHOLDS_OF = {
    "threshold": ("low_score", "score_drop", "silent_key_account", "ticket_reopened", "opportunity_seats"),
    "second_threshold": ("score_drop",),
}


class SeedError(ScoreboardError):
    """A rule seed cannot be used; the message names the file, the row and what to write instead."""


@dataclass(frozen=True)
class Seed:
    """One rule table as declared in `models/rules/_rules__*.yml`."""

    name: str
    types: dict[str, str]
    key: list[str]
    required: list[str]
    accepted: dict[str, list[Any]] = field(default_factory=dict)
    lower: list[str] = field(default_factory=list)
    key_where_null: dict[str, str] = field(default_factory=dict)
    between: dict[str, list[Any]] = field(default_factory=dict)


def declared_seeds() -> dict[str, Seed]:
    """Name -> declaration of every rule seed."""
    seeds = {}
    for path in sorted(DECLARATIONS.glob("_rules__*.yml")):
        for entry in yaml.safe_load(path.read_text(encoding="utf-8"))["seeds"]:
            config = entry["config"]
            seeds[entry["name"]] = Seed(name=entry["name"], types=config["column_types"], **config["meta"])
    return seeds


def lay_out_seeds(settings: Settings, folder: Path) -> dict[str, Path]:
    """Write every seed, checked and normalised, into `folder` for dbt; name -> the file it came from.

    A file SCOREBOARD_HOME/seeds/<seed>.csv replaces the shipped one. Raises SeedError.
    """
    seeds = declared_seeds()
    own = {path.stem: path for path in sorted(settings.seeds.glob("*.csv"))}
    unknown = sorted(set(own) - set(seeds))
    if unknown:
        raise SeedError(
            f"{own[unknown[0]]}: there is no rule seed of that name. Known: {', '.join(sorted(seeds))}. Nothing was built."
        )
    folder.mkdir(parents=True, exist_ok=True)
    origins = {}
    for name, seed in seeds.items():
        origin = own.get(name, SHIPPED / f"{name}.csv")
        rows = read_seed(seed, origin)
        with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as target:
            writer = csv.DictWriter(target, fieldnames=list(seed.types), lineterminator="\n")
            writer.writeheader()
            writer.writerows(rows)
        origins[name] = origin
    return origins


def read_seed(seed: Seed, path: Path) -> list[dict[str, str]]:
    """Rows of one seed file, each value checked against its declared type; raises SeedError."""
    rows = []
    keys: dict[tuple[str, ...], int] = {}
    for number, raw in _read_csv(seed, path):
        row = {column: _checked(seed, path, number, column, raw.get(column, "")) for column in seed.types}
        key = tuple(_key_part(seed, raw, row, column) for column in seed.key)
        if key in keys:
            raise SeedError(
                f"{path}: row {number} has the same {', '.join(seed.key)} as row {keys[key]}"
                f" ({', '.join(key)}); a rule may stand there once. Nothing was built."
            )
        keys[key] = number
        if row not in rows or not seed.lower:
            rows.append(row)
    _check_together(seed, path, rows)
    return rows


def _key_part(seed: Seed, raw: dict[str, str], row: dict[str, str], column: str) -> str:
    """A key column's value: as checked, so that 4 and 4.0 are equal; a stand-in is told from a value of the column itself."""
    if column in seed.key_where_null and not row[column]:
        stand_in = seed.key_where_null[column]
        return f"{stand_in} {row[stand_in]}"
    # what differs in case alone is one rule written twice, not a doubled key
    return raw.get(column, "") if column in seed.lower else row[column]


def _read_csv(seed: Seed, path: Path) -> list[tuple[int, dict[str, str]]]:
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise SeedError(f"{path}: not UTF-8 at byte {error.start}; save it as UTF-8. Nothing was built.") from error
    try:
        lines = list(csv.reader(io.StringIO(text, newline=""), strict=True))
    except csv.Error as error:
        raise SeedError(f"{path}: {error}. Nothing was built.") from error
    header = [name.strip() for name in lines[0]] if lines else []
    missing = [column for column in seed.types if column in {*seed.required, *seed.key} and column not in header]
    unknown = [column for column in header if column not in seed.types]
    if missing or unknown or len(set(header)) != len(header):
        raise SeedError(
            f"{path}: the header must be {','.join(seed.types)}; found {','.join(header) or 'nothing'}. Nothing was built."
        )
    rows = []
    for number, cells in enumerate(lines[1:], start=2):
        if not any(cell.strip() for cell in cells):
            continue
        if len(cells) != len(header):
            raise SeedError(
                f"{path}: row {number} has {len(cells)} fields, the header {len(header)}. Nothing was built."
            )
        rows.append((number, {name: cell.strip() for name, cell in zip(header, cells, strict=True)}))
    return rows


def _checked(seed: Seed, path: Path, number: int, column: str, text: str) -> str:
    """The value in dbt's spelling; empty stays empty where that is allowed."""
    if not text:
        if column in seed.required:
            raise SeedError(f"{path}: row {number} has no {column}. Nothing was built.")
        return ""
    if column in seed.lower:
        text = text.lower()
    spelled = _SPELLINGS[seed.types[column].partition("(")[0]](text, seed.types[column])
    if spelled is None:
        raise SeedError(
            f"{path}: row {number}, {column} is {text!r}, which is no {seed.types[column]}. Nothing was built."
        )
    if column in seed.accepted and spelled not in [str(value) for value in seed.accepted[column]]:
        raise SeedError(
            f"{path}: row {number}, {column} is {text!r}; it takes {', '.join(map(str, seed.accepted[column]))}. Nothing was built."
        )
    if column in seed.between:
        least, most = seed.between[column]
        if not least <= Decimal(spelled) <= most:
            raise SeedError(
                f"{path}: row {number}, {column} is {text!r}; it takes {least} to {most}. Nothing was built."
            )
    return spelled


def _check_together(seed: Seed, path: Path, rows: list[dict[str, str]]) -> None:
    """Checks between the columns of a row."""
    for row in rows:
        if seed.name == "survey_scales" and Decimal(row["min_value"]) >= Decimal(row["max_value"]):
            raise SeedError(f"{path}: scale {row['scale_id']} must end above its start. Nothing was built.")
        if seed.name == "suppression_policy" and not (
            0 <= int(row["min_responses"]) <= int(row["min_responses_for_comments"])
        ):
            raise SeedError(
                f"{path}: {row['scope_type']} needs a min_responses of 0 or more and at least as many for comments:"
                " a comment gives away more than a mean. Nothing was built."
            )
        if seed.name.endswith("_signals") and (Decimal(row["full_marks_at"]) <= 0 or Decimal(row["weight"]) < 0):
            raise SeedError(
                f"{path}: signal {row['signal']} needs full_marks_at above 0 and a weight of 0 or more. Nothing was built."
            )
        if seed.name == "blend_weights" and min(Decimal(row["system_weight"]), Decimal(row["staff_weight"])) < 0:
            raise SeedError(f"{path}: weights are 0 or more. Nothing was built.")
        if seed.name == "fx_rates" and Decimal(row["rate"]) <= 0:
            raise SeedError(
                f"{path}: the rate of {row['currency']} on {row['valid_from']} must be above 0. Nothing was built."
            )
        if seed.name == "scale_classes" and Decimal(row["score_low"]) > Decimal(row["score_high"]):
            raise SeedError(
                f"{path}: value {row['value']} of scale {row['scale_id']} needs a score_high of at least its score_low."
                " Nothing was built."
            )
        if seed.name == "key_driver_policy" and not 0 < Decimal(row["min_answered_share"]) <= 1:
            raise SeedError(f"{path}: min_answered_share is a share above 0, at most 1. Nothing was built.")
        if seed.name == "award_history" and not (row["project_id"] or row["recipient_name"]):
            raise SeedError(
                f"{path}: a row of {row['award_year']} names neither project_id nor recipient_name. Nothing was built."
            )
        if seed.name == "effort_weights" and (
            Decimal(row["best_at"]) == Decimal(row["worst_at"]) or Decimal(row["weight"]) < 0
        ):
            raise SeedError(
                f"{path}: signal {row['signal']} needs a best_at other than its worst_at and a weight of 0 or more. Nothing was built."
            )
        if seed.name == "service_targets" and (
            int(row["min_responses"]) < 1 or not 0 <= Decimal(row["min_reliability"]) <= 1
        ):
            raise SeedError(
                f"{path}: {row['reported_level']} needs min_responses of 1 or more and min_reliability between 0 and 1. Nothing was built."
            )
        if seed.name == "alert_rules":
            _check_alert_rule(path, row)
        if seed.name == "kpi_targets":
            _check_target(path, row)
        if seed.name == "maturity_criteria" and row["min_value"] and row["max_value"]:
            _check_order(path, f"{row['dimension']} {row['level']} {row['kpi']}", row["min_value"], row["max_value"])
    if seed.name == "satisfaction_bands":
        _check_bands(path, rows)


# the bound or bounds that each kpi is held against
_BOUNDS = {
    "accounts_per_manager": ("target_high",),
    "accounts_per_sponsor": ("target_high",),
    "account_loss_rate": ("target_low", "target_high"),
    "revenue_heard_share": ("target_low",),
    "person_mean_score": ("target_low",),
}


def _check_target(path: Path, row: dict[str, str]) -> None:
    for bound in _BOUNDS[row["kpi"]]:
        if not row[bound]:
            raise SeedError(f"{path}: {row['kpi']} of {row['valid_from']} needs a {bound}. Nothing was built.")
    if row["target_low"] and row["target_high"]:
        _check_order(path, row["kpi"], row["target_low"], row["target_high"])


def _check_order(path: Path, name: str, low: str, high: str) -> None:
    if Decimal(low) > Decimal(high):
        raise SeedError(f"{path}: {name} would lie between {low} and {high}; nothing does. Nothing was built.")


def _check_bands(path: Path, rows: list[dict[str, str]]) -> None:
    """Every score has one band: those of a day start at 1 or below, no two of them at the same score."""
    starts: dict[str, list[Decimal]] = {}
    for row in rows:
        if row["band"] == "unheard":
            raise SeedError(f"{path}: unheard is the band of accounts without a score. Nothing was built.")
        starts.setdefault(row["valid_from"], []).append(Decimal(row["min_score"]))
    for day, scores in starts.items():
        if min(scores) > 1:
            raise SeedError(f"{path}: the lowest band of {day} must start at 1, the lowest score. Nothing was built.")
        if len(set(scores)) < len(scores):
            raise SeedError(f"{path}: two bands of {day} start at the same score. Nothing was built.")


def _check_alert_rule(path: Path, row: dict[str, str]) -> None:
    """A rule that compares with a threshold would find nothing without it, in silence."""
    for column, rules in _THRESHOLDS_OF.items():
        if row["rule_id"] in rules and row["is_enabled"] == "true" and not row[column]:
            raise SeedError(
                f"{path}: rule {row['rule_id']} of {row['valid_from']} needs a {column}; is_enabled false switches it off."
                " Nothing was built."
            )


def _date(text: str, _: str) -> str | None:
    try:
        return date.fromisoformat(text).isoformat() if re.fullmatch(r"\d{4}-\d{2}-\d{2}", text) else None
    except ValueError:
        return None


def _decimal(text: str, declared: str) -> str | None:
    precision, scale = (int(part) for part in declared[len("decimal(") : -1].split(","))
    match = re.fullmatch(r"([+-]?)(\d*)(?:\.(\d*))?", text, flags=re.ASCII)
    if not match or not (match[2] or match[3]):
        return None
    whole, fraction = match[2].lstrip("0"), (match[3] or "").rstrip("0")
    if len(whole) > precision - scale or len(fraction) > scale:
        return None
    return f"{match[1].replace('+', '')}{whole or '0'}{'.' + fraction if fraction else ''}"


def _integer(text: str, _: str) -> str | None:
    return str(int(text)) if re.fullmatch(r"[+-]?\d{1,9}", text, flags=re.ASCII) else None


def _double(text: str, _: str) -> str | None:
    return text if re.fullmatch(r"[+-]?\d+(\.\d+)?", text, flags=re.ASCII) else None


def _flag(text: str, _: str) -> str | None:
    return {"true": "true", "1": "true", "yes": "true", "false": "false", "0": "false", "no": "false"}.get(text.lower())


_SPELLINGS: dict[str, Callable[[str, str], str | None]] = {
    "varchar": lambda text, _: text,
    "date": _date,
    "decimal": _decimal,
    "integer": _integer,
    "double": _double,
    "boolean": _flag,
}
