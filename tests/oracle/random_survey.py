"""Survey rows of random companies: questions of every scale and weight, responses that supersede, tie, hide and repeat."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal

from tests.oracle.calendar import calendar_label
from tests.oracle.random_seeds import Table
from tests.oracle.random_world import Row, Verbatim, World
from tests.oracle.schema import CATEGORIES

_SCALES = {
    "likert5": (1, 5),
    "likert7": (1, 7),
    "likert10": (1, 10),
    "nps11": (0, 10),
    "percent": (0, 100),
    "binary": (0, 1),
    "effort7": (1, 7),
    "effort5_reversed": (1, 5),
}
_MORE_SCALES = {"stars4": (0, 4), "pain3": (1, 3), "balance": (-2, 2)}
# Byte order is not alphabetical order, and not the order of UTF-16 either.
_ID_HEADS = ("R", "r", "Z", "é", "\uff21", "\U0001f600")


class SurveyMaker:
    """Makes the survey domain of one company."""

    def __init__(
        self, world: World, seeds: dict[str, Table], accounts: list[str], projects: list[str], contacts: list[Row]
    ) -> None:
        self.world, self.accounts, self.projects = world, accounts, projects
        self.scales = _SCALES | (_MORE_SCALES if "survey_scales" in seeds else {})
        self.contacts = {
            account: [row["contact_id"] for row in contacts if row["account_id"] == account] for account in accounts
        }
        self.rows: dict[str, list[Row]] = {
            name: [] for name in ("surveys", "questions", "invitations", "responses", "answers")
        }
        self.questions: dict[str, list[Row]] = {}
        # Some quarters have no variance: every account always answers with its own one score.
        self.constant = {quarter: world.chance(0.3) for quarter in world.quarters}

    def make(self) -> dict[str, list[Row]]:
        """All rows of the domain."""
        self._surveys()
        for _ in range(self.world.options.responses):
            self._event()
        return self.rows

    def _surveys(self) -> None:
        world = self.world
        for survey, kind in (
            ("REL", "relationship"),
            ("TRX", "transactional"),
            ("STF", "staff"),
            ("ODD", None),
            ("REL2", "relationship"),
        ):
            project = world.pick(self.projects[:-1])
            self.rows["surveys"].append(
                {
                    "survey_id": survey,
                    "survey_name": f"Survey {survey}",
                    "project_id": project,
                    "kind": kind,
                    "updated_at": world.updated(),
                }
            )
            plain = world.chance(0.5)
            questions = [
                self.question(survey, "satisfaction", category, plain)
                for category in world.rng.sample(CATEGORIES, world.rng.randint(1, 4))
            ]
            questions += [
                self.question(survey, measure, world.pick((None, *CATEGORIES)), plain)
                for measure in ("satisfaction", "loyalty")
            ]
            questions += [
                self.question(survey, measure, world.pick((None, *CATEGORIES)), False)
                for measure in ("expectation", "expectation", "knowledge", "open_text")
            ]
            questions.append(self.question(survey, "recommendation", None, False, "nps11"))
            questions.append(self.question(survey, "effort", None, False, world.pick(("effort7", "effort5_reversed"))))
            self.questions[survey] = questions
            self.rows["questions"] += questions

    def question(self, survey: str, measure: str, category: str | None, plain: bool, scale: str | None = None) -> Row:
        """A question, by chance of any scale and weight unless it is plain."""
        world = self.world
        return {
            "question_id": world.next_id(f"Q-{survey}-"),
            "survey_id": survey,
            "question_text": f"How about {measure}?",
            "scale_id": scale or ("likert5" if plain else world.pick(sorted(self.scales))),
            "measure": measure,
            "category": category,
            "weight": None
            if plain and world.chance(0.5)
            else Decimal(world.pick(("1", "0.1", "0.1", "2.5", "0.333333"))),
            "counts_for_award": world.pick((None, None, True, False)),
            "touchpoint": world.pick((None, "support")),
            "updated_at": world.updated(),
        }

    def _event(self) -> None:
        """One response, often invited, sometimes followed by others of the same contact, survey, ticket and wave."""
        world = self.world
        survey, account = (
            world.pick(("REL", "REL", "REL", "TRX", "TRX", "STF", "ODD", "REL2")),
            world.pick(self.accounts),
        )
        quarter = world.quarters[-1] if world.chance(0.2) else world.pick(world.quarters)
        moment = world.instant(quarter)
        contact = world.pick(
            (None, "C-GONE", *(self.contacts[account] or [None]) * 3, *(self.contacts[world.pick(self.accounts)][:1]))
        )
        who = (
            world.pick(("customer",) * 9 + ("employee", "employee", "employee", "partner", "test"))
            if survey != "STF"
            else "employee"
        )
        row: Row = {
            "response_id": world.next_id(world.pick(_ID_HEADS)),
            "survey_id": survey,
            "invitation_id": self._invitation(survey, account, contact, moment),
            "respondent_type": who,
            "contact_id": contact,
            "employee_id": "E-1" if who == "employee" else None,
            "account_id": account,
            "ticket_id": world.pick((None, None, "100", "101", "T-GONE")),
            "agent_id": world.pick((None, "E-1", "E-2")),
            "team_id": world.pick((None, "T1")),
            "channel": world.pick((None, "web")),
            "wave": world.pick((None, None, None, "2025", calendar_label(quarter), "w1", "W1")),
            "responded_at": moment,
            "is_complete": world.pick((None, None, True, True, True, True, False)),
            "updated_at": world.updated(),
        }
        self._respond(row)
        for _ in range(world.pick((0, 0, 0, 0, 1, 2))):
            self._respond(row | self._again(row, moment))

    def _again(self, row: Row, moment: datetime) -> Row:
        """Changes that make a later, equal or merely similar response of the same person."""
        world = self.world
        changes: Row = {"response_id": world.next_id(world.pick(_ID_HEADS)), "updated_at": world.updated()}
        later = moment + timedelta(seconds=world.pick((0, 0, 0, 1, 3600, 86400 * 20)))
        changes["responded_at"] = later if later.year < 2100 else moment
        odd = world.pick(("", "", "", "", "", "wave", "ticket_id", "survey_id", "is_complete", "label"))
        if odd == "label":  # a wave spelled like the calendar quarter is the same wave as none at all
            changes["wave"] = calendar_label(moment.astimezone(world.zone).date())
        elif odd:
            changes[odd] = {"wave": "w2", "ticket_id": "102", "survey_id": "REL2", "is_complete": False}[odd]
        return changes

    def _invitation(self, survey: str, account: str, contact: str | None, moment: datetime) -> str | None:
        """An invitation, perhaps of another survey or account, of an earlier quarter, already used, or one that nobody sent."""
        world = self.world
        if world.chance(0.35):
            return world.pick((None, None, "I-GONE"))
        if world.chance(0.1) and self.rows["invitations"]:
            return str(world.pick(self.rows["invitations"])["invitation_id"])
        for _ in range(world.pick((1, 1, 2))):  # now and then one that stays unanswered comes first
            invitation = {
                "invitation_id": world.next_id("I"),
                "survey_id": survey if world.chance(0.85) else world.pick(("REL", "STF", "ODD")),
                "contact_id": contact,
                "account_id": account if world.chance(0.9) else world.pick(self.accounts),
                "sent_at": world.instant()
                if world.chance(0.15)
                else moment - timedelta(days=world.pick((0, 1, 5, 100))),
                "updated_at": world.updated(),
            }
            self.rows["invitations"].append(invitation)
        return str(invitation["invitation_id"])

    def _respond(self, row: Row) -> None:
        """Adds a response and its answers; some answer nothing that is scored, some nothing at all."""
        world = self.world
        self.rows["responses"].append(row)
        style = world.pick(("all",) * 6 + ("some", "some", "unscored", "none"))
        for question in self.questions[row["survey_id"]]:
            scored = question["measure"] in ("satisfaction", "loyalty")
            if style == "none" or (style == "unscored" and scored) or (style == "some" and world.chance(0.5)):
                continue
            self.answer(row, question, self.value(row, question))

    def answer(self, row: Row, question: Row, value: Decimal | None) -> None:
        """Adds an answer."""
        comment = self.world.pick((None, None, None, "fine", "NaN", Verbatim(" \u00a0"), "two\nlines, and 'more'"))
        self.rows["answers"].append(
            {
                "answer_id": self.world.next_id("N"),
                "response_id": row["response_id"],
                "question_id": question["question_id"],
                "value": value,
                "comment": comment,
                "updated_at": self.world.updated(),
            }
        )

    def value(self, row: Row, question: Row) -> Decimal | None:
        """A value on the question's scale; in a quarter without variance the account's only one."""
        world = self.world
        if question["measure"] == "open_text" or world.chance(0.05):
            return None
        low, high = self.scales[question["scale_id"]]
        if self.constant.get(self._quarter_of(row["responded_at"]), False) and world.chance(0.97):
            return Decimal((low, high)[self.accounts.index(row["account_id"]) % 2])
        if world.chance(0.1):
            return Decimal(world.rng.randint(low * 100, high * 100)).scaleb(-2)
        return Decimal(
            min(
                high,
                max(low, world.pick((high, high, high - 1, high - 1, high - 3, low, world.rng.randint(low, high)))),
            )
        )

    def _quarter_of(self, moment: datetime) -> date:
        day = moment.astimezone(self.world.zone).date()
        return max((quarter for quarter in self.world.quarters if quarter <= day), default=self.world.quarters[0])
