"""Open Superset's dashboard in this machine's chromium as its user would, and keep a picture of it: python -m deploy.superset.picture <url> <user> <png>.

The password comes from the environment (SUPERSET_PASSWORD). Fails, naming the chart, if one of them says that something went wrong.
"""

from __future__ import annotations

import os
import sys

from demo.browser import HOW_TO_GET, find_chromium, open_chromium


def main(url: str, user: str, target: str) -> None:
    """Log in, wait for every chart, look for errors, take the picture."""
    program = find_chromium()
    if program is None:
        raise SystemExit(HOW_TO_GET)
    with open_chromium(program) as browser:
        page = browser.new_page(viewport={"width": 1400, "height": 1500})
        page.goto(f"{url}/login/", timeout=90_000)
        page.fill("#username", user)
        page.fill("#password", os.environ["SUPERSET_PASSWORD"])
        page.press("#password", "Enter")
        page.wait_for_url("**/superset/welcome/**", timeout=90_000)
        page.goto(f"{url}/superset/dashboard/scoreboard/", timeout=90_000)
        page.wait_for_selector(".slice_container canvas, .slice_container table", timeout=90_000)
        page.wait_for_function(
            "document.querySelectorAll('[data-test=loading-indicator], .loading').length === 0", timeout=90_000
        )
        page.wait_for_timeout(3000)  # what echarts animates
        page.screenshot(path=target)
        errors = page.locator(".ant-alert-error, [data-test=error-container]").all_inner_texts()
    if errors:
        raise SystemExit("\n".join(errors))


if __name__ == "__main__":
    main(*sys.argv[1:])
