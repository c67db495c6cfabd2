"""What is answered when there is no page to show: in words, with what to do; JSON for programs."""

from __future__ import annotations

import logging

from airflow.api_fastapi.app import get_auth_manager
from fastapi import FastAPI, HTTPException, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, RedirectResponse, Response
from starlette.exceptions import HTTPException as StarletteHTTPException
from starlette.routing import Match, Route

from scoreboard.errors import ScoreboardError
from scoreboard.web.headers import SECURITY_HEADERS
from scoreboard.web.store import NothingPublished
from scoreboard.web.view import respond

_log = logging.getLogger(__name__)

_TITLES = {
    401: "You are not logged in",
    403: "You may not see this page",
    404: "There is no such page",
    405: "This address only shows something",
    409: "That did not go through",
    413: "That did not go through",
    415: "That did not go through",
    422: "The address asks for something that does not exist",
}
_LOGGED_OUT = (
    "Nothing was changed. Log in in another window, then go back in your browser: what you typed is still in the form."
)


def add_handlers(app: FastAPI) -> None:
    """Answer every kind of failure."""
    app.add_exception_handler(StarletteHTTPException, _refused)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(NothingPublished, _nothing_published)
    app.add_exception_handler(ScoreboardError, _unreadable)
    app.add_exception_handler(Exception, _failed)


def wants_html(request: Request) -> bool:
    """A browser asks for HTML by name; a program takes anything."""
    return "text/html" in request.headers.get("accept", "")


def _refused(request: Request, error: Exception) -> Response:
    assert isinstance(error, StarletteHTTPException)  # noqa: S101 - what the handler is registered for
    is_known = getattr(request.state, "is_known", False)  # Airflow answers a token that is none with 403
    if error.status_code in (401, 403) and not is_known and wants_html(request) and request.method == "GET":
        return RedirectResponse(get_auth_manager().get_url_login(next_url=_own_address(request)), status_code=307)
    headers = dict(error.headers or {})
    if error.status_code in (401, 403) and not is_known and wants_html(request):
        return _answer(request, error.status_code, _LOGGED_OUT, headers, title=_TITLES[401])
    return _answer(request, error.status_code, str(error.detail), headers)


def _invalid(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)  # noqa: S101
    wrong = [f"{found['loc'][-1]}: {found['msg']}" for found in error.errors()]
    return _answer(request, 422, "; ".join(wrong))


def _nothing_published(request: Request, error: Exception) -> Response:
    if not wants_html(request):
        return JSONResponse({"detail": str(error)}, status_code=404)
    return respond(request, "nothing_published.html.j2", title="Nothing has been published yet")


def _unreadable(request: Request, error: Exception) -> Response:
    _log.error("The page cannot be shown: %s", error)
    return _answer(request, 503, str(error))


def _failed(request: Request, error: Exception) -> Response:
    # this answer is made outside of all middleware
    return _answer(request, 500, "The reason is in the log of Airflow's API server.", SECURITY_HEADERS)


def _answer(
    request: Request, status: int, sentence: str, headers: dict[str, str] | None = None, title: str = ""
) -> Response:
    if not wants_html(request):
        return JSONResponse({"detail": sentence}, status_code=status, headers=headers)
    title = title or _TITLES.get(status, "The page cannot be shown")
    response = respond(request, "error.html.j2", title=title, status=status, sentence=sentence)
    response.headers.update(headers or {})
    return response


def nowhere(request: Request) -> None:
    """The last route, for every method: what no other answers, behind the guard like all the others."""
    allowed = {
        method
        for route in request.app.routes
        if isinstance(route, Route) and route.matches(request.scope)[0] is Match.PARTIAL
        for method in route.methods or ()
    }
    if not allowed:
        raise HTTPException(404, "The address leads nowhere. Go on from the overview.")
    raise HTTPException(405, f"It does not take {request.method}.", headers={"Allow": ", ".join(sorted(allowed))})


def _own_address(request: Request) -> str:
    """Path and query as they were asked for, without scheme and host: behind a proxy only the browser knows those."""
    return "/" + str(request.url.replace(scheme="", netloc="")).lstrip("/")
