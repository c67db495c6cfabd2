"""What staging makes of Salesforce records: merges, deletions, people and roles, custom fields, loaders' tables."""

from __future__ import annotations

from pathlib import Path

from tests.mapping.rig import mapped
from tests.mapping.salesforce_records import AT, account, column, of_api, rec, user


def test_a_chain_of_three_merges_is_followed_to_its_end(tmp_path: Path) -> None:
    gone = {"is_deleted": True}
    rows = of_api(
        tmp_path,
        {
            "Account": [
                account("A", MasterRecordId="B", **gone),
                account("B", MasterRecordId="C", **gone),
                account("C", MasterRecordId="D", **gone),
                account("D"),
                account("E", ParentId="A"),
                # whose parent was merged into itself has none
                account("F", MasterRecordId="G", **gone),
                account("G", ParentId="F"),
                # merged into one that was deleted later: nobody survives, what it had is an orphan
                account("H", MasterRecordId="I", **gone),
                account("I", **gone),
            ],
            "Contact": [
                rec("c1", Name="One", AccountId="A"),
                rec("c2", Name="Two", AccountId="B"),
                rec("c3", Name="Three", AccountId="D"),
                rec("c4", Name="Four", AccountId="H"),
                rec("c5", Name="Private", AccountId=None),
                rec("k1", Name="Twin", AccountId="A", MasterRecordId="k2", is_deleted=True),
                rec("k2", Name="Twin", AccountId="A", MasterRecordId="c1", is_deleted=True),
            ],
            "Opportunity": [rec("o1", AccountId="C", Type="Renewal", CreatedDate=AT)],
            "Order": [
                rec(
                    "r1",
                    AccountId="B",
                    Status="Activated",
                    EffectiveDate="2026-01-04",
                    TotalAmount=10.5,
                    CurrencyIsoCode="EUR",
                )
            ],
            "Task": [rec("t1", AccountId="A", WhoId="k1", TaskSubtype="Call", IsClosed=True, CompletedDateTime=AT)],
        },
    )
    assert column(rows["accounts"], "parent_account_id") == {"D": None, "E": "D", "G": None}
    assert column(rows["contacts"], "account_id") == {"c1": "D", "c2": "D", "c3": "D", "c4": "I"}
    assert column(rows["opportunities"], "account_id") == {"o1": "D"}
    assert column(rows["revenue"], "account_id") == {"r1": "D"}
    assert column(rows["activities"], "account_id") == {"t1": "D"}
    assert column(rows["activities"], "contact_id") == {"t1": "c1"}


def test_deleted_and_undeleted_over_several_landings(tmp_path: Path) -> None:
    of_api(tmp_path, {"Account": [account("A"), account("B")]})
    rows = of_api(tmp_path, {"Account": [account("A", at="2026-01-06T10:00:00.000Z", is_deleted=True)]})
    assert list(column(rows["accounts"], "account_name")) == ["B"]
    rows = of_api(tmp_path, {"Account": [account("A", at="2026-01-07T10:00:00.000Z", Name="A again")]})
    assert column(rows["accounts"], "account_name") == {"B": "B", "A": "A again"}
    # a trace in the log of deletions is enough
    purged = {
        "_key": "B",
        "_version": "2026-01-08T10:00:00Z",
        "_is_deleted": True,
        "_record": {"Id": "B", "IsDeleted": True},
    }
    rows = of_api(tmp_path, {"Account": [purged]})
    assert set(column(rows["accounts"], "account_name")) == {"A"}


def test_owners_who_are_nobody_of_ours_are_no_employees(tmp_path: Path) -> None:
    people = [user("u1", UserRoleId="R"), user("u2", "AutomatedProcess"), user("u3", "CspLitePortal")]
    task = {"AccountId": "A", "TaskSubtype": "Email", "IsClosed": True, "CompletedDateTime": AT}
    rows = of_api(
        tmp_path,
        {
            "UserRole": [rec("R", Name="Support North")],
            "User": people,
            "Account": [account("A", OwnerId="u1", Executive_Sponsor__c="u2"), account("B", OwnerId="u3")],
            "Task": [
                rec("t1", OwnerId="u1", **task),
                rec("t2", OwnerId="u2", **task),
                rec("t3", OwnerId="00G1", **task),
            ],
        },
    )
    assert column(rows["employees"], "team_name") == {"u1": "Support North"}
    assert column(rows["accounts"], "account_manager_id") == {"A": "u1", "B": None}
    assert column(rows["accounts"], "executive_sponsor_id") == {"A": None, "B": None}
    assert column(rows["activities"], "employee_id") == {"t1": "u1", "t2": None, "t3": None}


def test_the_buying_role_comes_from_the_roles_unless_a_field_says_it(tmp_path: Path) -> None:
    role = {"AccountId": "A"}
    rows = of_api(
        tmp_path,
        {
            "Account": [account("A")],
            "Contact": [
                rec(key, Name=key, AccountId="A", Role_Here__c=told)
                for key, told in zip("abcdef", (None, None, None, None, None, "Influencer"), strict=True)
            ],
            "AccountContactRole": [
                rec("1", ContactId="a", Role="Influencer", **role),
                rec("2", ContactId="b", Role="Decision Maker", is_deleted=True, **role),
                rec("3", ContactId="c", Role="Business User", **role),
                rec("4", ContactId="d", Role="Grand Vizier", **role),
                rec("5", ContactId="f", Role="Decision Maker", **role),
            ],
            "OpportunityContactRole": [
                rec("6", ContactId="a", OpportunityId="o", Role="Economic Buyer"),
                rec("7", ContactId="e", OpportunityId="o", Role="Evaluator"),
            ],
        },
        {"fields": {"contact": {"buying_role": "Role_Here__c"}}},
    )
    assert column(rows["contacts"], "buying_role") == {
        "a": "decision_maker",
        "b": None,
        "c": None,
        "d": "Grand Vizier",  # the door quarantines it, and the report says what to map
        "e": "recommender",
        "f": "influencer",
    }
    assert set(column(rows["contacts"], "is_active").values()) == {"true"}


def test_custom_fields_are_read_where_the_mapping_file_says(tmp_path: Path) -> None:
    rows = of_api(
        tmp_path,
        {
            "User": [user("u", Department="Field Service", Crew__c="Crew 7")],
            "Account": [
                rec(
                    "A", Name="A", Stage__c="Kunde", Since__c="2017-04-14", Owner__r={"Code__c": "x"}, Strategic__c="ja"
                ),
                rec("B", Name="B", Stage__c=None),
            ],
        },
        {
            "fields": {
                "account": {
                    "lifecycle_stage": "Stage__c",
                    "customer_since": "Since__c",
                    "region": "Owner__r.Code__c",
                    "is_strategic": "Strategic__c",
                },
                "user": {"function": "Department", "team_name": "Crew__c"},
            },
            "values": {
                "accounts": {
                    "lifecycle_stage": {"Kunde": "active"},
                    "is_strategic": {"ja": "true"},
                    "region": {"x": "EMEA"},
                },
                "employees": {"function": {"Field Service": "field_service"}},
            },
            "options": {"lifecycle_stage_when_empty": "prospect"},
        },
    )
    (first, second) = rows["accounts"]
    told = ("lifecycle_stage", "customer_since", "region", "is_strategic")
    assert [first[name] for name in told] == ["active", "2017-04-14", "EMEA", "true"]
    assert second["lifecycle_stage"] == "prospect"
    assert (rows["employees"][0]["function"], rows["employees"][0]["team_name"]) == ("field_service", "Crew 7")


FIVETRAN = {
    "account": [
        {
            "id": "A",
            "name": "A now",
            "type": "Customer",
            "is_deleted": False,
            "system_modstamp": "2026-01-05 10:00:00+00",
        }
        | {"_fivetran_active": True, "_fivetran_start": "2026-01-05 10:00:01+00"},
        {"id": "A", "name": "A for a second", "type": "Customer", "system_modstamp": "2026-01-05 10:00:00+00"}
        | {"_fivetran_active": False, "_fivetran_start": "2026-01-05 10:00:00+00"},
        {
            "id": "B",
            "name": "B",
            "type": "Customer",
            "system_modstamp": "2026-01-05 10:00:00+00",
            "_fivetran_active": False,
        },
        {"id": "C", "name": "C", "type": "Customer", "system_modstamp": "2026-01-05 10:00:00+00", "is_deleted": True}
        | {"master_record_id": "A"},
    ],
    # some connections keep the API's spelling, and some tables have hardly any column
    "contact": [{"Id": "c", "Name": "C", "AccountId": "C", "_fivetran_synced": "2026-01-05 11:00:00.123+00"}],
    "user": [{"id": "u", "name": "U", "_fivetran_synced": "2026-01-05 11:00:00+00", "_fivetran_deleted": False}],
    "opportunity": [
        {"id": "o", "account_id": "A", "close_date": "2026-01-03 00:00:00+00", "created_date": "2026-01-02 23:30:00+00"}
        | {"is_won": True, "amount": 10.0, "last_modified_date": "2026-01-03 10:00:00+00"}
    ],
}


def test_a_loaders_tables_with_missing_columns_both_spellings_and_history(tmp_path: Path) -> None:
    rows = mapped(tmp_path, "salesforce", {"salesforce_fivetran": FIVETRAN})
    assert column(rows["accounts"], "account_name") == {"A": "A now"}
    assert column(rows["contacts"], "account_id") == {"c": "A"}
    assert rows["contacts"][0]["updated_at"].startswith("2026-01-05 11:00:00.123")
    assert column(rows["employees"], "employee_id") == {"u": "u"}
    assert rows["opportunities"][0]["close_date"] == "2026-01-03"
    assert rows["opportunities"][0]["created_on"] == "2026-01-02"
    assert rows["revenue"] == rows["activities"] == []


def test_two_orgs_side_by_side_keep_their_ids_apart(tmp_path: Path) -> None:
    said = {"connections": [{"id": "eu", "prefix": "eu-"}, {"id": "us", "prefix": "us-"}]}
    org = {"Account": [account("A", OwnerId="u")], "User": [user("u")], "Contact": [rec("c", Name="C", AccountId="A")]}
    rows = mapped(tmp_path, "salesforce", {"salesforce@eu": org, "salesforce@us": org}, said)
    assert column(rows["accounts"], "account_manager_id") == {"eu-A": "eu-u", "us-A": "us-u"}
    assert column(rows["contacts"], "account_id") == {"eu-c": "eu-A", "us-c": "us-A"}
    assert {row["source_relation"] for row in rows["contacts"]} == {"salesforce@eu", "salesforce@us"}
