"""`python -m demo.shots`: a picture of every page and every kind of report of the sample company, into docs/images/.

It takes the home of `make demo SOURCES=files` (SCOREBOARD_HOME, else ./var/demo-files) and changes nothing there. Pages and HTML reports are drawn by
chromium, PDFs by pypdfium2: 1280 pixels wide, cut at LONGEST, few colours. The guard of the page is opened for its own browser only.
"""

from __future__ import annotations

import argparse
import io
import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pypdfium2
from PIL import Image
from playwright.sync_api import Browser

from demo import DEMO_ENVIRONMENT, STORY
from demo.browser import HOW_TO_GET, find_chromium, open_chromium, served
from scoreboard.orchestration import airflow_env
from scoreboard.settings import PROJECT_ROOT, Settings
from scoreboard.warehouse import versions
from scoreboard.warehouse.reader import open_published

WIDTH = 1280
LONGEST = 1500
COLOURS = 128


def main() -> int:
    """Exit code 0 when every picture was written, 1 when something it needs is not there."""
    parser = argparse.ArgumentParser(prog="python -m demo.shots", description=__doc__)
    parser.add_argument("--to", type=Path, default=PROJECT_ROOT / "docs" / "images", help="where the pictures go")
    arguments = parser.parse_args()
    home = os.environ.get("SCOREBOARD_HOME", "").strip() or str(PROJECT_ROOT / "var" / "demo-files")
    settings = Settings.from_environment({**DEMO_ENVIRONMENT, "SCOREBOARD_HOME": home})
    program = find_chromium()
    if program is None:
        return _stop(HOW_TO_GET)
    if versions.current(settings) is None:
        return _stop(f"nothing is published in {home}: `make demo SOURCES=files` makes the sample company first")
    arguments.to.mkdir(parents=True, exist_ok=True)
    with open_chromium(program) as browser:
        for name, picture in pictures(browser, settings):
            path = arguments.to / f"{name}.png"
            path.write_bytes(small(picture))
            print(f"{path} ({path.stat().st_size / 1000:.0f} kB)")
    return 0


def pictures(browser: Browser, settings: Settings) -> Iterator[tuple[str, Image.Image]]:
    """Every picture with its name, one after the other."""
    for name, report in reports(settings):
        if report.suffix == ".pdf":
            yield f"{name}_pdf", first_page(report)
        else:
            yield name, shot(browser, report.as_uri())
    with page_server(settings) as address:
        for name, path in pages(settings).items():
            yield f"page_{name}", shot(browser, address + path)
        yield "page_overview_dark", shot(browser, address + "/", scheme="dark")


def reports(settings: Settings) -> Iterator[tuple[str, Path]]:
    """The newest award report and one account's pack, each as HTML and PDF, as far as they are there."""
    quarters = sorted(path for path in settings.reports.glob("*/") if (path / "award_report.html").exists())
    if not quarters:
        return
    newest = quarters[-1]
    pack = newest / "accounts" / f"{STORY.risky_account}.html"
    for name, html in (("award_report", newest / "award_report.html"), ("account_pack", pack)):
        for file in (html, html.with_suffix(".pdf")):
            if file.exists():
                yield name, file


@contextmanager
def page_server(settings: Settings) -> Iterator[str]:
    """The page over this home, open to whoever asks on this machine while the pictures are made."""
    with tempfile.TemporaryDirectory(prefix="scoreboard-shots-") as scratch:
        # before Airflow is first imported: it writes its own files elsewhere
        os.environ.update(airflow_env.environment(Settings(home=Path(scratch), as_of=settings.as_of)))
        from scoreboard.web.access import Person, reader
        from scoreboard.web.app import make_app

        app = make_app(settings)
        app.dependency_overrides[reader] = lambda: Person(user_id="1", name="admin", may_write=True)
        with served(app) as address:
            yield address


def pages(settings: Settings) -> dict[str, str]:
    """Name -> address of every page, of an account and an alert that have a story."""
    account = STORY.risky_account
    with open_published(settings) as published:
        [alert] = published.rows(
            "select alert_id from marts.fct_action_alerts where account_id = ?"
            " order by list_position(['critical', 'high', 'medium', 'low'], severity), opened_at desc, alert_id limit 1",
            [account],
        )
        [row] = published.rows("select row_id from marts.rpt_quarantine order by row_id limit 1")
    run = max(path.name for path in settings.runs.iterdir() if path.is_dir())
    return {
        "overview": "/",
        "awards": "/awards",
        "award_evidence": f"/award/evidence?project={STORY.winner_project}&year={STORY.award_year}",
        "accounts": "/accounts",
        "account": f"/account?id={account}",
        "quadrants": "/quadrants",
        "revenue": "/revenue",
        "gaps": "/gaps",
        "alerts": "/alerts",
        "alert": f"/alert?id={alert['alert_id']}",
        "quality": "/quality",
        "quarantine": "/quarantine",
        "runs": "/runs",
        "run": f"/run?id={run}",
        "quarantined_row": f"/quarantine/row?id={row['row_id']}",
    }


def shot(browser: Browser, address: str, scheme: str = "light") -> Image.Image:
    """One page as it is first seen, from its top down to LONGEST at most."""
    context = browser.new_context(
        viewport={"width": WIDTH, "height": 800}, color_scheme=scheme, reduced_motion="reduce", device_scale_factor=1
    )
    try:
        page = context.new_page()
        answer = page.goto(address, wait_until="load")
        if answer is not None and not answer.ok:
            raise RuntimeError(f"{address} answered {answer.status}: no picture of it was made")
        height = min(LONGEST, page.evaluate("document.documentElement.scrollHeight"))
        page.set_viewport_size({"width": WIDTH, "height": height})
        return Image.open(io.BytesIO(page.screenshot(animations="disabled", caret="hide")))
    finally:
        context.close()


def first_page(file: Path) -> Image.Image:
    """The first page of a PDF."""
    document = pypdfium2.PdfDocument(file)
    try:
        page = document[0]
        return page.render(scale=WIDTH / page.get_width()).to_pil()
    finally:
        document.close()


def small(picture: Image.Image) -> bytes:
    """As PNG with few colours: text stays sharp, the repository small."""
    content = io.BytesIO()
    few = picture.convert("RGB").quantize(
        COLOURS, method=Image.Quantize.MAXCOVERAGE, kmeans=2, dither=Image.Dither.NONE
    )
    few.save(content, "PNG", optimize=True)
    return content.getvalue()


def _stop(reason: str) -> int:
    print(f"{reason}. No picture was made.", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())
