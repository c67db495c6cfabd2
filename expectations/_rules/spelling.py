"""How a number, flag, date or timestamp may be spelled (CONTRACT section 2, "Spelling"), as DuckDB macros.

Each macro takes the landed text and gives its value, or null where the text is no such thing: `as_number('12,5')` is null.
The spelling is matched first, the calendar decides afterwards: a cast alone also takes 1e3, Infinity, 1_000, ' 5' and 2026-3-1.
`regexp_full_match` wants the whole text, so that a line end after the last character is no way in; `[0-9]` is ASCII.
"""

from __future__ import annotations

from typing import Final

_HOURS, _SIXTY = "([01][0-9]|2[0-3])", "[0-5][0-9]"
_OFFSET: Final = f"[+-]((0[0-9]|1[0-3]):?{_SIXTY}|14:?00)"

# what Python calls a space (str.isspace): trim() knows blanks only, and \s misses the no-break space
BLANK: Final = r"[\t-\r\x1c-\x20\x{85}\x{a0}\x{1680}\x{2000}-\x{200a}\x{2028}\x{2029}\x{202f}\x{205f}\x{3000}]*"
NUMBER: Final = r"[+-]?([0-9]{1,14}([.][0-9]{0,6})?|[.][0-9]{1,6})"
# not (?i:yes): that takes the long s of yeſ, too
FLAG_TRUE: Final = "[Tt][Rr][Uu][Ee]|[Yy][Ee][Ss]|1"
FLAG_FALSE: Final = "[Ff][Aa][Ll][Ss][Ee]|[Nn][Oo]|0"
DATE: Final = "[0-9]{4}-[0-9]{2}-[0-9]{2}"
TIMESTAMP: Final = f"{DATE}[T ]{_HOURS}:{_SIXTY}:{_SIXTY}([.][0-9]{{1,6}})?(Z|{_OFFSET})?"
_HAS_OFFSET: Final = "([+-].{4,5}|Z)"
CURRENCY: Final = "[A-Z]{3}"

# The year 0000 passes a cast as 1 BC, and an offset can push an instant over either end of the calendar;
# neither can be read back by the tools behind the warehouse. An instant without an offset is given its Z
# here, so that no session's zone decides what it means.
MACROS: Final = (
    f"create macro as_text(cell) as case when regexp_full_match(cell, '{BLANK}') then null else cell end",
    f"create macro as_number(cell) as case when regexp_full_match(cell, '{NUMBER}') then try_cast(cell as decimal(20, 6)) end",
    f"create macro as_flag(cell) as case when regexp_full_match(cell, '{FLAG_TRUE}') then true"
    f" when regexp_full_match(cell, '{FLAG_FALSE}') then false end",
    f"create macro as_date(cell) as case when regexp_full_match(cell, '{DATE}') and cell >= '0001'"
    " then try_cast(cell as date) end",
    "create macro as_instant(cell) as try_cast("
    f"case when regexp_full_match(substr(cell, 20), '([.][0-9]+)?{_HAS_OFFSET}') then cell else cell || 'Z' end as timestamptz)",
    f"create macro as_timestamp(cell) as case when regexp_full_match(cell, '{TIMESTAMP}')"
    " and as_instant(cell) >= timestamptz '0001-01-01 00:00:00+00'"
    " and as_instant(cell) < timestamptz '10000-01-01 00:00:00+00' then as_instant(cell) end",
    f"create macro is_currency(cell) as regexp_full_match(cell, '{CURRENCY}')",
)
"""Statements that make as_text, as_number, as_flag, as_date, as_timestamp and is_currency."""
