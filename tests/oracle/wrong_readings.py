"""Plausible wrong readings of the contract: each a small change to one module of the oracle.

They measure the random companies: a company is worth something if a product that reads the contract so would be caught by it.
Each entry: what goes wrong, module, the right text, the wrong text. The right text must occur exactly once in its module.
"""

from __future__ import annotations

import importlib
import re
import sys
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import NamedTuple

_PACKAGE = Path(__file__).parent
JUDGING = ("reading", "judging", "rules")  # modules whose changes need the files judged again


class WrongReading(NamedTuple):
    """One change of text that makes one module of the oracle wrong."""

    what: str
    module: str
    right: str
    wrong: str


def wrong_oracle(reading: WrongReading, folder: Path, name: str) -> ModuleType:
    """The oracle's module `company` with the change made, in a package of its own below `folder` (which must be on the path).

    Only what the change can touch is copied: everything else is the right oracle's own.
    """
    package = folder / name
    package.mkdir()
    (package / "__init__.py").touch()
    (package / "t_critical.csv").write_text((_PACKAGE / "t_critical.csv").read_text())
    reached = reach("company", _PACKAGE, "tests.oracle")
    for stem, text in changed_texts(reading, _PACKAGE, "tests.oracle", name).items():
        if stem in reached:
            (package / f"{stem}.py").write_text(text)
    importlib.invalidate_caches()
    module = importlib.import_module(f"{name}.company")
    forget(name)
    return module


@cache
def sources(package: Path) -> dict[str, str]:
    """The modules of a package, name -> text."""
    return {path.stem: path.read_text() for path in sorted(package.glob("*.py"))}


def changed_texts(reading: WrongReading, folder: Path, package: str, wrong_package: str) -> dict[str, str]:
    """The texts of the changed module of a package and of all that come to import it, importing each other's copies."""
    texts = sources(folder)
    if (times := texts[reading.module].count(reading.right)) != 1:
        raise ValueError(f"{reading.what}: {reading.right!r} occurs {times} times in {reading.module}.py")
    touched = {stem for stem in texts if reading.module in reach(stem, folder, package)}
    copied = re.compile(rf"from {re.escape(package)}\.({'|'.join(sorted(touched))}) import ")
    texts = texts | {reading.module: texts[reading.module].replace(reading.right, reading.wrong)}
    return {stem: copied.sub(rf"from {wrong_package}.\1 import ", texts[stem]) for stem in touched}


@cache
def reach(stem: str, folder: Path, package: str) -> frozenset[str]:
    """A module and all those of its package that it imports, directly or through others."""
    texts, found, ahead = sources(folder), set(), [stem]
    while ahead:
        if (module := ahead.pop()) in texts and module not in found:
            found.add(module)
            ahead += re.findall(rf"from {re.escape(package)}\.(\w+) import ", texts[module])
    return frozenset(found)


def forget(package: str) -> None:
    """Takes a package of copies out of the loaded modules; what holds one of its functions keeps it."""
    for loaded in [loaded for loaded in sys.modules if loaded.partition(".")[0] == package]:
        del sys.modules[loaded]


# fmt: off
WRONG_READINGS = [
    WrongReading(*entry)
    for entry in (
        # reading
        ("a no-break space is text", "reading", "not cell.strip())", 'not cell.strip(" "))'),
        ("blanks around numbers are forgiven", "reading", "_NUMBER.fullmatch(cell)", "_NUMBER.fullmatch(cell.strip())"),
        ("any script's digits", "reading", r"(?:([0-9]+)(?:\.([0-9]*))?", r"(?:(\d+)(?:\.([0-9]*))?"),
        ("digits are not counted", "reading", "if digits > 14 or places > after:", "if digits > 99:"),
        ("the text NaN is null", "reading", "not cell.strip())", "cell.strip() in ('', 'NaN'))"),
        ("flags in lower case or those of the seeds only", "reading", "spelled(cell).lower())", "spelled(cell) if spelled(cell) not in ('FALSE', 'Yes') else spelled(cell).lower())"),
        ("offsets without minutes", "reading", "hours=int(off_hour or 0), minutes=int(off_minute or 0)", "hours=int(off_hour or 0)"),
        ("offsets turned round", "reading", 'sign == "-"', 'sign == "+"'),
        ("offsets beyond 14:00", "reading", "timedelta(hours=14)", "timedelta(hours=15)"),
        ("fractions of a second dropped", "reading", '(fraction or "0").ljust(6, "0")', '"0"'),
        ("files in alphabetical order", "reading", "key=os.fsencode", "key=str.casefold"),
        ("numbers in text columns with a point", "reading", 'plain.rstrip("0").rstrip(".") if "." in plain else plain', "plain"),
        # judging
        ("wrong_type before missing_required", "judging", "return {}, \"missing_required\"\n    row: Row = {}\n    try:", "return {}, \"wrong_type\"\n    row: Row = {}\n    try:"),
        ("out_of_scale before unknown_enum", "judging", '        ("unknown_enum", _unknown_word),\n        ("out_of_scale", _out_of_scale),', '        ("out_of_scale", _out_of_scale),\n        ("unknown_enum", _unknown_word),'),
        ("orphan_key before no_fx_rate", "judging", '        ("no_fx_rate", _no_rate),\n        ("orphan_key", _orphan),', '        ("orphan_key", _orphan),\n        ("no_fx_rate", _no_rate),'),
        ("orphan_key before out_of_scale", "judging", '        ("out_of_scale", _out_of_scale),\n        ("no_fx_rate", _no_rate),\n        ("orphan_key", _orphan),', '        ("orphan_key", _orphan),\n        ("out_of_scale", _out_of_scale),\n        ("no_fx_rate", _no_rate),'),
        ("no rate needed without an amount", "judging", "return column is not None and", 'return column is not None and row["amount"] is not None and'),
        ("ratings unbounded above", "judging", "not 0 <= value <= 10", "not 0 <= value"),
        ("ratings of 10 refused", "judging", "not 0 <= value <= 10", "not 0 <= value < 10"),
        ("weight 0 accepted", "judging", "value <= 0)", "value < 0)"),
        ("any day is a month", "judging", 'or (column == "month" and value.day != 1)', ""),
        ("questions of other surveys", "judging", 'return bool(question["survey_id"] != response["survey_id"])', "return False"),
        ("a conflict with the landed-before, not the first", "judging", "        if row == first:\n", "        if row == [other for other in rows[: next(i for i, r in enumerate(rows) if r is row)] if other['updated_at'] == row['updated_at']][-1]:\n"),
        ("null flags equal false", "judging", "if row == first:", "if {k: v or None for k, v in row.items() if k[:3] == 'is_'} | {k: v for k, v in row.items() if k[:3] != 'is_'} == {k: v or None for k, v in first.items() if k[:3] == 'is_'} | {k: v for k, v in first.items() if k[:3] != 'is_'}:"),
        ("the last landed of one updated_at stays", "judging", "first = firsts.setdefault(row[\"updated_at\"], row)", "first = firsts.get(row[\"updated_at\"], row); firsts[row['updated_at']] = row"),
        ("the first version stays current", "judging", "firsts[max(firsts)]", "firsts[min(firsts)]"),
        ("conflicts of old versions do not count", "judging", "        if row == first:", "        if row == first or row['updated_at'] != max(r['updated_at'] for r in rows):"),
        # rules
        ("rules start a day late", "rules", 'known = [row for row in self._rows[seed] if row["valid_from"] <= day]', 'known = [row for row in self._rows[seed] if row["valid_from"] < day]'),
        ("the first rule for ever", "rules", 'return max(known, key=lambda row: row["valid_from"])', 'return min(known, key=lambda row: row["valid_from"])'),
        ("signals of the newest day only", "rules", "        if not latest:\n", "        newest = max(row['valid_from'] for row in latest.values())\n        latest = {s: r for s, r in latest.items() if r['valid_from'] == newest}\n        if not latest:\n"),
        ("signals start a day late", "rules", 'sorted(self._rows[seed], key=lambda row: row["valid_from"]):\n            if row["valid_from"] <= day', 'sorted(self._rows[seed], key=lambda row: row["valid_from"]):\n            if row["valid_from"] < day'),
        ("targets start a day late", "rules", 'sorted(self._rows["gap_targets"], key=lambda row: row["valid_from"]):\n            if row["valid_from"] <= day', 'sorted(self._rows["gap_targets"], key=lambda row: row["valid_from"]):\n            if row["valid_from"] < day'),
        ("rates start a day late", "rules", "if entry[0] <= day]", "if entry[0] < day]"),
        ("the newest rate for all", "rules", "return max(known)[1] if known else None", "return max(self._rates[currency])[1] if known else None"),
        ("a rate for the reporting currency", "rules", "if currency is None or currency == self.currency:", "if currency is None or (currency == self.currency and currency not in self._rates):"),
        ("rates to any currency", "rules", 'if row["to_currency"] == reporting_currency:', "if True:"),
        ("domains as typed", "rules", 'row["domain"].strip().lower()', 'row["domain"]'),
        ("t stays at 120 degrees", "rules", "self._t.get(df, 1.96)", "self._t[min(df, 120)]"),
        # calendar
        ("days in UTC", "calendar", "moment.astimezone(self.zone).date()", "moment.date()"),
        ("fiscal years start in January", "calendar", "(day.month - fiscal_start) % 3", "(day.month - 1) % 3"),
        ("settled a day early", "calendar", "SETTLE_DAYS = 15", "SETTLE_DAYS = 14"),
        ("settled a day late", "calendar", "SETTLE_DAYS = 15", "SETTLE_DAYS = 16"),
        ("a running quarter judged on its calendar end", "calendar", "return min(end_of_quarter(quarter), self.as_of)", "return end_of_quarter(quarter)"),
        ("events after as-of count", "calendar", "self.quarter(day) if day <= self.as_of else None", "self.quarter(day)"),
        ("the as-of day itself does not count", "calendar", "self.quarter(day) if day <= self.as_of else None", "self.quarter(day) if day < self.as_of else None"),
        ("usage does not open the calendar", "calendar", '    "usage": "month",\n', ""),
        ("revenue does not open the calendar", "calendar", '    "revenue": "recognised_on",\n', ""),
        ("responses do not open the calendar", "calendar", '    "responses": "responded_at",\n', ""),
        ("invitations do not open the calendar", "calendar", '    "invitations": "sent_at",\n', ""),
        ("tickets do not open the calendar", "calendar", '    "tickets": "created_at",\n', ""),
        ("activities do not open the calendar", "calendar", '    "activities": "occurred_at",\n', ""),
        ("assessments do not open the calendar", "calendar", '    "assessments": "assessed_at",\n', ""),
        # stats
        ("no tolerance", "stats", "EPSILON = Fraction(1, 10**9)", "EPSILON = Fraction(0)"),
        ("tolerance of 1e-7", "stats", "EPSILON = Fraction(1, 10**9)", "EPSILON = Fraction(1, 10**7)"),
        ("population variance", "stats", "for value in values) / (len(values) - 1)", "for value in values) / len(values)"),
        ("degrees of freedom rounded", "stats", "math.floor(freedom + EPSILON)", "round(float(freedom))"),
        ("pooled degrees of freedom", "stats", "math.floor(freedom + EPSILON)", "len(reference) + len(actual) - 2"),
        ("no interval without variance", "stats", "return float(gap), float(gap)", "return None"),
        # scores
        ("reversed scales as they are", "scores", 'if scale["is_reversed"]:', "if False:"),
        ("reversed ratio not turned", "scores", "5 * (low + high - value) / high", "5 * value / high"),
        ("ratio clamped at 1", "scores", "    return score, 5 * value / high", "    return score, max(Fraction(1), 5 * value / high)"),
        ("weights ignored", "scores", "return Fraction(1) if weight is None else Fraction(weight)", "return Fraction(1)"),
        ("null counts_for_award is no", "scores", 'self.question["counts_for_award"] is not False', 'bool(self.question["counts_for_award"])'),
        ("waves without calendar quarters", "scores", 'calendar_label(day) if row["wave"] is None', '"" if row["wave"] is None'),
        ("wave labels of reporting quarters", "scores", "calendar_label(day) if", "calendar_label(calendar.quarter(day)) if"),
        ("null is_complete is incomplete", "scores", '("incomplete", row["is_complete"] is False)', '("incomplete", not row["is_complete"])'),
        ("test after not_customer", "scores", '        ("test", row["respondent_type"] == "test"),\n', ""),
        ("incomplete before internal_domain", "scores", '("internal_domain", bool(at)', '("internal_domain", row["is_complete"] is not False and bool(at)'),
        ("e-mail domains as typed", "scores", "domain.strip().lower()", "domain"),
        ("the first @ splits", "scores", '.rpartition("@")', '.partition("@")'),
        ("an address without @ is a domain", "scores", "bool(at) and", ""),
        ("superseded across waves", "scores", '("contact_id", "survey_id", "ticket_id")), response.wave)', '("contact_id", "survey_id", "ticket_id")),)'),
        ("superseded across tickets", "scores", '("contact_id", "survey_id", "ticket_id")', '("contact_id", "survey_id")'),
        ("superseded across surveys", "scores", '("contact_id", "survey_id", "ticket_id")', '("contact_id", "ticket_id")'),
        ("responses without ticket never superseded", "scores", "        if key in last:", '        if key in last and response.row["ticket_id"] is not None:'),
        ("responses without contact superseded", "scores", 'if response.is_counted and response.row["contact_id"] is not None]', "if response.is_counted]"),
        ("excluded responses supersede", "scores", "candidates = [response for response in responses if response.is_counted and", 'candidates = [response for response in responses if response.exclusion in (None, "incomplete", "no_scored_answer") and'),
        ("responses after as-of supersede", "scores", "candidates = [response for response in responses if response.is_counted and", 'candidates = [response for response in responses if response.exclusion in (None, "after_as_of") and'),
        ("responses without a score supersede", "scores", "candidates = [response for response in responses if response.is_counted and", 'candidates = [response for response in responses if response.exclusion in (None, "no_scored_answer") and'),
        ("ties by alphabet", "scores", 'r.row["response_id"].encode()', 'r.row["response_id"].casefold()'),
        ("ties by UTF-16", "scores", 'r.row["response_id"].encode()', 'r.row["response_id"].encode("utf-16-be")'),
        ("blank comments are comments", "scores", 'answer.row["comment"] is not None', "True"),
        ("staff invitations count", "scores", 'survey["kind"] == "staff" or', ""),
        ("surveys without kind are staff", "scores", 'survey["kind"] == "staff" or', 'survey["kind"] in ("staff", None) or'),
        ("excluded responses answer invitations", "scores", "for response in responses if response.is_counted}", "for response in responses}"),
        ("only the invitation's own survey answers", "scores", 'count[1] += row["invitation_id"] in answered', 'count[1] += any(r.is_counted and r.row["invitation_id"] == row["invitation_id"] and r.row["survey_id"] == row["survey_id"] for r in responses)'),
        ("answers of later quarters do not count", "scores", 'count[1] += row["invitation_id"] in answered', 'count[1] += any(r.is_counted and r.row["invitation_id"] == row["invitation_id"] and r.quarter == quarter for r in responses)'),
        ("invitations after as-of", "scores", 'calendar.quarter_of(row["sent_at"])', 'calendar.quarter(calendar.local(row["sent_at"]))'),
        # satisfaction
        ("people without contact are one", "satisfaction", "len(set(contacts) - {None}) + contacts.count(None)", "len(set(contacts))"),
        ("people without contact are none", "satisfaction", " + contacts.count(None)", ""),
        ("top box strictly above", "satisfaction", "top = sum(at_least(score, threshold)", "top = sum(score > threshold"),
        ("last year is three quarters ago", "satisfaction", "add_months(quarter, -12), scope_type", "add_months(quarter, -9), scope_type"),
        ("the previous quarter that has a row", "satisfaction", "means.get((add_months(quarter, -3), scope_type", "means.get((max((k[0] for k in means if k[1:] == key[1:] and k[0] < quarter), default=None), scope_type"),
        ("loyalty zone strictly above", "satisfaction", "at_least(means[key], threshold)", "means[key] > threshold"),
        ("award rule of the year", "satisfaction", 'rules.on("award_rules", calendar.last_day(quarter))', 'rules.on("award_rules", quarter.replace(month=12, day=31))'),
        ("tiers of the last quarter", "satisfaction", 'tier = tiers.get((account["account_id"], response.quarter))', 'tier = tiers.get((account["account_id"], max(q for _, q in tiers)))'),
        # tiers
        ("key at exactly 80 %", "tiers", 'if before < rule["enter_share"]:', 'if before <= rule["enter_share"]:'),
        ("stays key at exactly 85 %", "tiers", 'before < rule["leave_share"]', 'before <= rule["leave_share"]'),
        ("no hysteresis", "tiers", 'if was_key and before < rule["leave_share"]', 'if False and before < rule["leave_share"]'),
        ("hysteresis one step deep", "tiers", 'previous["account_tier"] == "key",', 'previous["tier_reason"] == "revenue",'),
        ("hysteresis without having been key", "tiers", "if was_key and before", "if before"),
        ("ties count as before", "tiers", "other > amount)", "other >= amount)"),
        ("negative revenue in the total", "tiers", "total = sum(positive, Fraction(0))", "total = sum(money.values(), Fraction(0))"),
        ("share before is 0 without revenue", "tiers", "if amount > 0 else total) / total", "if amount > 0 else Fraction(0)) / total"),
        ("money as doubles", "tiers", 'Fraction(row["amount"]) * rate\n        if', 'Fraction(float(row["amount"]) * float(rate) * 1.0000000000000002)\n        if'),
        ("growth strictly above", "tiers", 'previous >= rule["growth_min"]', 'previous > rule["growth_min"]'),
        ("growth on a window cut short", "tiers", "if first is None or start < first or start < calendar.quarters[0]:", "if first is None or start < calendar.quarters[0]:"),
        ("first revenue is the first amount", "tiers", "        if quarter is not None:\n            firsts", '        if quarter is not None and row["amount"]:\n            firsts'),
        ("pipeline strictly above", "tiers", '>= rule["pipeline_min"]', '> rule["pipeline_min"]'),
        ("pipeline of all kinds", "tiers", ' or row["kind"] != "expansion"', ""),
        ("null is_closed is closed", "tiers", 'row["is_closed"] is not True or', 'row["is_closed"] is False or'),
        ("closed without date is pipeline", "tiers", '(row["close_date"] is not None and row["close_date"] > day)', '(row["close_date"] is None or row["close_date"] > day)'),
        ("closing on the day is open", "tiers", 'row["close_date"] > day', 'row["close_date"] >= day'),
        ("pipeline created on the day is late", "tiers", 'row["created_on"] > day', 'row["created_on"] >= day'),
        ("customers from the day after", "tiers", 'account["customer_since"] > day', 'account["customer_since"] >= day'),
        ("customers on the day they churn", "tiers", "churned > day if", "churned >= day if"),
        ("active ignores churned_on", "tiers", 'churned > day if churned is not None else account["lifecycle_stage"] == "active"', 'account["lifecycle_stage"] == "active" or (churned is not None and churned > day)'),
        ("churned without date is a customer", "tiers", 'else account["lifecycle_stage"] == "active"', "else True"),
        ("prospects are customers", "tiers", 'account["lifecycle_stage"] == "prospect" or', ""),
        ("service tier I for key only", "tiers", '"I" if tier == "key" or strategic', '"I" if tier == "key"'),
        ("unprofitable when equal", "tiers", '"is_unprofitable": amount < spent', '"is_unprofitable": amount <= spent'),
        ("revenue after as-of", "tiers", 'calendar.quarter_of(row["recognised_on"]), rules', 'calendar.quarter(row["recognised_on"]), rules'),
        ("opportunities in amounts as given", "tiers", 'total += Fraction(row["amount"]) * rate', 'total += Fraction(row["amount"])'),
        # quadrants
        ("all e-mails are inbound", "quadrants", 'row["kind"] == "email" and row["is_inbound"] is True', 'row["kind"] == "email"'),
        ("null inbound is inbound", "quadrants", 'row["is_inbound"] is True', 'row["is_inbound"] is not False'),
        ("no contact is a contact", "quadrants", "for row in activities} - {None}", "for row in activities}"),
        ("scores beyond full marks", "quadrants", "min(Fraction(1), value / full_marks_at)", "value / full_marks_at"),
        ("a missing signal scores 0", "quadrants", "if weight and (value := values[signal]) is not None", "if weight and (value := values[signal] or Fraction(0)) is not None"),
        ("seats without their partner", "quadrants", "for row in months if row[part] is not None and row[whole] is not None]", "for row in [{k: row[k] or 0 for k in (part, whole)} for row in months]]"),
        ("mean of monthly ratios", "quadrants", "return sum((Fraction(pair[0]) for pair in pairs), Fraction(0)) / below if below else None", "return mean([Fraction(a) / Fraction(b) for a, b in pairs if b]) if below else None"),
        ("a side of weight 0 counts where it is alone", "quadrants", "    return weighted_mean(\n        [(weight, side)", "    return (system if staff is None else staff) if None in (system, staff) else weighted_mean(\n        [(weight, side)"),
        ("high strictly above the cut", "quadrants", "at_least(score, cutoff)", "score > cutoff"),
        ("null ratings are 0", "quadrants", "Fraction(row[column]) for row in assessments if row[column] is not None]", "Fraction(row[column] or 0) for row in assessments]"),
        ("activities, usage and assessments after as-of", "quadrants", "quarter = calendar.quarter_of(row[column])", "quarter = calendar.quarter(calendar.local(row[column]))"),
        ("unknown usage at a cut-off of 0 is high", "quadrants", "return score is not None and at_least(score, cutoff)", "return at_least(score or Fraction(0), cutoff)"),
        # gaps
        ("gap turned round", "gaps", "gap = reference - mean(actual)\n    if", "gap = mean(actual) - reference\n    if"),
        ("own responses in the reference", "gaps", 'if member.row["account_id"] != account\n', "\n"),
        ("segments of all tiers", "gaps", 'tier is not None and _tier_of(member, tiers) == tier["account_tier"]', "tier is not None"),
        ("accounts without tier are peers", "gaps", "if tier is not None and _tier_of(member, tiers) ==", 'if _tier_of(member, tiers) == (tier or {"account_tier": None})["account_tier"] and True or tier is not None and _tier_of(member, tiers) =='),
        ("perception of incomplete responses", "gaps", 'and row["is_complete"] is not False and', "and"),
        ("perception after as-of", "gaps", "and response.day <= calendar.as_of:", ":"),
        ("expectation of counted responses only", "gaps", 'not in (None, "no_scored_answer"):', "is not None:"),
        ("expectation of all responses", "gaps", 'if response.exclusion not in (None, "no_scored_answer"):', 'if response.exclusion == "after_as_of":'),
        ("overall expectation needs a category", "gaps", 'for category in {OVERALL, answer.question["category"]} - {None}:', 'for category in ({OVERALL, answer.question["category"]} if answer.question["category"] else ()):'),
        ("origin for every target gap", "gaps", 'if found["target"]["gap_class"] == "shortfall" and "segment" in found:', 'if "segment" in found:'),
        ("origin systemic at the target", "gaps", 'below(found["segment"]["reference_mean"], target)', 'found["segment"]["reference_mean"] <= target'),
        ("origin by the global mean", "gaps", 'below(found["segment"]["reference_mean"], target)', 'below(found["global"]["reference_mean"], target)'),
        ("shortfall strictly above", "gaps", '"shortfall" if at_least(gap, min_gap)', '"shortfall" if gap > min_gap'),
        ("surplus strictly below", "gaps", '"surplus" if at_least(-gap, min_gap)', '"surplus" if -gap > min_gap'),
        ("interval around 0 significant", "gaps", "interval[0] > EPSILON or interval[1] < -EPSILON", "interval[0] >= 0 or interval[1] <= 0"),
        # award
        ("answers outside the award count", "award", "response_score(member.answers, category, award_only=True)) is not None", "response_score(member.answers, category)) is not None"),
        ("waves of all categories", "award", "waves = len({member.wave for member, _ in scored})", "waves = len({member.wave for member in members})"),
        ("award rule of as-of", "award", 'rules.on("award_rules", date(year, 12, 31))', 'rules.on("award_rules", min(calendar.as_of, date(year, 12, 31)))'),
        ("award years are fiscal", "award", "response.day.year == year]", "response.quarter.year == year]"),
        ("no data is at risk", "award", 'status = "no_data"', 'status = "no_data" if calendar.is_year_closed(year) else "at_risk"'),
        ("the running quarter always still counts", "award", "later + (as_of.year == year and not current_heard)", "later + (as_of.year == year)"),
        ("the running quarter never counts", "award", "later + (as_of.year == year and not current_heard)", "later"),
        ("the running quarter of another row", "award", "[member.day for member, _ in scored]", "[member.day for member in members]"),
        ("whole responses to come", "award", "to_come = Fraction(len(scores), elapsed) * (4 - elapsed)", "to_come = Fraction(round(len(scores) / elapsed) * (4 - elapsed))"),
        ("quarters elapsed only when over", "award", "elapsed = sum(start <= as_of for", "elapsed = sum(start < as_of for"),
        ("depends on the mean alone", "award", "at_least(mean(ratios), threshold) and waves >= min_waves", "at_least(mean(ratios), threshold)"),
        ("announced counts added up", "award", "return int(count +", "return int(sum(c for _, c in announced) +"),
        ("announced year counted again", "award", "if since < y <= year", "if since <= y <= year"),
        ("history of all awards", "award", ' and row["award"] == _AWARD and', " and"),
        ("own years do not count", "award", "for y in won | {", "for y in set() | {"),
        ("history of years to come", "award", 'row["award"] == _AWARD and row["award_year"] <= year', 'row["award"] == _AWARD'),
    )
]
