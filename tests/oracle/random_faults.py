"""Spoils random companies: older and newer versions, doubles, conflicts, and rows with one, two or three faults at once."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from tests.oracle.random_world import Row, Verbatim, World
from tests.oracle.schema import ENTITIES, Entity

_BLANKS = (None, Verbatim(""), Verbatim("   "), Verbatim("\u00a0"), Verbatim("\t"))
_WRONG = {
    "number": (
        " 5",
        "5 ",
        "1e3",
        "1E2",
        "Infinity",
        "-inf",
        "1_000",
        "1,5",
        "0x10",
        "--1",
        ".",
        "+",
        "-.",
        "NaN",
        "nan",
        "\u0665",
        "\uff15",
        "\u22125",
        "1.2.3",
        "123456789012345.5",
        "1.1234567",
        "five",
        "5\u00a0",
        "true",
    ),
    "flag": ("y", "t", "on", "2", " true", "TRUE ", "1.0", "NaN", "wahr", "-1"),
    "date": (
        "2025-3-1",
        "2025/03/01",
        "20250301",
        "2025-02-30",
        "2025-02-29",
        "2025-13-01",
        "2025-03-01T00:00:00",
        "2025-03-01 00:00:00",
        " 2025-03-01",
        "2025-03-01 ",
        "today",
        "NaN",
        "45000",
        "\u0662025-03-01",
        "25-03-01",
    ),
    "timestamp": (
        "2025-03-01",
        "2025-03-01T24:00:00Z",
        "2025-03-01T10:00:60Z",
        "2025-03-01T10:60:00Z",
        "2025-03-01T10:00Z",
        "2025-03-01T10:00:00+14:01",
        "2025-03-01T10:00:00+15:00",
        "2025-03-01T10:00:00+01:60",
        "2025-03-01T10:00:00+05",
        "2025-03-01T10:00:00+5:30",
        "2025-03-01T10:00:00.1234567Z",
        "2025-03-01T10:00:00.Z",
        "2025-03-01T10:00:00,5Z",
        "2025-03-01t10:00:00z",
        "2025-03-01T10:00:00z",
        "2025-03-01  10:00:00",
        "2025-03-01T10:00:00 +01:00",
        "2025-03-01T10:00:00Z ",
        "2025-02-29T10:00:00Z",
        "epoch",
        "infinity",
        "NaN",
        "1740823200",
        "2025-03-01T10:00:00Z[UTC]",
        "2025-03-01T1:00:00Z",
    ),
}
# The same kinds spelled oddly but rightly.
_RIGHT_TIMESTAMPS = (
    "2025-03-01T10:00:00.1-0000",
    "2025-03-01 10:00:00.123456+14:00",
    "2025-03-01T10:00:00-1400",
    "2025-03-01 23:59:59+0545",
    "2025-03-01T00:00:00",
)
_OWN_CHECKS: dict[str, dict[str, tuple[str, ...]]] = {
    "answers": {"value": ("-0.000001", "100.000001", "5.5", "11", "-1", "0")},
    "questions": {"weight": ("0", "-1", "-0", "0.000001")},
    "assessments": {"engagement_rating": ("-0.5", "10.000001", "10"), "usage_rating": ("11", "-0", "-1")},
    "usage": {
        "licensed_seats": ("-1",),
        "active_seats": ("-0.5",),
        "features_available": ("-3",),
        "features_used": ("-1",),
    },
}


class Spoiler:
    """Adds versions and bad rows to the rows of one company."""

    def __init__(self, world: World, rows: dict[str, list[Row]]) -> None:
        self.world, self.rows = world, rows

    def spoil(self) -> None:
        """Changes `rows` in place: shuffled, then versions, then bad rows and their children."""
        for entity in ENTITIES.values():
            rows = self.rows.get(entity.name, [])
            if not rows:
                continue
            self.world.rng.shuffle(rows)
            for row in list(rows):
                if self.world.chance(0.12):
                    self._versions(entity, row)
        for entity in ENTITIES.values():
            if self.rows.get(entity.name):
                self._bad_rows(entity)

    def _insert(self, entity: Entity, row: Row, after: Row | None = None) -> None:
        rows = self.rows[entity.name]
        lowest = 0
        if after is not None and self.world.chance(0.85):  # an original mostly lands before what contradicts it
            lowest = next(place for place, other in enumerate(rows) if other is after) + 1
        rows.insert(self.world.rng.randint(lowest, len(rows)), row)

    def _versions(self, entity: Entity, row: Row) -> None:
        """A history of one key: doubles, conflicts and bad ones, of the current version and of older ones."""
        world = self.world
        older = row["updated_at"] - timedelta(microseconds=world.pick((1, 1000000, 86400 * 10**6)))
        newer = row["updated_at"] + timedelta(seconds=1)
        for kind in world.rng.sample(
            (
                "older",
                "older pair",
                "older conflict",
                "double",
                "double",
                "conflict",
                "there and back",
                "bad newer",
                "bad first",
                "null or false",
            ),
            world.rng.randint(1, 2),
        ):
            if kind == "double":
                self._insert(entity, dict(row), row)
            elif kind == "conflict":
                self._insert(entity, self._changed(entity, row), row)
            elif kind == "there and back":
                self._insert(entity, self._changed(entity, row), row)
                self._insert(entity, dict(row), row)
            elif kind == "bad newer":
                self._insert(entity, self._faulty(entity, row | {"updated_at": newer}))
            elif kind == "bad first":  # at the same instant, and it may land before the good one
                self._insert(entity, self._faulty(entity, row))
            elif kind == "null or false":
                flags = [column for column, of in entity.columns.items() if of == "flag"]
                self._insert(entity, row | {flag: world.pick((None, False)) for flag in flags}, row)
            else:
                past = self._changed(entity, row) | {"updated_at": older}
                self._insert(entity, past)
                if kind == "older pair":
                    self._insert(entity, dict(past), past)
                elif kind == "older conflict":
                    self._insert(entity, self._changed(entity, past) | {"updated_at": older}, past)

    def _changed(self, entity: Entity, row: Row) -> Row:
        """The same key with one or two other contents."""
        world = self.world
        columns = [column for column in entity.columns if column not in (entity.key, "updated_at", *entity.parents)]
        out = dict(row)
        for column in world.rng.sample(columns, min(len(columns), world.rng.randint(1, 2))):
            out[column] = self._other(entity, column, row.get(column))
        if world.chance(0.1) and entity.parents:
            parent = world.pick(sorted(entity.parents))
            others = self.rows.get(entity.parents[parent])
            if others:
                out[parent] = world.pick(others).get(parent)
        return out

    def _other(self, entity: Entity, column: str, value: Any) -> Any:
        world, kind = self.world, entity.columns[column]
        if column in entity.words:
            return world.pick(sorted(entity.words[column]))
        if column == "scale_id":
            return world.pick(("likert5", "nps11"))
        if column == "currency":
            return value
        if kind == "number":
            return Decimal(world.pick(("1", "2", "3", "0.5"))) if value is None else value + 1
        if kind == "flag":
            return world.pick((None, True, False))
        if kind == "date" and isinstance(value, date):
            return value.replace(day=1) if column == "month" else value + timedelta(days=1)
        if kind == "timestamp" and isinstance(value, datetime):
            return world.pick((value + timedelta(hours=1), Verbatim(world.pick(_RIGHT_TIMESTAMPS))))
        return f"{value} (old)" if kind == "text" and isinstance(value, str) and not column.endswith("_id") else value

    def _bad_rows(self, entity: Entity) -> None:
        """New keys with faults, and children of keys that are in quarantine."""
        world, rows = self.world, self.rows[entity.name]
        good = list(rows)
        for number in range(world.rng.randint(3, 7)):
            bad = self._faulty(entity, world.pick(good) | {entity.key: f"BAD{number}"})
            self._insert(entity, bad)
        for column, parent in entity.parents.items():
            for _ in range(2):
                orphan = dict(world.pick(good)) | {entity.key: world.next_id("ORPHAN")}
                orphan[column] = world.pick(
                    ("BAD0", "BAD1", "BAD2", f"{orphan[column]} ", str(orphan[column]).swapcase(), f"no {parent}")
                )
                self._insert(entity, orphan)
        if entity.name == "answers":  # a question of another survey than the response's
            for _ in range(3):
                stray = dict(world.pick(good)) | {
                    "answer_id": world.next_id("STRAY"),
                    "question_id": world.pick(self.rows["questions"])["question_id"],
                }
                self._insert(entity, stray)

    def _faulty(self, entity: Entity, row: Row) -> Row:
        """One to three faults in different columns; which rule names the row is for the reader to find out."""
        out = dict(row)
        faults = [self._missing, self._wrong_type, self._unknown, self._beyond, self._no_rate, self._orphaned]
        for fault in self.world.rng.sample(faults, self.world.pick((1, 1, 2, 2, 3))):
            fault(entity, out)
        return out

    def _missing(self, entity: Entity, out: Row) -> None:
        column = self.world.pick(entity.required)
        out[column] = self.world.pick(_BLANKS)

    def _wrong_type(self, entity: Entity, out: Row) -> None:
        columns = [column for column, kind in entity.columns.items() if kind != "text"]
        column = self.world.pick(columns)
        out[column] = Verbatim(self.world.pick(_WRONG[entity.columns[column]]))

    def _unknown(self, entity: Entity, out: Row) -> None:
        choices = [*entity.words, *(column for column in ("currency", "scale_id") if column in entity.columns)]
        if choices:
            column = self.world.pick(choices)
            wrong = (
                ("usd", "US", "USDX", "U$D")
                if column == "currency"
                else ("likert6", "Likert5")
                if column == "scale_id"
                else ("other ", "Active", "CUSTOMER", "?")
            )
            out[column] = Verbatim(self.world.pick(wrong))

    def _beyond(self, entity: Entity, out: Row) -> None:
        if entity.name == "usage" and self.world.chance(0.4):
            out["month"] = date(2025, 3, 2)
        elif entity.name in _OWN_CHECKS:
            column = self.world.pick(sorted(_OWN_CHECKS[entity.name]))
            out[column] = Decimal(self.world.pick(_OWN_CHECKS[entity.name][column]))

    def _no_rate(self, entity: Entity, out: Row) -> None:
        if "currency" in entity.columns:
            out["currency"] = self.world.pick(("ZZZ", "GBP", "XOF", "XAU"))
            dated = "recognised_on" if entity.name == "revenue" else "created_on"
            if self.world.chance(0.5):
                out[dated] = self.world.pick(
                    (date(1999, 12, 31), self.world.quarters[0] - timedelta(days=1), self.world.quarters[0])
                )
            if entity.name == "opportunities" and self.world.chance(0.5):
                out["amount"] = None

    def _orphaned(self, entity: Entity, out: Row) -> None:
        if entity.parents:
            out[self.world.pick(sorted(entity.parents))] = self.world.pick(("GONE", "gone", "BAD0"))
