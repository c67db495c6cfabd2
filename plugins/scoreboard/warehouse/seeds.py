"""Rule seeds: the shipped ones with the user's own laid over them, checked before dbt reads them (CONTRACT section 3)."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from scoreboard.errors import ScoreboardError
from scoreboard.settings import PROJECT_ROOT, Settings
from scoreboard.warehouse.seed_checks import complaints

SHIPPED = PROJECT_ROOT / "dbt_project" / "seeds"
DECLARATIONS = PROJECT_ROOT / "dbt_project" / "models" / "rules"


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


@cache
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
    for complaint in complaints(seed.name, rows):
        raise SeedError(f"{path}: {complaint}. Nothing was built.")
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
