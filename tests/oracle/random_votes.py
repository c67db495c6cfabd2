"""Votes of random companies that somebody should look at: straight lines, doubles, late ones, ones our own people gave; and yes-or-no scales."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from tests.oracle.random_world import Row, World
from tests.oracle.schema import CATEGORIES

_PROJECT = "P-BIN"  # answers there lie on a yes-or-no scale


class VoteMaker:
    """Makes surveys of its own, a few responses to them, and invitations after tickets."""

    def __init__(
        self,
        world: World,
        rows: dict[str, list[Row]],
        accounts: list[str],
        questions: dict[str, list[Row]],
        tickets: list[Row],
    ) -> None:
        self.world, self.accounts, self.tickets = world, accounts, tickets
        self.contacts = [row for row in rows["contacts"] if row.get("account_id") in accounts]
        self.surveys_there = sorted(questions)
        self.rows: dict[str, list[Row]] = {
            name: [] for name in ("projects", "surveys", "questions", "invitations", "responses", "answers")
        }

    def make(self) -> dict[str, list[Row]]:
        """All rows."""
        self._straight_lines()
        self._doubles()
        self._invited()
        self._blind_spots()
        self._yes_or_no()
        return self.rows

    def _survey(self, survey: str, project: str, scales: tuple[str, ...], kind: str | None = None) -> list[Row]:
        world = self.world
        self.rows["surveys"].append(
            {
                "survey_id": survey,
                "survey_name": f"Survey {survey}",
                "project_id": project,
                "kind": kind,
                "updated_at": world.updated(),
            }
        )
        questions: list[Row] = [
            {
                "question_id": f"{survey}-{number}",
                "survey_id": survey,
                "question_text": f"Question {number}?",
                "scale_id": scale,
                "measure": world.pick(("satisfaction", "loyalty")),
                "category": world.pick((None, *CATEGORIES)),
                "weight": world.pick((None, Decimal("0.1"), Decimal("2"))),
                "counts_for_award": world.pick((None, True, True, False)),
                "updated_at": world.updated(),
            }
            for number, scale in enumerate(scales)
        ]
        self.rows["questions"] += questions
        return questions

    def _response(self, survey: str, account: str, moment: datetime, **more: object) -> Row:
        row: Row = {
            "response_id": self.world.next_id("Y"),
            "survey_id": survey,
            "respondent_type": "customer",
            "account_id": account,
            "responded_at": moment,
            "updated_at": moment,
            **more,
        }
        self.rows["responses"].append(row)
        return row

    def _answers(self, response: Row, questions: list[Row], values: Sequence[str | None]) -> None:
        for question, value in zip(questions, values, strict=False):
            self.rows["answers"].append(
                {
                    "answer_id": self.world.next_id("YN"),
                    "response_id": response["response_id"],
                    "question_id": question["question_id"],
                    "value": None if value is None else Decimal(value),
                    "updated_at": response["updated_at"],
                }
            )

    def _straight_lines(self) -> None:
        """Five or more equal values on one scale; or four, a blank, one other, another scale."""
        world = self.world
        one = self._survey("LINE", "P-1", ("likert5",) * 6)
        two = self._survey("MIXED", "P-2", ("likert5",) * 5 + ("likert7",))
        one[5]["measure"] = world.pick(("satisfaction", "expectation"))
        patterns: tuple[Sequence[str | None], ...] = (
            ["4"] * 6,
            ["4"] * 5,
            ["4"] * 4,
            ["4"] * 5 + [None],
            ["3"] * 4 + [None] * 2,
            ["3"] * 3,
            ["5"] * 5 + ["1"],
            ["2"] * 4 + ["3"],
            ["4.0", "4", "4", "4", "4"],
        )
        for pattern in patterns:
            for survey, questions in (("LINE", one), ("MIXED", two)):
                if world.chance(0.5):
                    response = self._response(
                        survey,
                        world.pick(self.accounts),
                        world.instant(),
                        employee_id=world.pick((None, None, None, "E-1", "E-GONE")),
                        is_complete=world.pick((None, None, False)),
                    )
                    self._answers(response, questions, pattern)

    def _doubles(self) -> None:
        """Anonymous responses alike in everything that counts, or but for one thing."""
        world = self.world
        questions = self._survey("TWIN", "P-1", ("likert5", "likert5", "likert10"))
        questions[2] |= {"measure": "expectation"}
        for _ in range(6):
            account = world.pick(self.accounts)
            day = world.day_in(world.pick(world.quarters))
            noon, midnight = (datetime.combine(day, at, world.zone) for at in (time(12), time(0)))
            first = self._response("TWIN", account, noon)
            self._answers(first, questions, ["4", "2", "7"])
            odd = world.pick(("none", "value", "expectation", "account", "midnight", "contact", "fewer", "incomplete"))
            second = self._response(
                "TWIN",
                world.pick(self.accounts) if odd == "account" else account,
                midnight - timedelta(seconds=1) if odd == "midnight" else world.pick((noon, midnight)),
                contact_id="C-GONE" if odd == "contact" else None,
                is_complete=False if odd == "incomplete" else None,
            )
            values: list[str | None] = ["4", "3" if odd == "value" else "2", "1" if odd == "expectation" else "7"]
            self._answers(second, questions, values[:1] if odd == "fewer" else values)

    def _invited(self) -> None:
        """Invitations in the weeks after a ticket, answered in time or a day late."""
        world = self.world
        questions = self._survey("AFTER", "P-1", ("likert5", "likert5", "likert7"), "transactional")
        self._survey("STAFFED", "P-1", ("likert5",), "staff")
        for ticket in self.tickets:
            if ticket["contact_id"] is None or world.chance(0.4):
                continue
            created = ticket["created_at"].astimezone(world.zone).date()
            sent = created + timedelta(days=world.pick((-1, 0, 0, 1, 30, 31, 59, 60, 60, 61, 90)))
            survey = "AFTER" if world.chance(0.75) else world.pick(("STAFFED", *self.surveys_there))
            invitation: Row = {
                "invitation_id": world.next_id("YI"),
                "survey_id": survey,
                "contact_id": ticket["contact_id"],
                "account_id": ticket["account_id"],
                "sent_at": world.edge_instant(sent),
                "updated_at": world.updated(),
            }
            self.rows["invitations"].append(invitation)
            if world.chance(0.5):
                day = sent + timedelta(days=world.pick((0, 0, 1, 2, 30, 60, 61)))
                response = self._response(
                    "AFTER",
                    ticket["account_id"],
                    world.edge_instant(min(day, world.as_of)),
                    contact_id=world.pick((None, ticket["contact_id"])),
                    invitation_id=invitation["invitation_id"],
                    ticket_id=ticket["ticket_id"],
                    wave=world.pick((None, "w1")),
                )
                self._answers(response, questions, [world.pick(("1", "4", "5")), "4", None])

    def _blind_spots(self) -> None:
        """A quarter in which our people think well of several accounts that do not return it."""
        world = self.world
        questions = self._survey("BLIND", "P-2", ("likert5", "likert5"))
        quarter = world.pick(world.quarters)
        for account in world.rng.sample(self.accounts, min(5, len(self.accounts))):
            for who, value in (("employee", "5"), ("customer", world.pick(("1", "2")))):
                day = world.day_in(quarter, up_to_as_of=True)
                moment = datetime.combine(day, time(12), world.zone)
                response = self._response("BLIND", account, moment, respondent_type=who)
                self._answers(response, questions, [value, value])

    def _yes_or_no(self) -> None:
        """A project heard on a yes-or-no scale: years that are surely good, surely not, or either."""
        world = self.world
        self.rows["projects"].append(
            {
                "project_id": _PROJECT,
                "project_name": "Yes or no",
                "company_name": "Own Co",
                "updated_at": world.updated(),
            }
        )
        questions = self._survey("BIN", _PROJECT, ("binary", "binary", "binary", "likert5"))
        for question in questions[:3]:
            question["weight"] = Decimal("0.1")
        for year in sorted({quarter.year for quarter in world.quarters}):
            mood: tuple[str, ...] = world.pick((("1",), ("0",), ("1", "1", "0")))
            for quarter in world.rng.sample((1, 4, 7, 10), world.rng.randint(0, 4)):
                moment = datetime.combine(date(year, quarter, world.rng.randint(1, 28)), time(12), world.zone)
                values: list[str | None] = [world.pick((*mood, None)) for _ in range(3)]
                response = self._response("BIN", world.pick(self.accounts), moment)
                self._answers(response, questions, [*values, world.pick((None, "4", "5", "1"))])
