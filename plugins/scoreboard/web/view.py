"""What a page's function is given: who reads, from which version, and how to answer in HTML."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

from fastapi import Depends, Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from scoreboard.settings import Settings
from scoreboard.web import formats
from scoreboard.web.access import Person, Reader
from scoreboard.web.data.live_alerts import LiveLog
from scoreboard.web.store import Snapshot, Store

TEMPLATES = Path(__file__).with_name("templates")

_ENVIRONMENT = Environment(
    loader=FileSystemLoader(TEMPLATES),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
_ENVIRONMENT.filters.update(formats.FILTERS)


def snapshot(request: Request) -> Iterator[Snapshot]:
    """The live version, held open until the answer is made."""
    store: Store = request.app.state.store
    with store.open() as opened:
        yield opened


class View:
    """One request for one page."""

    def __init__(self, request: Request, person: Person, snapshot: Snapshot) -> None:
        self.request = request
        self.person = person
        self.snapshot = snapshot

    @property
    def store(self) -> Store:
        """Where snapshots come from, for what is done after the answer."""
        store: Store = self.request.app.state.store
        return store

    @property
    def live_log(self) -> LiveLog:
        """What people did about alerts up to this second."""
        log: LiveLog = self.request.app.state.live_alerts
        return log

    @property
    def settings(self) -> Settings:
        """Of the home whose figures are shown."""
        return self.store.settings

    def link(self, path: str, **query: Any) -> str:
        """An address of the page, as `link` in a template."""
        return formats.link(str(self.request.scope.get("root_path", "")), path, query)

    def page(self, template: str, *, title: str, status: int = 200, **values: Any) -> HTMLResponse:
        """A template of web/templates around this request's figures."""
        return respond(
            self.request, template, title=title, status=status, person=self.person, snapshot=self.snapshot, **values
        )


def view(request: Request, person: Reader, snapshot: Annotated[Snapshot, Depends(snapshot)]) -> View:
    """The guard first, the figures after it."""
    return View(request, person, snapshot)


Page = Annotated[View, Depends(view)]


def respond(
    request: Request,
    template: str,
    *,
    title: str,
    status: int = 200,
    person: Person | None = None,
    snapshot: Snapshot | None = None,
    **values: Any,
) -> HTMLResponse:
    """A page, with the navigation for those who may use it. In a template `link(path, **query)` makes an address."""
    base = str(request.scope.get("root_path", ""))
    person = person or getattr(request.state, "person", None)
    content = _ENVIRONMENT.get_template(template).render(
        title=title,
        link=lambda path, **query: formats.link(base, path, query),
        here=request.url.path.removeprefix(base) or "/",
        nav=request.app.state.nav if person else [],
        assets=request.app.state.assets,
        person=person,
        record=snapshot.record if snapshot else None,
        **values,
    )
    return HTMLResponse(content, status_code=status)
