"""The part of SOQL that the stand-in Salesforce understands: what an adapter asks, strictly; anything else is malformed."""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

Row = Mapping[str, Any]  # Id, SystemModstamp (datetime), IsDeleted
Condition = Callable[[Row], bool]

_TOKEN = re.compile(
    r"\s*(?:(?P<string>'(?:[^'\\]|\\['\\])*')"
    r"|(?P<datetime>\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,3})?(?:Z|[+-]\d\d:?\d\d))"
    r"|(?P<word>[A-Za-z_][A-Za-z0-9_.]*(?:\(\))?)|(?P<number>\d+)|(?P<sign><=|>=|=|<|>|\(|\)|,))"
)
_OPERATORS = {
    "=": operator.eq,
    ">": operator.gt,
    ">=": operator.ge,
    "<": operator.lt,
    "<=": operator.le,
}
_FILTERED = {"Id": "string", "SystemModstamp": "datetime", "IsDeleted": "word"}


class Malformed(ValueError):
    """The text is no SOQL, or more than this stand-in understands."""


@dataclass(frozen=True)
class Query:
    """One query; `order` names fields, all ascending."""

    object: str
    fields: tuple[str, ...]
    where: Condition
    order: tuple[str, ...]
    limit: int | None

    @property
    def is_count(self) -> bool:
        return self.fields == ("COUNT()",)


def parse(text: str) -> Query:
    """A query. Raises Malformed."""
    return _Parser(text).query()


class _Parser:
    def __init__(self, text: str) -> None:
        self._tokens: list[tuple[str, str]] = []
        at = 0
        while at < len(text.rstrip()):
            found = _TOKEN.match(text, at)
            if found is None:
                raise Malformed(f"unexpected token: {text[at : at + 12]}")
            self._tokens.append((str(found.lastgroup), found[str(found.lastgroup)]))
            at = found.end()
        self._at = 0

    def query(self) -> Query:
        self._expect("SELECT")
        fields = [self._take("word")]
        while self._skip(","):
            fields.append(self._take("word"))
        if len(set(fields)) != len(fields):
            raise Malformed("duplicate field selected")
        self._expect("FROM")
        name = self._take("word")
        where = self._either() if self._skip("WHERE") else _everything
        order: list[str] = []
        if self._skip("ORDER"):
            self._expect("BY")
            while not order or self._skip(","):
                order.append(self._take("word"))
                if order[-1] not in ("SystemModstamp", "Id"):
                    raise Malformed(f"this stand-in does not order by {order[-1]}")
                self._skip("ASC")
        limit = int(self._take("number")) if self._skip("LIMIT") else None
        if self._at < len(self._tokens):
            raise Malformed(f"unexpected token: {self._tokens[self._at][1]}")
        return Query(name, tuple(fields), where, tuple(order), limit)

    def _either(self) -> Condition:
        """Conditions all joined by AND or all by OR: SOQL wants parentheses where both stand."""
        conditions, joined = [self._condition()], ""
        while (word := self._peek()) in ("AND", "OR"):
            if joined and word != joined:
                raise Malformed("unexpected token: AND and OR are mixed without parentheses")
            joined = word
            self._at += 1
            conditions.append(self._condition())
        combine = any if joined == "OR" else all
        return lambda row: combine(condition(row) for condition in conditions)

    def _condition(self) -> Condition:
        if self._skip("("):
            inside = self._either()
            self._expect(")")
            return inside
        field = self._take("word")
        if field not in _FILTERED:
            raise Malformed(f"this stand-in does not filter by {field}")
        if self._skip("IN"):
            self._expect("(")
            values = {self._literal(field)}
            while self._skip(","):
                values.add(self._literal(field))
            self._expect(")")
            return lambda row: row[field] in values
        compare = _OPERATORS.get(self._take("sign"))
        if compare is None:
            raise Malformed("unexpected operator")
        value = self._literal(field)
        return lambda row: bool(compare(row[field], value))

    def _literal(self, field: str) -> Any:
        text = self._take(_FILTERED[field])
        if field == "SystemModstamp":
            return datetime.fromisoformat(text).astimezone(UTC)
        if field == "Id":
            return re.sub(r"\\(.)", r"\1", text[1:-1])
        if text.lower() not in ("true", "false"):
            raise Malformed(f"invalid value for IsDeleted: {text}")
        return text.lower() == "true"

    def _peek(self) -> str:
        return self._tokens[self._at][1].upper() if self._at < len(self._tokens) else ""

    def _skip(self, word: str) -> bool:
        is_there = self._peek() == word
        self._at += is_there
        return is_there

    def _expect(self, word: str) -> None:
        if not self._skip(word):
            raise Malformed(f"expecting {word}, found {self._peek() or '<EOF>'}")

    def _take(self, kind: str) -> str:
        if self._at >= len(self._tokens) or self._tokens[self._at][0] != kind:
            raise Malformed(f"expecting a {kind}, found {self._peek() or '<EOF>'}")
        self._at += 1
        return self._tokens[self._at - 1][1]


def _everything(row: Row) -> bool:
    return True
