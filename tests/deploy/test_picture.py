"""The picture of Superset's dashboard, taken of a stand-in for Superset: after a login, and not without a word about a chart that failed."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from demo.browser import HOW_TO_GET, find_chromium
from deploy.superset import picture

PASSWORD = "of-the-stand-in"  # noqa: S105 - of nothing
LOGIN = "<form method=post action=/login/><input id=username name=u><input id=password name=p type=password><button>in</button></form>"
CHART = "<div class=slice_container><table><tr><td>4.23</td></tr></table></div>"
BROKEN = CHART + "<div class=ant-alert-error>Awards: no such column</div>"


class StandIn(BaseHTTPRequestHandler):
    """Login, welcome page, dashboard."""

    def __init__(self, *given: Any, dashboard: str) -> None:
        self.dashboard = dashboard
        super().__init__(*given)

    def do_GET(self) -> None:
        told = LOGIN if "login" in self.path else self.dashboard if "dashboard" in self.path else "welcome"
        self.send_response(200)
        self.send_header("content-type", "text/html")
        self.end_headers()
        self.wfile.write(told.encode())

    def do_POST(self) -> None:
        asked = self.rfile.read(int(self.headers["content-length"])).decode()
        self.send_response(303)
        self.send_header("location", "/superset/welcome/" if asked == f"u=admin&p={PASSWORD}" else "/login/")
        self.end_headers()

    def log_message(self, format: str, *args: Any) -> None:
        """Nothing."""


@pytest.fixture
def serve(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A stand-in with the dashboard that the test names."""
    if find_chromium() is None:
        pytest.skip(HOW_TO_GET)
    monkeypatch.setenv("SUPERSET_PASSWORD", PASSWORD)
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(StandIn, dashboard=request.param)) as server:
        Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


@pytest.mark.parametrize("serve", [CHART], indirect=True, ids=["well"])
def test_a_dashboard_is_kept_as_a_picture(serve: str, tmp_path: Path) -> None:
    picture.main(serve, "admin", str(tmp_path / "superset.png"))

    assert (tmp_path / "superset.png").read_bytes().startswith(b"\x89PNG")


@pytest.mark.parametrize("serve", [BROKEN], indirect=True, ids=["broken"])
def test_a_chart_that_failed_is_named(serve: str, tmp_path: Path) -> None:
    with pytest.raises(SystemExit, match="Awards: no such column"):
        picture.main(serve, "admin", str(tmp_path / "superset.png"))
