"""Plausible wrong readings of docs/figures.md: each a small change to one module of tests/oracle/areas (see wrong_readings.py)."""

from __future__ import annotations

import importlib
from pathlib import Path
from types import ModuleType

from tests.oracle.areas import AREAS
from tests.oracle.wrong_readings import WrongReading, changed_texts, forget

_PACKAGE = Path(__file__).parent / "areas"


def wrong_areas(reading: WrongReading, folder: Path, name: str) -> list[ModuleType]:
    """The areas with the change made: the changed one or, where that is none, all that build on it.

    They are modules of a package of their own below `folder` (which must be on the path); what the change cannot touch is not copied.
    """
    package = folder / name
    package.mkdir()
    (package / "__init__.py").touch()
    texts = changed_texts(reading, _PACKAGE, "tests.oracle.areas", name)
    for stem, text in texts.items():
        # what is shipped with the project stays where it is
        (package / f"{stem}.py").write_text(
            text.replace("Path(__file__).parents[3]", f"Path({str(_PACKAGE.parents[2])!r})")
        )
    importlib.invalidate_caches()
    areas = [area.__name__.rpartition(".")[2] for area in AREAS]
    wanted = [reading.module] if reading.module in areas else [area for area in areas if area in texts]
    modules = [importlib.import_module(f"{name}.{area}") for area in wanted]
    forget(name)
    return modules


# fmt: off
WRONG_AREA_READINGS = [
    WrongReading(*entry)
    for entry in (
        # seeds
        ("the page's rules start a day late", "seeds", 'if row["valid_from"] <= day:', 'if row["valid_from"] < day:'),
        ("the page's rules for ever as first", "seeds", "key=lambda row: row[\"valid_from\"]):", "key=lambda row: row[\"valid_from\"], reverse=True):"),
        # class bounds
        ("bounds of answers outside the award", "award", "answer.is_scored and answer.counts_for_award and answer", "answer.is_scored and answer"),
        ("bounds of all categories", "award", 'if category not in (OVERALL, answer.question["category"]):', "if False:"),
        ("bounds by value on any scale", "award", 'classes.get((answer.question["scale_id"], Fraction(answer.row["value"])))', 'next((c for k, c in classes.items() if k[1] == answer.row["value"]), None)'),
        ("bounds without weights", "award", "low.append((answer.weight, found", "low.append((Fraction(1), found"),
        ("bounds of listed answers only", "award", "high.append((answer.weight, found[1] if found else answer.score))", "high.extend([(answer.weight, found[1])] if found else [])"),
        ("responses counted instead of answers", "award", "listed += found is not None", "listed = min(len(votes), listed + (found is not None))"),
        ("proven only above the threshold", "award", '"proven" if at_least(mean_low, threshold)', '"proven" if mean_low > threshold'),
        ("refuted at the threshold", "award", "below(mean_high, threshold)", "mean_high <= threshold"),
        ("a verdict without classes", "award", "if listed == 0 or mean_low is None", "if mean_low is None"),
        # running
        ("invitations of all projects", "award", 'each.project == project["project_id"] and each.day.year == year', "each.day.year == year"),
        ("invitations of all years", "award", 'each.project == project["project_id"] and each.day.year == year', 'each.project == project["project_id"]'),
        ("running quarters still to begin", "award", "if date(year, 3 * number - 2, 1) <= known.calendar.as_of:", "if True:"),
        ("a quarter that begins today has not begun", "award", "if date(year, 3 * number - 2, 1) <= known.calendar.as_of:", "if date(year, 3 * number - 2, 1) < known.calendar.as_of:"),
        ("the whole year in every quarter", "award", "if vote.response.day <= day]", "]"),
        ("the last day does not count", "award", "if vote.response.day <= day]", "if vote.response.day < day]"),
        ("a running quarter ends at as-of", "award", '"quarter_end_date": end,', '"quarter_end_date": day,'),
        ("the quarter up to itself", "award", "calendar_quarter(vote.response.day) == number]", "calendar_quarter(vote.response.day) <= number]"),
        ("a closed year in every quarter", "award", "elif number == 4 and known.calendar.is_year_closed(year):", "elif known.calendar.is_year_closed(year):"),
        ("a settling year is decided", "award", "elif number == 4 and known.calendar.is_year_closed(year):", "elif number == 4 and as_of > end:"),
        ("an unheard past quarter may still come", "award", "to_come = 4 - number + (as_of <= end and not of_quarter)", "to_come = 4 - number + (not of_quarter)"),
        ("a heard running quarter comes again", "award", "to_come = 4 - number + (as_of <= end and not of_quarter)", "to_come = 4 - number + (as_of <= end)"),
        ("on the last day nothing comes any more", "award", "to_come = 4 - number + (as_of <= end", "to_come = 4 - number + (as_of < end"),
        ("the rest of the year in whole responses", "award", "rest = Fraction(n, number) * (4 - number)", "rest = Fraction(round(n / number) * (4 - number))"),
        ("needed mean by this quarter alone", "award", "rest = Fraction(n, number)", "rest = Fraction(len(of_quarter))"),
        # invitations
        ("staff are invited customers", "award", 'if survey["kind"] != "staff" and day', "if day"),
        ("invitations after as-of invite", "award", 'if survey["kind"] != "staff" and day <= known.calendar.as_of:', 'if survey["kind"] != "staff":'),
        ("any response answers", "award", "for response in known.responses if response.is_counted}", "for response in known.responses}"),
        ("eligible in the year's first quarter", "award", "last = max((quarter for", "last = min((quarter for"),
        ("eligible in the quarter that ends in the year", "award", "if quarter.year == year), default=None)", "if end_of_quarter(quarter).year == year), default=None)"),
        ("invitations instead of accounts", "award", "for account in invited:", 'for account in [i.row["account_id"] for i in invitations]:'),
        ("invited strangers are left out", "award", "for account in invited:", "for account in invited & tiers.keys():"),
        ("only answered accounts are invited", "award", "for account in invited:", "for account in answered:"),
        ("deleted tickets are eligible", "award", 'if row["status"] == "deleted" or day', "if day"),
        ("tickets without a contact are eligible", "award", 'row["assignee_id"] is None or row["contact_id"] is None or', 'row["assignee_id"] is None or'),
        ("invited before the ticket", "award", "if day <= invitation.day <= day + window", "if abs(day - invitation.day) <= window"),
        ("invited on the day is too early", "award", "if day <= invitation.day", "if day < invitation.day"),
        ("invited on the window's last day is too late", "award", "<= day + window", "< day + window"),
        ("invited by another project", "award", "sent.get((row[\"project_id\"], row[\"contact_id\"]), [])", "[i for (_, c), l in sent.items() if c == row['contact_id'] for i in l]"),
        ("the window of the ticket's day", "award", 'seeds.on("integrity_policy", date(day.year, 12, 31))', 'seeds.on("integrity_policy", day)'),
        ("shares of the group itself", "award", "Fraction(invited, all_invited) if all_invited", "Fraction(invited, all_eligible) if all_eligible"),
        ("the difference turned round", "award", "(invited_share or 0) - (eligible_share or 0)", "(eligible_share or 0) - (invited_share or 0)"),
        ("answered of the eligible", "award", "Fraction(answered, invited) if invited", "Fraction(answered, eligible) if eligible"),
        # certification
        ("null is_active is active", "certification", 'row["is_active"] is True and', 'row["is_active"] is not False and'),
        ("all functions face customers", "certification", ' and row["function"] in _FUNCTIONS', ""),
        ("certified at the end of a year to come", "certification", "day = min(date(year, 12, 31), known.calendar.as_of)", "day = date(year, 12, 31)"),
        ("the program's rule of as-of", "certification", 'seeds.latest("certification_rules", date(year, 12, 31)', 'seeds.latest("certification_rules", day'),
        ("passed on the day is too late", "certification", 'row["passed_on"] > day', 'row["passed_on"] >= day'),
        ("a null day is passed", "certification", 'row["passed_on"] is None or row["passed_on"] > day', '(row["passed_on"] or row["expires_on"]) is None or (row["passed_on"] is not None and row["passed_on"] > day)'),
        ("expires on the day is over", "certification", "return bool(expires >= day)", "return bool(expires > day)"),
        ("the months hold whatever expires", "certification", 'row["expires_on"] or months_later', "months_later"),
        ("a null score passes", "certification", '(row["score"] is None or Fraction(row["score"]) <', '(row["score"] is not None and Fraction(row["score"]) <'),
        ("the minimum score fails", "certification", 'Fraction(row["score"]) < rule', 'Fraction(row["score"]) <= rule'),
        ("records instead of courses", "certification", 'row["course_id"]\n', 'row["record_id"]\n'),
        ("programs in any case", "certification", 'row["program"] == rule["program"]', '(row["program"] or "").lower() == rule["program"].lower()'),
        ("the required share must be exceeded", "certification", 'at_least(share, rule["required_share"])', 'share > rule["required_share"]'),
        ("the largest team name", "certification", "min(names, key=str.encode", "max(names, key=str.encode"),
        ("team names by alphabet", "certification", "key=str.encode", "key=str.casefold"),
        # integrity
        ("counted votes only", "integrity", 'if response.row["respondent_type"] == "customer" and', 'if response.row["respondent_type"] == "customer" and response.is_counted and'),
        ("everybody's votes", "integrity", 'if response.row["respondent_type"] == "customer" and', "if"),
        ("one fewer equal answer", "integrity", 'len(scored) >= policy["straight_line_min_answers"]', 'len(scored) >= policy["straight_line_min_answers"] - 1'),
        ("equal on different scales", "integrity", '(answer.question["scale_id"], answer.row["value"]) for', 'answer.row["value"] for'),
        ("all answers in a straight line", "integrity", "scored = [answer for answer in vote.answers if answer.is_scored]", "scored = [answer for answer in vote.answers if answer.score is not None]"),
        ("uncounted repeat an invitation", "integrity", '"repeated_invitation": vote.is_counted and', '"repeated_invitation":'),
        ("no invitation is repeated", "integrity", " and invitation is not None", ""),
        ("any other response repeats", "integrity", 'Counter(response.row["invitation_id"] for response in counted)', 'Counter(response.row["invitation_id"] for response in known.responses)'),
        ("identical to a known contact's", "integrity", 'for response in counted if response.row["contact_id"] is None)', "for response in counted)"),
        ("identical on any day", "integrity", 'vote.row["survey_id"], vote.day, answers', 'vote.row["survey_id"], answers'),
        ("identical at any account", "integrity", 'return vote.row["account_id"], vote.row["survey_id"]', 'return vote.row["survey_id"]'),
        ("identical in all answers", "integrity", "for answer in vote.answers if answer.is_scored\n    )", "for answer in vote.answers if answer.score is not None\n    )"),
        ("addresses as typed", "integrity", "email.strip().lower()", "email"),
        ("addresses of the active only", "integrity", '_address(employee["email"]) == address for', '_address(employee["email"]) == address and employee["is_active"] is True for'),
        ("only the address tells", "integrity", 'row["employee_id"] is not None or _is_staff', "_is_staff"),
        ("late on the window's last day", "integrity", "return vote.day > known", "return vote.day >= known"),
        ("late in hours", "integrity", 'return vote.day > known.calendar.local(invitation["sent_at"]) + timedelta', 'return vote.row["responded_at"] > invitation["sent_at"] + timedelta'),
        ("edited the day before", "integrity", "timedelta(days=SETTLE_DAYS)", "timedelta(days=SETTLE_DAYS - 1)"),
        ("edited after the closing day", "integrity", 'known.calendar.local(row["updated_at"]) >= settled', 'known.calendar.local(row["updated_at"]) > settled'),
        ("edits of answers do not count", "integrity", "for row in (vote.row, *(answer.row for answer in vote.answers))", "for row in (vote.row,)"),
        ("the vote policy of as-of", "integrity", "known.calendar.last_day(vote.quarter)", "known.calendar.as_of"),
        # breaks
        ("only the last change", "integrity", "in pairwise(versions):", "in list(pairwise(versions))[-1:]:"),
        ("first against last", "integrity", "in pairwise(versions):", "in ((versions[0], version) for version in versions[1:]):"),
        ("scale changes only", "integrity", '("question_text", "scale_id") if before', '("scale_id",) if before'),
        ("changes in weight too", "integrity", "if not changed or day", "changed = changed or [c for c in ('question_text',) if before['weight'] != after['weight']]\n            if not changed or day"),
        ("changes after as-of", "integrity", "if not changed or day > known.calendar.as_of:", "if not changed:"),
        ("years of breaks in UTC", "integrity", '"award_year": day.year', '"award_year": after["updated_at"].year'),
        ("answers of all years", "integrity", "if response.is_counted and response.day.year == day.year", "if response.is_counted"),
        ("answers of uncounted responses", "integrity", "if response.is_counted and response.day.year == day.year", "if response.day.year == day.year"),
        ("an answer at the change came before", "integrity", 'instant < after["updated_at"]', 'instant <= after["updated_at"]'),
        ("a break with answers on one side", "integrity", "earlier > 0 and later > 0", "earlier > 0 or later > 0"),
        # satisfaction
        ("suppressed at the minimum", "satisfaction", 'len(members) < policy["min_responses"]', 'len(members) <= policy["min_responses"]'),
        ("comments like figures", "satisfaction", 'policy["min_responses_for_comments"]', 'policy["min_responses"] '),
        ("suppression of the newest rule", "satisfaction", "known.calendar.last_day(quarter), \"scope_type\"", "known.calendar.as_of, \"scope_type\""),
        ("robust without the small-sample factor", "satisfaction", "Fraction(len(off), len(off) - 1) * sum", "sum"),
        ("t of responses", "satisfaction", "known.rules.t(len(off) - 1)", "known.rules.t(len(scores) - 1)"),
        ("clusters of accounts' means", "satisfaction", "root(spread) / len(scores)", "root(spread) / len(off)"),
        ("responses as clusters", "satisfaction", "(total**2 for total in off.values())", "((score - middle)**2 for _, score in scores)"),
        ("the robust middle of accounts", "satisfaction", "middle = mean([score for _, score in scores])", "middle = mean([mean([s for a, s in scores if a == b]) for b in {a for a, _ in scores}])"),
        # changes
        ("against the last quarter that has a row", "satisfaction", 'before = known.groups.get((add_months(quarter, -3), "global", "global", category))', 'before = known.groups.get((max((k[0] for k in known.groups if k[1] == "global" and k[3] == category and k[0] < quarter), default=None), "global", "global", category))'),
        ("the rate of the old share", "satisfaction", "rate = (w0 + w1) / 2 * (y1 - y0)", "rate = w0 * (y1 - y0)"),
        ("the mix by this quarter's means", "satisfaction", "((y0 + y1) / 2 - (old_all + new_all) / 2)", "(y1 - new_all)"),
        ("no mean counts 0", "satisfaction", "y0, y1 = mean(old or new), mean(new or old)", "y0, y1 = (mean(side) if side else Fraction(0) for side in (old, new))"),
        ("groups of this quarter only", "satisfaction", "for group in sides[0].keys() | sides[1].keys():", "for group in sides[1].keys():"),
        ("the borrowed mean is shown", "satisfaction", '"mean_score": y1 if new else None', '"mean_score": y1'),
        ("no group for those without attribute", "satisfaction", "return account[\"account_id\" if dimension == \"account\" else dimension]", "return account['account_id' if dimension == 'account' else dimension] or 'none'"),
        ("ranks by signed contribution", "satisfaction", 'math.floor(abs(row["contribution"])', 'math.floor(row["contribution"]'),
        ("ties by alphabet", "satisfaction", '(row["group_id"] or "").encode()', '(row["group_id"] or "").casefold()'),
        ("null groups first", "satisfaction", 'row["group_id"] is None, (row', 'row["group_id"] is not None, (row'),
        ("tiers of today in the changes", "satisfaction", "_tier(account[\"account_id\"], quarter, known)", "_tier(account['account_id'], known.calendar.quarters[-1], known)"),
        # people
        ("roles as declared only", "contacts", '_is_like(title, pattern["title_pattern"])', "False"),
        ("titles as typed", "contacts", '(contact["job_title"] or "").lower()', 'contact["job_title"] or ""'),
        ("the last pattern that fits", "contacts", 'key=lambda row: (row["priority"]', 'key=lambda row: (-row["priority"]'),
        ("responses instead of contacts heard", "people", "for person in people]", "for person in contacts if person]"),
        ("anonymous people are others", "people", "people = set(contacts) - {None}", "people = set(contacts)"),
        ("unknown contacts are left out", "people", "for person in people]", "for person in people if person in roles]"),
        ("null is_active is known", "people", 'sum(row["is_active"] is True for row in own)', 'sum(row["is_active"] is not False for row in own)'),
        ("in touch in this quarter", "people", "year_before = add_months(quarter, -9)", "year_before = quarter"),
        ("in touch for five quarters", "people", "add_months(quarter, -9)", "add_months(quarter, -12)"),
        ("in touch by activities only", "people", "in_touch = {contact for day, contact in (*heard, *active)", "in_touch = {contact for day, contact in active"),
        ("in touch after as-of", "people", "if year_before <= day <= last} - {None}", "if year_before <= day < add_months(quarter, 3)} - {None}"),
        ("nobody is one", "people", "if year_before <= day <= last} - {None}", "if year_before <= day <= last}"),
        ("single-threaded with nobody", "people", '"is_single_threaded": len(in_touch) == 1', '"is_single_threaded": len(in_touch) <= 1'),
        ("null is_active has left", "people", 'row["is_active"] is False', 'row["is_active"] is not True'),
        ("left at any time", "people", "quarter <= min(known.calendar.local(row[\"updated_at\"])", "min(known.calendar.local(row['updated_at'])"),
        ("left after as-of is hidden", "people", "min(known.calendar.local(row[\"updated_at\"]), known.calendar.as_of)", "known.calendar.local(row['updated_at'])"),
        ("last heard in the quarter", "people", "max((day for day, _ in heard if day <= last)", "max((day for day, _ in heard if quarter <= day <= last)"),
        ("last active after the day", "people", "max((day for day, _ in active if day <= last)", "max((day for day, _ in active)"),
        ("silent by activities only", "people", "for day, _ in (*heard, *active))", "for day, _ in active)"),
        ("silent in the quarter", "people", "any(since < day <= last", "any(quarter <= day <= last"),
        ("a signal on the first day is none", "people", "any(since < day <= last", "any(since + timedelta(days=1) < day <= last"),
        ("a signal on the day before counts", "people", "any(since < day <= last", "any(since <= day <= last"),
        ("strategic accounts fall silent too", "people", '"is_silent_key_account": tier["account_tier"] == "key"', '"is_silent_key_account": tier["account_tier"] != "marginal"'),
        ("names of accounts for all", "satisfaction", 'if dimension == "project":\n        return str(', 'if dimension == "projects":\n        return str('),
        ("90 days for ever", "people", "timedelta(days=int(threshold))", "timedelta(days=90)"),
        # rulebook
        ("unweighted questions weigh nothing", "rulebook", '1 if question["weight"] is None', '0 if question["weight"] is None'),
        ("silence about the award is a no", "rulebook", 'question["counts_for_award"] is not False', 'question["counts_for_award"] is True'),
        ("scales as shipped", "rulebook", "scale = known.rules.scales[", 'scale = {"stars4": known.rules.scales["likert5"]}.get(question["scale_id"]) or known.rules.scales['),
        ("a rule of 31 December is the next year's", "rulebook", 'version["valid_from"] > date(year, 12, 31)', 'version["valid_from"] >= date(year, 12, 31)'),
        ("a rule that ended on 1 January is told", "rulebook", "until <= date(year, 1, 1)", "until < date(year, 1, 1)"),
        ("ends of later years are told", "rulebook", "until if until.year == year else None", "None if until == date.max else until"),
        ("the rule of 1 January decides", "rulebook", '"is_deciding": until > date(year, 12, 31)', '"is_deciding": version["valid_from"] <= date(year, 1, 1)'),
        ("a quarter's rule is that of its first day", "rulebook", "known.calendar.last_day(quarter))", "max(quarter, date(1950, 1, 1)))"),
        ("a running quarter is told the rule of its end", "rulebook", "known.rules.on(name, known.calendar.last_day(quarter))", "known.rules.on(name, date(quarter.year + quarter.month // 10, (quarter.month + 2) % 12 + 1, 1) - date.resolution)"),
        # gaps
        ("ranks of all perception gaps", "gaps", 'if gap["gap_kind"] == "perception" and gap["gap_class"] == "blind_spot"', 'if gap["gap_kind"] == "perception"'),
        ("ranks over all categories", "gaps", 'return (other["quarter_start_date"], other["category"]) == (row["quarter_start_date"], row["category"])', 'return other["quarter_start_date"] == row["quarter_start_date"]'),
        ("ties stand behind each other", "gaps", 'return bool(other["revenue_t4q"] > row["revenue_t4q"])', 'return bool((other["revenue_t4q"], other["account_id"]) > (row["revenue_t4q"], row["account_id"]))'),
        ("unknown revenue first", "gaps", 'return other["revenue_t4q"] is not None\n', 'return row["revenue_t4q"] is not None\n'),
        ("unknown revenue is 0", "gaps", 'if other["revenue_t4q"] is None or row["revenue_t4q"] is None:\n        return other["revenue_t4q"] is not None\n    return bool(other["revenue_t4q"] > row["revenue_t4q"])', 'return bool((other["revenue_t4q"] or 0) > (row["revenue_t4q"] or 0))'),
        # service
        ("no priority is a priority", "tickets", 'row["priority"] or "normal"', 'row["priority"] or "none"'),
        ("targets of the quarter's last day", "tickets", 'seeds.latest("sla_targets", day,', 'seeds.latest("sla_targets", calendar.last_day(quarter),'),
        ("the highest tier for strangers", "tickets", '_LOWEST = "III"', '_LOWEST = "I"'),
        ("open all day", "tickets", "return (Fraction(0), Fraction(0)) if closed else self._hours[day.isoweekday()]", "return (Fraction(0), Fraction(1440))"),
        ("open on holidays", "tickets", "closed = day in self._holidays or", "closed ="),
        ("late at the very target", "tickets", "elif below(target, minutes):", "elif target <= minutes:"),
        ("late only once it happened", "tickets", "elif below(target, minutes):", "elif happened is not None and below(target, minutes):"),
        ("open ones are met", "tickets", "within = None if happened is None else True", "within = True"),
        ("deleted tickets in service", "tickets", 'if row["status"] == "deleted" or day', "if day"),
        ("the largest target", "service", "min(targets, default=None)", "max(targets, default=None)"),
        ("minutes of open tickets too", "tickets", "return Clock(happened, None if happened is None else minutes, target, within)", "return Clock(happened, minutes, target, within)"),
        ("within of all tickets", "service", "Fraction(judged.count(True), len(judged)) if judged else None", "Fraction(judged.count(True), len(clocks))"),
        ("the gap turned round", "service", "else taken - target,", "else target - taken,"),
    )
]
