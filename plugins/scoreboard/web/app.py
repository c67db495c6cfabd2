"""The page as a FastAPI app, mounted by airflow_plugin.py below /scoreboard."""

from __future__ import annotations

from http import HTTPMethod

from fastapi import Depends, FastAPI

from scoreboard.settings import Settings
from scoreboard.web import access, errors, static_files
from scoreboard.web.data.live_alerts import LiveLog
from scoreboard.web.headers import SecurityHeaders
from scoreboard.web.pages import NAVIGATION, ROUTERS
from scoreboard.web.static_files import Assets
from scoreboard.web.store import Store


def make_app(settings: Settings | None = None) -> FastAPI:
    """The app over one home (the environment's, unless given). Every route is behind `access.reader`; none describes itself.

    Pages are routers listed in pages/__init__.py. Nothing may be mounted or added beside them: the guard covers routes only.
    """
    app = FastAPI(
        title="Scoreboard",
        dependencies=[Depends(access.reader)],
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        redirect_slashes=False,
    )
    app.state.store = Store(settings or Settings.from_environment())
    app.state.live_alerts = LiveLog(app.state.store.settings)
    app.state.assets = Assets()
    app.state.nav = NAVIGATION
    for router in (*ROUTERS, static_files.router):
        app.include_router(router)
    app.add_api_route("/{anything:path}", errors.nowhere, methods=[*HTTPMethod])
    errors.add_handlers(app)
    app.add_middleware(SecurityHeaders)
    return app
