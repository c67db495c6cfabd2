"""What the sample company sells service for and asks about: projects, surveys and their questions."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from .story import STORY

Row = dict[str, Any]
STARTED_AT = datetime(2022, 11, 14, 9)


@dataclass(frozen=True)
class Project:
    """One service line. `level` is how well it does, per year from 2023 to 2026, before the customer's own mood."""

    code: str
    name: str
    city: str
    state: str | None
    country: str
    regions: tuple[str, ...]
    categories: tuple[str, ...]
    touchpoint: str
    level: tuple[float, float, float, float]
    quota: int
    response_rate: float
    onsite_share: float = 0.0
    takes_tickets: bool = False
    has_late_answers: bool = True

    @property
    def id(self) -> str:
        """Key in `projects`."""
        return f"P-{self.code}"

    @property
    def team(self) -> str:
        """The team that serves this project's customers."""
        return {"KEYACC": "T-ACCOUNTS-AM"}.get(self.code, f"T-{self.code}")


@dataclass(frozen=True)
class Question:
    """One question: how it is scored, how often it is asked (0-1), and how far its answers lie from the mood."""

    id: str
    survey_id: str
    text: str
    scale: str
    measure: str
    category: str | None = None
    weight: float | None = None
    counts_for_award: bool | None = None
    touchpoint: str | None = None
    asked: float = 1.0
    shift: float = 0.0
    since: date = date(2022, 1, 1)
    until: date = date(2099, 1, 1)


_AM, _EU, _AP = ("Americas",), ("EMEA",), ("APAC",)
_ALL = ("Americas", "EMEA", "APAC")
_TS, _FS, _CS, _KA = "technical_support", "field_service", "customer_service", "account_management"
# fmt: off
PROJECTS = (
    Project("FIELD-AM", "Field Service Americas", "Boston", "MA", "US", _AM, (_FS, _TS, _CS), "site_visit",
            (3.78, 4.16, 4.42, 4.45), 60, 0.40, onsite_share=0.35),
    Project("FIELD-EU", "Field Service Europe", "Rotterdam", None, "NL", _EU, (_FS,), "site_visit",
            (4.02, 4.05, 4.12, 4.18), 40, 0.32, onsite_share=0.40, takes_tickets=True),
    Project("FIELD-AP", "Field Service Asia Pacific", "Singapore", None, "SG", _AP, (_FS, _CS), "site_visit",
            (3.72, 3.80, 3.95, 4.02), 34, 0.34, onsite_share=0.30),
    Project("TECH-AM", "Technical Support Americas", "Austin", "TX", "US", _AM, (_TS,), "hotline",
            (4.15, 4.22, 4.25, 4.28), 46, 0.38, takes_tickets=True),
    Project("TECH-EU", "Technical Support Europe", "Limerick", None, "IE", _EU, (_TS,), "hotline",
            (3.92, 4.02, 4.02, 4.15), 58, 0.32, has_late_answers=False),
    Project("CALIB", "Calibration Laboratory", "Columbus", "OH", "US", _ALL, (_FS, _TS), "calibration",
            (4.36, 4.42, 4.50, 4.48), 42, 0.38, onsite_share=0.25, has_late_answers=False),
    Project("IMAGING", "Imaging Systems Support", "Leuven", None, "BE", _ALL, (_TS,), "hotline",
            (4.04, 3.98, 3.86, 3.84), 46, 0.33),
    Project("SOFTWARE", "Software and Data Services", "Manchester", None, "GB", _ALL, (_TS,), "portal",
            (3.92, 4.00, 4.08, 4.12), 44, 0.29),
    Project("DESK-AM", "Customer Service Desk Americas", "Toronto", "ON", "CA", _AM, (_CS,), "order_desk",
            (4.10, 4.18, 4.28, 4.35), 42, 0.35, takes_tickets=True),
    Project("DESK-EU", "Customer Service Desk Europe", "Kraków", None, "PL", _EU, (_CS,), "order_desk",
            (4.12, 4.08, 4.16, 4.20), 40, 0.31, takes_tickets=True),
    Project("ACADEMY", "Customer Training Academy", "Denver", "CO", "US", _ALL, (_CS,), "training",
            (4.38, 4.42, 4.45, 4.50), 30, 0.42, onsite_share=0.50),
    Project("KEYACC", "Key Account Program", "Boston", "MA", "US", _ALL, (_KA, _CS), "review_meeting",
            (3.98, 4.10, 4.16, 4.20), 50, 0.38),
)
# fmt: on
BY_CODE = {project.code: project for project in PROJECTS}
STAFF_SURVEY = "S-STAFF"
_WORDS = {
    _TS: "technical support",
    _FS: "our field service engineers",
    _CS: "our customer service desk",
    _KA: "your account manager",
}
_ABBREVIATIONS = {_TS: "TS", _FS: "FS", _CS: "CS", _KA: "AM"}


def pulse_id(project: Project) -> str:
    """The project's quarterly survey."""
    return f"S-{project.code}"


def ticket_survey_id(project: Project) -> str:
    """The survey sent after a solved ticket."""
    return f"S-{project.code}-TICKET"


def questions_of_pulse(project: Project) -> list[Question]:
    """The quarterly survey's questions, those of the past included."""
    survey, point = pulse_id(project), project.touchpoint

    def ask(suffix: str, text: str, scale: str, measure: str, **more: Any) -> Question:
        return Question(f"{survey}-{suffix}", survey, text, scale, measure, touchpoint=point, **more)

    main = project.categories[0]
    overall = f"Overall, how satisfied are you with {project.name}?"
    others = [
        ask(
            "NPS", "How likely are you to recommend us to a colleague?", "nps11", "recommendation", asked=0.6, shift=0.1
        ),
        ask("EFFORT", "How easy was it to get what you needed?", "effort7", "effort", asked=0.45),
        ask(
            "EXPECT",
            f"What level of service do you expect from {_WORDS[main]}?",
            "likert5",
            "expectation",
            category=main,
            asked=0.35,
            shift=0.1,
        ),
        ask("COMMENT", "What should we know?", "likert5", "open_text", asked=0.22),
        ask("CALLME", "May we call you about this?", "binary", "action_alert", asked=0.03),
    ]
    if project.id == STORY.near_miss_project:
        scored = [ask("OVERALL", overall, "likert5", "satisfaction", category=main)]
        drivers = [
            ask(
                "KNOW", "The engineer knew the instrument.", "likert5", "knowledge", category=main, asked=0.4, shift=0.2
            ),
            ask("TIME", "Help came in good time.", "likert5", "timeliness", category=main, asked=0.4, shift=-0.2),
        ]
        return scored + drivers + others
    if project.id == STORY.scale_change_project:
        change = STORY.scale_change_on
        scored = [
            ask("OVERALL", overall, "likert5", "satisfaction", category=main, until=change),
            ask("OVERALL10", overall + " (1 to 10)", "likert10", "satisfaction", category=main, since=change),
        ]
        return [*scored, ask("SPEED", "The portal is quick.", "likert7", "timeliness", asked=0.4, shift=-0.1), *others]
    scored = [
        ask("OVERALL", overall, "percent" if project.code == "ACADEMY" else "likert5", "satisfaction", weight=2),
        *(_category_question(project, survey, category) for category in project.categories),
        ask("STAY", "How likely are you to stay with us?", "likert7", "loyalty", asked=0.5, shift=0.1),
    ]
    return scored + others


def _category_question(project: Project, survey: str, category: str) -> Question:
    is_winner = project.id == STORY.winner_project
    return Question(
        f"{survey}-{_ABBREVIATIONS[category]}",
        survey,
        f"How satisfied are you with {_WORDS[category]}?",
        "likert5",
        "satisfaction",
        category=category,
        touchpoint=project.touchpoint,
        asked=0.9,
        shift=-0.85 if is_winner and category == _CS else 0.0,
        # the winner asks about technical support only since its second survey of 2025
        since=date(2025, 4, 1) if is_winner and category == _TS else date(2022, 1, 1),
    )


def questions_of_ticket_survey(project: Project) -> list[Question]:
    """What is asked after a solved ticket: one score and what drives it."""
    survey, main = ticket_survey_id(project), project.categories[0]

    def ask(suffix: str, text: str, scale: str, measure: str, **more: Any) -> Question:
        return Question(f"{survey}-{suffix}", survey, text, scale, measure, category=main, touchpoint="ticket", **more)

    return [
        ask("SAT", "How satisfied are you with the handling of your request?", "likert5", "satisfaction"),
        ask("KNOW", "The agent knew the subject.", "likert5", "knowledge", asked=0.5, shift=0.2),
        ask("PROF", "The agent was courteous and professional.", "likert5", "professionalism", asked=0.5, shift=0.4),
        ask("QUAL", "Was your problem solved?", "binary", "quality_of_solution", asked=0.5, shift=0.6),
        ask("TIME", "The answer came in good time.", "likert5", "timeliness", asked=0.5, shift=-0.25),
        ask("EFFORT", "How much effort did you have to put in?", "effort5_reversed", "effort", asked=0.4),
        ask("COMMENT", "Anything else?", "likert5", "open_text", asked=0.2),
        # internal interest: satisfaction, but no part of any award
        ask("INVOICE", "How satisfied are you with our invoices?", "likert10", "satisfaction",
            asked=0.15, shift=-0.4, counts_for_award=False),
    ]  # fmt: skip


def questions_of_staff_survey() -> list[Question]:
    """What the company's own people are asked about an account they serve."""
    text = "How would this customer rate "
    return [
        Question(f"{STAFF_SURVEY}-OVERALL", STAFF_SURVEY, text + "us overall?", "likert5", "satisfaction", weight=2),
        *(
            Question(
                f"{STAFF_SURVEY}-{_ABBREVIATIONS[category]}",
                STAFF_SURVEY,
                text + _WORDS[category].replace("your", "the") + "?",
                "likert5",
                "satisfaction",
                category=category,
                asked=0.7,
            )
            for category in (_TS, _FS, _CS, _KA)
        ),
    ]


def all_questions() -> list[Question]:
    """Every question of every survey."""
    found = [question for project in PROJECTS for question in questions_of_pulse(project)]
    found += [q for project in PROJECTS if project.takes_tickets for q in questions_of_ticket_survey(project)]
    return found + questions_of_staff_survey()


def project_rows() -> list[Row]:
    """`projects`."""
    return [
        {
            "project_id": project.id,
            "project_name": project.name,
            "company_name": STORY.company,
            "city": project.city,
            "state": project.state,
            "country": project.country,
            "updated_at": STARTED_AT,
        }
        for project in PROJECTS
    ]


def survey_rows() -> list[Row]:
    """`surveys`: one pulse per project, four ticket surveys, one among staff."""
    rows: list[Row] = []
    for project in PROJECTS:
        rows.append(_survey(pulse_id(project), f"{project.name}: quarterly pulse", project.id, "relationship"))
        if project.takes_tickets:
            rows.append(
                _survey(ticket_survey_id(project), f"{project.name}: after a ticket", project.id, "transactional")
            )
    rows.append(_survey(STAFF_SURVEY, "How do our customers see us?", "P-KEYACC", "staff"))
    return rows


def _survey(key: str, name: str, project: str, kind: str) -> Row:
    return {"survey_id": key, "survey_name": name, "project_id": project, "kind": kind, "updated_at": STARTED_AT}


def question_rows() -> list[Row]:
    """`questions`."""
    return [
        {
            "question_id": question.id,
            "survey_id": question.survey_id,
            "question_text": question.text,
            "scale_id": question.scale,
            "measure": question.measure,
            "category": question.category,
            "weight": question.weight,
            "counts_for_award": question.counts_for_award,
            "touchpoint": question.touchpoint,
            "updated_at": max(STARTED_AT, datetime.combine(question.since, time())),
        }
        for question in all_questions()
    ]
