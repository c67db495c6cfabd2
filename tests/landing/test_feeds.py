"""What a domain is fed from: every stream of every API connection, every place of a loader, none of them in another's way."""

from types import SimpleNamespace

import duckdb
import pytest

from scoreboard.landing import feeds
from scoreboard.landing.feeds import api_feeds, feeds_of, label, land_feed, reconcile_feed
from scoreboard.landing.raw_store import landed_keys, raw_batches
from scoreboard.mapping.config import Connection
from scoreboard.settings import Settings
from scoreboard.sources.api.base import SourceError, Stream

from .scripted import Scripted, at, raw_rows

CSAT = Stream("satisfaction_ratings", frozenset({"survey"}))
USERS = Stream("users", frozenset({"support", "survey"}), mode="full")
TICKETS = Stream("tickets", frozenset({"support"}))


class Desk(Scripted):
    def streams(self):
        return (USERS, TICKETS, CSAT)


@pytest.fixture
def settings(tmp_path):
    adapters = (
        ("crm", "files"), ("support", "files"), ("support", "zendesk"), ("support", "zendesk_fivetran"), ("survey", "zendesk"),
    )  # fmt: skip
    return Settings(home=tmp_path / "home", as_of=at(0).date(), adapters=adapters)


@pytest.fixture
def desks(monkeypatch, tmp_path):
    """Two Zendesk accounts, `main` and `eu`, and one place with Fivetran's tables; a desk taken out of it has no connection."""
    desks = {name: Desk(name) for name in ("main", "eu")}
    shapes = [SimpleNamespace(landed={"api": "tickets", "fivetran": name}) for name in ("ticket", "user", "ticket")]
    mapping = SimpleNamespace(
        shapes=(*shapes, SimpleNamespace(landed={"api": "users"})),
        connections_of=lambda adapter: (
            (Connection("main"), Connection("eu"))
            if adapter == "zendesk"
            else (Connection("warehouse", path=str(tmp_path / "loaded.duckdb")),)
        ),
    )

    def credentials(connection, vendor):
        if connection not in desks:
            raise SourceError(f"there is no Airflow Connection {connection!r}")
        return connection

    monkeypatch.setattr(feeds, "load_mapping", lambda settings, vendor: mapping)
    monkeypatch.setattr(feeds, "credentials_of", credentials)
    monkeypatch.setattr(feeds, "make_source", lambda adapter, connection, mapping: desks[connection])
    return desks


@pytest.fixture
def loaded(tmp_path):
    """A DuckDB file as a loader fills it."""

    def fill(*statements):
        with duckdb.connect(str(tmp_path / "loaded.duckdb")) as connection:
            for statement in statements:
                connection.execute(statement)

    return fill


def feed(adapter, connection, stream):
    return {"adapter": adapter, "connection": connection, "stream": stream}


def test_a_domain_has_the_streams_that_feed_it_of_every_connection_and_its_loaders(settings, desks):
    assert [label(one) for one in feeds_of(settings, "support")] == [
        "zendesk@main users",
        "zendesk@main tickets",
        "zendesk@eu users",
        "zendesk@eu tickets",
        "zendesk_fivetran@warehouse",
    ]
    assert [label(one) for one in feeds_of(settings, "survey")] == [
        "zendesk@main users",
        "zendesk@main satisfaction_ratings",
        "zendesk@eu users",
        "zendesk@eu satisfaction_ratings",
    ]
    assert feeds_of(settings, "crm") == []


def test_an_account_that_cannot_be_used_is_one_feed_that_says_why_when_it_is_landed(settings, desks):
    del desks["eu"]
    found = feeds_of(settings, "support")
    assert feed("zendesk", "eu", None) in found
    assert feed("zendesk", "main", "tickets") in found
    with pytest.raises(SourceError, match="there is no Airflow Connection 'eu'"):
        land_feed(settings, feed("zendesk", "eu", None), "r1")


def test_every_api_stream_is_reconciled_once_though_it_feeds_two_domains(settings, desks):
    assert sorted(label(one) for one in api_feeds(settings)) == sorted(
        f"zendesk@{name} {stream}" for name in desks for stream in ("users", "tickets", "satisfaction_ratings")
    )


def test_a_feed_lands_its_stream_only_with_what_was_asked(settings, desks):
    desks["main"].put("A", at(0))
    [report] = land_feed(settings, feed("zendesk", "main", "tickets"), "r1", window=(at(-1), at(1)))
    assert (report["stream"], report["mode"], report["rows"]) == ("tickets", "window", 1)
    [report] = land_feed(settings, feed("zendesk", "main", "tickets"), "r2", full_refresh=True)
    assert report["mode"] == "full_refresh"
    assert raw_batches(settings, "zendesk@main", "users") == []
    assert raw_batches(settings, "zendesk@eu", "tickets") == []


def test_a_feed_is_reconciled_by_itself(settings, desks):
    desks["main"].put("A", at(0))
    land_feed(settings, feed("zendesk", "main", "tickets"), "r1")
    del desks["main"].records["A"]
    [report] = reconcile_feed(settings, feed("zendesk", "main", "tickets"), "w1")
    assert report["vanished"] == 1
    assert landed_keys(settings, "zendesk@main", "tickets") == {}


def test_all_tables_of_a_loader_land_as_they_were_at_one_moment(settings, desks, loaded):
    loaded(
        "create table ticket as select 1 as id, 'open' as status, 2.50::decimal(9, 2) as hours",
        "create table other (x int)",
    )
    place = feed("zendesk_fivetran", "warehouse", None)
    assert [(one["stream"], one["rows"]) for one in land_feed(settings, place, "r1")] == [("ticket", 1)]
    [row] = raw_rows(settings, "ticket", "zendesk_fivetran@warehouse")
    assert row["_record"] == '{"hours":2.50,"id":1,"status":"open"}'
    loaded("create table user as select 7 as id", "update ticket set status = 'closed'")
    assert [(one["stream"], one["rows"]) for one in land_feed(settings, place, "r2")] == [("ticket", 1), ("user", 1)]


def test_a_table_that_was_there_and_is_gone_counts_as_empty(settings, desks, loaded):
    place = feed("zendesk_fivetran", "warehouse", None)
    loaded("create table ticket as select 1 as id", "create table user as select 7 as id")
    land_feed(settings, place, "r1")
    loaded("drop table ticket")
    land_feed(settings, place, "r2")
    assert raw_rows(settings, "ticket", "zendesk_fivetran@warehouse") == []


def test_a_place_without_any_of_the_tables_is_told_and_empties_nothing(settings, desks, loaded):
    place = feed("zendesk_fivetran", "warehouse", None)
    loaded("create table invoices as select 1 as id")
    with pytest.raises(SourceError, match=r"warehouse: none of the tables of zendesk .*ticket, user.* has invoices"):
        land_feed(settings, place, "r1")
    loaded("create table ticket as select 1 as id", "create table user as select 7 as id")
    land_feed(settings, place, "r2")
    loaded("drop table ticket", "drop table user")
    with pytest.raises(SourceError, match="none of the tables"):
        land_feed(settings, place, "r3")
    assert len(raw_rows(settings, "ticket", "zendesk_fivetran@warehouse")) == 1
