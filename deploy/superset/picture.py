"""Open Superset's dashboard in the system's chromium as its user would, and keep a picture of it: python -m deploy.superset.picture <url> <user> <png>.

The password comes from the environment (SUPERSET_PASSWORD). Fails, naming the chart, if one of them says that something went wrong.
"""

from __future__ import annotations

import os
import sys

from playwright.sync_api import sync_playwright

_ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def main(url: str, user: str, target: str) -> None:
    """Log in, wait for every chart, look for errors, take the picture."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=_ARGUMENTS)
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
        browser.close()
    if errors:
        raise SystemExit("\n".join(errors))


if __name__ == "__main__":
    main(*sys.argv[1:])
