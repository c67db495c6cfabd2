"""HubSpot's records as canonical rows: cases by hand, the odd ones."""

from __future__ import annotations

from typing import Any

import pytest

from tests.mapping.hubspot_records import PLAIN, PRIMARY, Row, column, record
from tests.mapping.rig import mapped

PIPELINES = [
    {
        "_key": "default",
        "_version": "2026-01-01T00:00:00+00:00",
        "_record": {
            "id": "default",
            "label": "Sales Pipeline",
            "stages": [
                {"id": "open", "label": "Proposal", "metadata": {"isClosed": "false", "probability": "0.5"}},
                {"id": "won", "label": "Closed won", "metadata": {"isClosed": "true", "probability": "1.0"}},
                {"id": "lost", "label": "Closed lost", "metadata": {"isClosed": "true", "probability": "0.0"}},
            ],
        },
    }
]


def deal(key: str, day: int = 1, *, to: list[Any], **properties: Any) -> Row:
    held = {"pipeline": "default", "dealstage": "won", "amount": "100", "deal_currency_code": "USD", **properties}
    return record(key, day, links={"companies": to, "contacts": []}, createdate="2026-01-02T23:30:00Z", **held)


@pytest.fixture(scope="module")
def crm(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[Row]]:
    raw = {
        "companies": [
            record(
                "1", name="Survivor", lifecyclestage="customer", hs_merged_object_ids="2;3", annualrevenue="9000000"
            ),
            record("2", name="Merged", lifecyclestage="customer", hs_merged_object_ids="4"),
            record("3", name="Merged too", lifecyclestage="customer"),
            record("4", name="Merged into a merged one", lifecyclestage="customer"),
            record("5", name="Without contacts", lifecyclestage="evangelist", hs_parent_company_id="4"),
            record("6", name="Of a stage nobody mapped", lifecyclestage="77120"),
            record("7", name="Deleted", lifecyclestage="customer"),
            record("7", 2, deleted=True),
        ],
        "contacts": [
            record(
                "21", firstname="Ada", lastname="Byron", associatedcompanyid="4", hs_buying_role="END_USER;CHAMPION"
            ),
            record("22", email="only@mail.example", associatedcompanyid="5", hs_buying_role="BLOCKER"),
            record("23", firstname="Of", lastname="nobody"),
        ],
        "deal_pipelines": PIPELINES,
        "deals": [
            deal("31", to=[(5, PLAIN), (1, PRIMARY)]),
            deal("32", to=[4, 404], amount=None, closedate="2026-01-31T00:00:00Z"),
            deal("33", to=[404]),
            deal("34", to=[5], dealstage="lost", closedate="2026-01-31T23:30:00Z", dealtype="existingbusiness"),
            deal("35", 1, to=[5], closedate="2026-01-15T12:00:00Z"),
            deal("35", 2, to=[5], dealstage="open"),
            deal("36", 1, to=[5], amount="10", closedate="2026-01-15T12:00:00Z"),
            deal("36", 2, to=[5], amount="20", closedate="2026-01-15T12:00:00Z"),
        ],
        "meetings": [
            record("41", links={"companies": [], "contacts": [21]}, hs_timestamp="2026-02-01T10:00:00Z"),
            record(
                "42",
                links={"companies": [5], "contacts": []},
                hs_timestamp="2026-02-01T10:00:00Z",
                hs_activity_type="First demo",
            ),
        ],
        "emails": [
            record("43", links={"companies": [5], "contacts": []}, hs_email_direction="FORWARDED_EMAIL"),
            record("44", links={"companies": [5], "contacts": []}, hs_email_direction="INCOMING_EMAIL"),
        ],
        "owners": [owner("51", "Grace", archived=True, teams=[("9", False), ("12", True)]), owner("52", "")],
    }
    home = tmp_path_factory.mktemp("crm")
    return mapped(home, "hubspot", {"hubspot": raw}, {}, timezone="Europe/Berlin")


def owner(key: str, name: str, *, archived: bool = False, teams: list[tuple[str, bool]] | None = None) -> Row:
    body = {
        "id": key,
        "firstName": name,
        "lastName": "",
        "email": f"{key}@us.example",
        "archived": archived,
        "updatedAt": "2026-02-01T08:00:00Z",
        "teams": [{"id": team, "name": f"Team {team}", "primary": first} for team, first in teams or []],
    }
    return {"_key": key, "_version": "2026-02-01T08:00:00+00:00", "_record": body}


def test_merged_and_deleted_companies_give_no_account(crm: dict[str, list[Row]]) -> None:
    assert sorted(column(crm["accounts"], "account_name")) == ["1", "5", "6"]


def test_a_parent_that_was_merged_is_the_one_at_the_end_of_the_chain(crm: dict[str, list[Row]]) -> None:
    assert column(crm["accounts"], "parent_account_id")["5"] == "1"


def test_a_stage_nobody_mapped_passes_to_the_letter(crm: dict[str, list[Row]]) -> None:
    assert column(crm["accounts"], "lifecycle_stage") == {"1": "active", "5": "active", "6": "77120"}


def test_contacts_follow_their_company(crm: dict[str, list[Row]]) -> None:
    assert column(crm["contacts"], "account_id") == {"21": "1", "22": "5", "23": None}


def test_a_contact_without_a_name_is_called_by_its_address(crm: dict[str, list[Row]]) -> None:
    assert column(crm["contacts"], "full_name") == {"21": "Ada Byron", "22": "only@mail.example", "23": "Of nobody"}


def test_the_role_that_decides_most_counts_and_others_are_none(crm: dict[str, list[Row]]) -> None:
    assert column(crm["contacts"], "buying_role") == {"21": "recommender", "22": None, "23": None}


def test_a_deal_counts_for_its_primary_company_and_orphans_are_harmless(crm: dict[str, list[Row]]) -> None:
    accounts = column(crm["opportunities"], "account_id")

    assert {key: accounts[key] for key in ("31", "32", "33")} == {"31": "1", "32": "1", "33": None}


def test_revenue_is_won_deals_whatever_a_company_earns(crm: dict[str, list[Row]]) -> None:
    amounts = [(row["revenue_id"], row["amount"]) for row in crm["revenue"] if row["revenue_id"] != "36"]

    assert sorted(amounts) == [("31", "100"), ("32", None), ("33", "100")]


def test_a_deal_opened_again_earns_nothing_though_a_version_of_it_was_won(crm: dict[str, list[Row]]) -> None:
    assert "35" not in column(crm["revenue"], "amount")
    assert [row["is_won"] for row in crm["opportunities"] if row["opportunity_id"] == "35"] == ["true", "false"]


def test_every_version_of_a_deal_gives_a_row(crm: dict[str, list[Row]]) -> None:
    assert [row["amount"] for row in crm["revenue"] if row["revenue_id"] == "36"] == ["10", "20"]


def test_days_are_local_and_midnights_are_the_day_they_name(crm: dict[str, list[Row]]) -> None:
    closed = column(crm["opportunities"], "close_date")

    assert (closed["32"], closed["34"]) == ("2026-01-31", "2026-02-01")
    assert column(crm["opportunities"], "created_on")["31"] == "2026-01-03"


def test_a_lost_deal_is_closed_and_not_won(crm: dict[str, list[Row]]) -> None:
    [lost] = [row for row in crm["opportunities"] if row["opportunity_id"] == "34"]

    assert (lost["is_closed"], lost["is_won"], lost["kind"]) == ("true", "false", "expansion")


def test_an_activity_with_a_person_alone_counts_for_the_persons_company(crm: dict[str, list[Row]]) -> None:
    assert column(crm["activities"], "account_id")["41"] == "1"


def test_a_type_of_meeting_nobody_mapped_is_a_meeting(crm: dict[str, list[Row]]) -> None:
    assert column(crm["activities"], "kind") == {"41": "meeting", "42": "meeting", "43": "email", "44": "email"}


def test_a_forwarded_email_has_no_direction(crm: dict[str, list[Row]]) -> None:
    assert column(crm["activities"], "is_inbound") == {"41": None, "42": None, "43": None, "44": "true"}


def test_a_deactivated_owner_stays_an_employee_of_its_main_team(crm: dict[str, list[Row]]) -> None:
    assert column(crm["employees"], "is_active") == {"51": "false", "52": "true"}
    assert column(crm["employees"], "team_id") == {"51": "12", "52": None}
    assert column(crm["employees"], "function") == {"51": None, "52": None}
    assert column(crm["employees"], "full_name") == {"51": "Grace", "52": "52@us.example"}


def test_two_portals_with_the_same_pipelines_keep_their_own(tmp_path_factory: pytest.TempPathFactory) -> None:
    def portal(won: str) -> dict[str, list[Row]]:
        stages = [{"id": "x", "label": "X", "metadata": {"isClosed": "true", "probability": won}}]
        return {
            "companies": [record("1", name="Acme", lifecyclestage="customer", hs_merged_object_ids="2")],
            "deal_pipelines": [{"_key": "default", "_version": None, "_record": {"id": "default", "stages": stages}}],
            "deals": [deal("31", to=[2], dealstage="x", closedate="2026-01-31T00:00:00Z")],
        }

    connections = [{"id": "east", "prefix": "E-"}, {"id": "west", "prefix": "W-"}]
    rows = mapped(
        tmp_path_factory.mktemp("two"),
        "hubspot",
        {"hubspot@east": portal("1.0"), "hubspot@west": portal("0.0")},
        {"connections": connections},
    )

    assert column(rows["accounts"], "account_name") == {"E-1": "Acme", "W-1": "Acme"}
    assert column(rows["opportunities"], "account_id") == {"E-31": "E-1", "W-31": "W-1"}
    assert column(rows["revenue"], "account_id") == {"E-31": "E-1"}


def test_pipelines_are_named_one_after_the_other_with_or_without_a_blank(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    raw = {"deal_pipelines": PIPELINES, "deals": [deal("31", to=[], closedate="2026-01-31T00:00:00Z")]}
    options = {"opportunity_pipelines": "Partners, Sales Pipeline", "revenue_pipelines": "Partners , default"}
    rows = mapped(tmp_path_factory.mktemp("listed"), "hubspot", {"hubspot": raw}, {"options": options})

    assert [row["opportunity_id"] for row in rows["opportunities"]] == ["31"]
    assert [row["revenue_id"] for row in rows["revenue"]] == ["31"]
