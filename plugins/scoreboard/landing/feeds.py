"""What a domain is fed from, beside the file drop: every stream of every configured API, every place that a loader fills.

A feed is {"adapter", "connection", "stream"}: plain, so that one task can name it to the next. `stream` is None where all of
a connection is landed at once: a loader's tables, which must be of one moment, or an API that cannot be asked for its streams.
"""

from __future__ import annotations

from typing import Any

from scoreboard.entities import DOMAINS, Domain
from scoreboard.landing.pages import Window, land_stream
from scoreboard.landing.raw_store import source_folder
from scoreboard.landing.reconcile import Report, reconcile_stream
from scoreboard.landing.store import committed_batches
from scoreboard.landing.tables import land_table
from scoreboard.mapping.config import Connection, Mapping, load_mapping
from scoreboard.settings import Settings
from scoreboard.sources.adapters import ADAPTERS, make_source
from scoreboard.sources.api.base import ApiSource, SourceError, Stream
from scoreboard.sources.api.connections import credentials_of
from scoreboard.sources.loaders.opening import open_loader

Feed = dict[str, str | None]
_NAMED = 10  # tables of a wrong place that its error names


def feeds_of(settings: Settings, domain: Domain) -> list[Feed]:
    """The feeds of one domain, in the order in which they can be landed. Nothing is asked for over the network.

    A connection that cannot be used does not raise here: it gets one feed, and landing that one says why.
    """
    feeds: list[Feed] = []
    for adapter in settings.adapters_of(domain):
        if adapter == "files":
            continue
        for connection in _mapping(settings, adapter).connections_of(adapter):
            try:
                names = [stream.name for stream in _streams(settings, adapter, connection.id, domain)]
            except SourceError:
                names = []
            feeds += [_feed(adapter, connection.id, name) for name in names] or [_feed(adapter, connection.id, None)]
    return feeds


def api_feeds(settings: Settings) -> list[Feed]:
    """The streams of every configured API, each once however many domains it feeds: what can be reconciled."""
    feeds = [feed for domain in DOMAINS for feed in feeds_of(settings, domain)]
    return list({tuple(feed.values()): feed for feed in feeds if _is_api(feed)}.values())


def label(feed: Feed) -> str:
    """A feed for people: `zendesk@main tickets`."""
    return f"{feed['adapter']}@{feed['connection']} {feed['stream'] or ''}".rstrip()


def land_feed(
    settings: Settings,
    feed: Feed,
    run_id: str,
    *,
    window: Window | None = None,
    full_refresh: bool = False,
    accept_vanished: bool = False,
) -> list[dict[str, Any]]:
    """Land one feed; gives what `land_stream` or `land_table` says of each stream or table. Raises as they do."""
    adapter, connection = str(feed["adapter"]), str(feed["connection"])
    if not _is_api(feed):
        return _land_tables(settings, adapter, connection, run_id, accept_shrunk=accept_vanished)
    source = _source(settings, adapter, connection)
    return [
        land_stream(
            settings,
            adapter,
            source,
            stream,
            run_id,
            window=window,
            full_refresh=full_refresh,
            accept_vanished=accept_vanished,
        )
        for stream in source.streams()
        if feed["stream"] in (None, stream.name)
    ]


def reconcile_feed(settings: Settings, feed: Feed, run_id: str, *, accept_vanished: bool = False) -> list[Report]:
    """Reconcile one API feed; gives `reconcile_stream`'s report of each stream. Raises as it does."""
    adapter = str(feed["adapter"])
    source = _source(settings, adapter, str(feed["connection"]))
    return [
        reconcile_stream(settings, adapter, source, stream, run_id, accept_vanished=accept_vanished)
        for stream in source.streams()
        if feed["stream"] in (None, stream.name)
    ]


def _land_tables(
    settings: Settings, adapter: str, connection: str, run_id: str, *, accept_shrunk: bool
) -> list[dict[str, Any]]:
    """Land every table that shapes read. One that is not there and never was is left out: its view has no rows.

    Raises SourceError where none is there: that is the wrong place, not a loader without rows.
    """
    mapping = _mapping(settings, adapter)
    dress = ADAPTERS[adapter].dress
    tables = dict.fromkeys(shape.landed[dress] for shape in mapping.shapes if dress in shape.landed)
    folder = source_folder(adapter, connection)
    with open_loader(adapter, _place(mapping, adapter, connection), settings.home) as loader:
        absent = set(loader.missing(tables))
        if len(absent) == len(tables):
            raise SourceError(
                f"{connection}: none of the tables of {ADAPTERS[adapter].vendor} is there ({', '.join(tables)}); it has "
                f"{', '.join(loader.tables()[:_NAMED]) or 'nothing'}. Nothing was landed and what had landed still counts; "
                f"name the right path or schema in sources/{ADAPTERS[adapter].vendor}.yaml."
            )
        return [
            land_table(
                settings,
                adapter,
                connection,
                table,
                loader.rows(table),
                run_id,
                domains=ADAPTERS[adapter].domains,
                accept_shrunk=accept_shrunk,
            )
            for table in tables
            if table not in absent or committed_batches(settings, folder, table)
        ]


def _streams(settings: Settings, adapter: str, connection: str, domain: Domain) -> list[Stream]:
    if ADAPTERS[adapter].dress != "api":
        return []
    return [stream for stream in _source(settings, adapter, connection).streams() if domain in stream.domains]


def _source(settings: Settings, adapter: str, connection: str) -> ApiSource:
    vendor = ADAPTERS[adapter].vendor
    return make_source(adapter, credentials_of(connection, vendor), _mapping(settings, adapter))


def _mapping(settings: Settings, adapter: str) -> Mapping:
    return load_mapping(settings, ADAPTERS[adapter].vendor)


def _place(mapping: Mapping, adapter: str, connection: str) -> Connection:
    return next(one for one in mapping.connections_of(adapter) if one.id == connection)


def _feed(adapter: str, connection: str, stream: str | None) -> Feed:
    return {"adapter": adapter, "connection": connection, "stream": stream}


def _is_api(feed: Feed) -> bool:
    return ADAPTERS[str(feed["adapter"])].dress == "api"
