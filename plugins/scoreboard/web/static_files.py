"""The page's own style and script, read once and served behind the same guard as everything else."""

from __future__ import annotations

import hashlib
from pathlib import Path

from fastapi import APIRouter, HTTPException, Request
from fastapi.responses import Response

from scoreboard.reports.html import TEMPLATES as REPORT_TEMPLATES

_STATIC = Path(__file__).with_name("static")
_TYPES = {".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8"}

router = APIRouter()


class Assets:
    """Every static file by name; the reports' own style is one of them, so page and reports look alike."""

    def __init__(self) -> None:
        paths = [path for path in sorted(_STATIC.iterdir()) if path.suffix in _TYPES]
        self.content = {path.name: path.read_bytes() for path in [*paths, REPORT_TEMPLATES / "report.css"]}
        # in the address, so that a browser may keep a file and still gets a new one
        self.stamp = hashlib.sha256(b"".join(self.content.values())).hexdigest()[:12]


@router.get("/static/{name}")
def static(request: Request, name: str) -> Response:
    """One static file."""
    assets: Assets = request.app.state.assets
    if name not in assets.content:
        raise HTTPException(404, f"There is no file {name!r} here.")
    headers = {"Cache-Control": "private, max-age=86400"}
    return Response(assets.content[name], media_type=_TYPES[Path(name).suffix], headers=headers)
