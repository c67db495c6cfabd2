"""The lists beside the figures (CONTRACT section 5): what things are called, roles and tiers of today, tactics, votes considered, recipients."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

from tests.oracle.areas.contacts import contact_roles
from tests.oracle.areas.seeds import Seeds
from tests.oracle.calendar import end_of_quarter
from tests.oracle.reading import Row
from tests.oracle.scores import response_score

if TYPE_CHECKING:
    from tests.oracle.areas import Known

COLUMNS = {
    "dim_quarters": ".quarter_start_date:d quarter_end_date:d quarter_label:s is_closed:b",
    "dim_projects": ".project_id:s project_name:s company_name:s city:s state:s country:s",
    "dim_employees": ".employee_id:s full_name:s job_title:s team_id:s team_name:s function:s email:s is_active:b",
    "dim_contacts": ".contact_id:s account_id:s full_name:s job_title:s buying_role:s buying_role_source:s is_active:b",
    "dim_accounts": ".account_id:s account_name:s parent_account_id:s industry:s region:s country:s lifecycle_stage:s "
    "customer_since_date:d churned_date:d is_strategic:b account_manager_id:s executive_sponsor_id:s account_tier:s service_tier:s",
    "rpt_quadrant_tactics": ".quarter_start_date:d .account_id:s .tactic_number:i quadrant:s tactic:s owner_role:s purpose:s",
    "rpt_award_evidence": ".award_year:i .response_id:s project_id:s survey_id:s account_id:s contact_id:s respondent_type:s responded_at:t "
    "wave:s award_score:f award_score_ratio:f overall_score:f is_counted:b exclusion_reason:s",
    "rpt_award_recipients": ".award_year:i .award:s .recipient_name:s .project_id:s location:s times_received:i",
}


def rows(known: Known) -> dict[str, list[Row]]:
    """All of them."""
    return {
        "dim_quarters": _quarters(known),
        "dim_projects": _as_given("dim_projects", known.judged.rows("projects")),
        "dim_employees": _as_given("dim_employees", known.judged.rows("employees")),
        "dim_contacts": _contacts(known),
        "dim_accounts": _accounts(known),
        "rpt_quadrant_tactics": _tactics(known),
        "rpt_award_evidence": _evidence(known),
        "rpt_award_recipients": _recipients(known),
    }


def _as_given(table: str, given: list[Row]) -> list[Row]:
    """The entity's rows with the table's columns of the same name; a null flag is no."""
    columns = [column.lstrip(".").split(":") for column in COLUMNS[table].split()]
    return [{name: row[name] is True if kind == "b" else row[name] for name, kind in columns} for row in given]


def _quarters(known: Known) -> list[Row]:
    found = []
    for quarter in known.calendar.quarters:
        end = end_of_quarter(quarter)
        number = (quarter.month - known.calendar.fiscal_start) % 12 // 3 + 1
        months_left = (4 - number) * 3
        year = end.year + (end.month + months_left > 12)
        found.append(
            {
                "quarter_start_date": quarter,
                "quarter_end_date": end,
                "quarter_label": f"{year}-Q{number}",
                "is_closed": known.calendar.is_closed(quarter),
            }
        )
    return found


def _contacts(known: Known) -> list[Row]:
    roles = contact_roles(known)
    return [
        {name: row[name] for name in ("contact_id", "account_id", "full_name", "job_title")}
        | {
            "buying_role": roles[row["contact_id"]][0],
            "buying_role_source": roles[row["contact_id"]][1],
            "is_active": row["is_active"] is True,
        }
        for row in known.judged.rows("contacts")
    ]


def _accounts(known: Known) -> list[Row]:
    last: dict[str, Row] = {}
    for (account, _), row in sorted(known.tiers.items(), key=lambda pair: pair[0][1]):
        last[account] = row
    return [
        {
            name: row[name]
            for name in (
                *("account_id", "account_name", "parent_account_id", "industry", "region", "country"),
                *("lifecycle_stage", "account_manager_id", "executive_sponsor_id"),
            )
        }
        | {
            "customer_since_date": row["customer_since"],
            "churned_date": row["churned_on"],
            "is_strategic": row["is_strategic"] is True,
            "account_tier": last.get(row["account_id"], {}).get("account_tier"),
            "service_tier": last.get(row["account_id"], {}).get("service_tier"),
        }
        for row in known.judged.rows("accounts")
    ]


def _tactics(known: Known) -> list[Row]:
    seeds = Seeds(known.home / "seeds")
    found = []
    for row in known.tables["fct_account_quadrants"]:
        day = known.calendar.last_day(row["quarter_start_date"])
        for tactic in seeds.latest("quadrant_tactics", day, "quadrant", "tactic_number").values():
            if tactic["quadrant"] == row["quadrant"]:
                key = {name: row[name] for name in ("quarter_start_date", "account_id", "quadrant")}
                number = int(tactic["tactic_number"])
                found.append(
                    key
                    | {"tactic_number": number}
                    | {name: tactic[name] for name in ("tactic", "owner_role", "purpose")}
                )
    return found


def _evidence(known: Known) -> list[Row]:
    found = []
    for response in known.responses:
        score = response_score(response.answers, "overall", award_only=True)
        reason = response.exclusion or (None if score is not None else "no_award_question")
        found.append(
            {
                name: response.row[name]
                for name in ("response_id", "survey_id", "account_id", "contact_id", "respondent_type", "responded_at")
            }
            | {
                "award_year": response.day.year,
                "project_id": response.survey["project_id"],
                "wave": response.wave,
                "award_score": score,
                "award_score_ratio": response_score(response.answers, "overall", award_only=True, ratio=True),
                "overall_score": response.scores.get("overall"),
                "is_counted": reason is None,
                "exclusion_reason": reason,
            }
        )
    return found


def _recipients(known: Known) -> list[Row]:
    """The history's, each known by its project or, without one, by its name; and own projects of closed eligible years.

    A row of the history that names our project alone is called and placed as the project is.
    """
    history: list[dict[str, Any]] = [
        row | {"award_year": int(row["award_year"]), "times_announced": row["times_announced"]}
        for row in Seeds(known.home / "seeds").rows("award_history")
    ]
    projects = known.judged.current["projects"]
    won = [
        row
        for row in known.tables["rpt_award_eligibility"]
        if row["category"] == "overall" and row["status"] == "eligible"
    ]
    years: dict[tuple[str, str, bool], set[int]] = defaultdict(set)
    for row in history:
        years[_who(row)].add(row["award_year"])
    for row in won:
        years[("nfsb", row["project_id"], True)].add(row["award_year"])
    found = []
    for row in history:
        name, place = row["recipient_name"], row["location"]
        if name is None:
            project = projects.get(row["project_id"])
            name, place = (_called(project), place or _place(project)) if project else (row["project_id"], place)
        found.append(
            {
                "award_year": row["award_year"],
                "award": row["award"],
                "recipient_name": name,
                "project_id": row["project_id"],
                "location": place,
                "times_received": _times(history, years, _who(row), row["award_year"]),
            }
        )
    listed = {(row["project_id"], row["award"], row["award_year"]) for row in history}
    for row in won:
        if (row["project_id"], "nfsb", row["award_year"]) in listed:
            continue
        project = projects[row["project_id"]]
        found.append(
            {
                "award_year": row["award_year"],
                "award": "nfsb",
                "recipient_name": _called(project),
                "project_id": row["project_id"],
                "location": _place(project),
                "times_received": _times(history, years, ("nfsb", row["project_id"], True), row["award_year"]),
            }
        )
    return found


def _called(project: Row) -> str:
    return f"{project['company_name']} — {project['project_name']}"


def _place(project: Row) -> str | None:
    return ", ".join(part for part in (project["city"], project["state"]) if part is not None) or None


def _who(row: dict[str, Any]) -> tuple[str, str, bool]:
    return row["award"], row["project_id"] or row["recipient_name"], row["project_id"] is not None


def _times(history: list[dict[str, Any]], years: dict[Any, set[int]], who: tuple[str, str, bool], year: int) -> int:
    announced = [
        (row["award_year"], int(row["times_announced"]))
        for row in history
        if _who(row) == who and row["times_announced"] is not None and row["award_year"] <= year
    ]
    since, count = max(announced) if announced else (0, 0)
    return count + sum(since < other <= year for other in years[who])
