"""How long every read route of the page takes over a large company, in Airflow's own web server.

`python -m benchmarks.page_routes --sample var/demo` publishes a home of 100,000 accounts and 20 million answers (copies of the sample
company, see page_home.py; kept for the next time), starts Airflow's web server on it (one worker, its own login), asks every route that
the app has with what people ask for, 200 times from two clients at once, and prints its times. It fails when a route's p95 is above
the limit, when an answer is not a page, or when a route has come that nobody asks here. Small and quick: `--accounts 2000 --answers 100000`.

The figures measured last stand in benchmarks/README.md.
"""

from __future__ import annotations

import argparse
import json
import os
import socket
import sys
import tempfile
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import date
from pathlib import Path
from statistics import median, quantiles
from time import perf_counter

import httpx
import psutil

from benchmarks.page_home import make_home
from scoreboard.alerts.states import log_path
from scoreboard.orchestration import airflow_env, server
from scoreboard.settings import Settings
from scoreboard.warehouse.reader import open_published

LIMIT_MS = 300.0  # p95 of every route
REQUESTS = 200
CLIENTS = 2
ACT_EVERY = (
    10  # of so many requests of a client one meets a log of alerts that has just changed: more than the slowest 5 %
)
WARM_UP = 2  # times each address, before the clock runs; what the first of all took is shown by itself

# what people ask of each route; {…} of the path filled in by those who wrote it into a link
ASKED: dict[str, Sequence[str]] = {
    "/": ("/",),
    "/accounts": (
        "/accounts",
        "/accounts?page=1000",
        "/accounts?q=coating&sort=name&order=asc",
        "/accounts?q=A-0117{copy}",
        "/accounts?tier=key&quadrant=risky_business&sort=score&order=asc",
        "/accounts?region=EMEA&sort=alerts&page=20",
        "/accounts?alerts=open&sort=alerts&order=asc&page=300",
        "/accounts?quarter=2024-Q3&sort=change&order=asc",
        "/accounts?everyone=1&sort=engagement&page=1500",
    ),
    "/awards": ("/awards", "/awards?year=2025"),
    "/award/evidence": (
        "/award/evidence?project=P-FIELD-AM&year=2025",
        "/award/evidence?project=P-FIELD-AM&year=2025&page=500",
    ),
    "/revenue": ("/revenue", "/revenue?quarter=2025-Q3"),
    "/quadrants": ("/quadrants", "/quadrants?quarter=2025-Q3"),
    "/account/trend": ("/account/trend?id=A-0117{copy}", "/account/trend?id=A-0042"),
    "/gaps/chart": ("/gaps/chart?account=A-0042{copy}&quarter=2026-Q1",),
    "/account": (
        "/account?id=A-0117{copy}",
        "/account?id=A-0042",
        "/account?id=A-0300{copy}&quarter=2024-Q4",
        "/account?id=A-0208{copy}&quarter=2026-Q2",
    ),
    "/gaps": (
        "/gaps",
        "/gaps?page=2000",
        "/gaps?kind=perception&class=blind_spot&sort=gap",
        "/gaps?tier=key&class=shortfall&origin=systemic",
        "/gaps?category=overall&sort=account&order=asc&page=300",
        "/gaps?account=A-0117{copy}",
        "/gaps?significance=yes&quarter=2025-Q3&sort=revenue",
    ),
    "/alerts": (
        "/alerts",
        "/alerts?page=1500",
        "/alerts?severity=critical&overdue=1",
        "/alerts?q=coating&sort=account&order=asc",
        "/alerts?rule=low_score&owner=nobody&state=all",
        "/alerts?account=A-0117{copy}&state=all",
        "/alerts?role=account_manager&sort=opened&page=30",
    ),
    "/alert": ("/alert?id={alert}",),
    "/quality": ("/quality",),
    "/quarantine": ("/quarantine", "/quarantine?page=100", "/quarantine?rule=orphan_key&entity=tickets"),
    "/quarantine/row": ("/quarantine/row?id={row}",),
    "/runs": ("/runs", "/runs?page=9"),
    "/run": ("/run?id={run}",),
    "/report": ("/report?quarter=2026-Q1", "/report?quarter=2026-Q1&format=csv"),
    "/pack": ("/pack?id=A-0117&quarter=2026-Q1",),
    "/evidence/dbt/": ("/evidence/dbt/",),
    "/evidence/data/{path:path}": ("/evidence/data/survey/index.html",),
    "/static/{name}": ("/static/page.css", "/static/page.js", "/static/report.css"),
}
FILES = {"/pack", "/evidence/dbt/"}  # given out where somebody had them written; else an answer of 404
NOT_PAGES = {"/{anything:path}"}  # answers that there is no such page


def main() -> int:
    """Measure, print, and give the exit code."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.page_routes", description=__doc__)
    parser.add_argument(
        "--sample", type=Path, default=Path("var/demo"), help="a home with the sample company published"
    )
    parser.add_argument("--home", type=Path, default=Path(tempfile.gettempdir()) / "scoreboard-page-benchmark")
    parser.add_argument("--accounts", type=int, default=100_000)
    parser.add_argument("--answers", type=int, default=20_000_000)
    parser.add_argument("--only", default="", help="only routes that begin so")
    arguments = parser.parse_args()
    record = json.loads((arguments.sample / "published" / "current.json").read_text(encoding="utf-8"))
    sample = Settings(home=arguments.sample, as_of=date.fromisoformat(record["as_of"]))
    print(f"{arguments.accounts:,} accounts, {arguments.answers:,} answers in {arguments.home}")
    settings = make_home(sample, arguments.home, arguments.accounts, arguments.answers)
    missed = []
    with tempfile.TemporaryDirectory(prefix="scoreboard-airflow-") as airflow_home, closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
        probe.close()
        _environment(settings, Path(airflow_home), port)
        airflow_env.prepare_database()
        routes = read_routes(settings)
        unknown = routes - {*ASKED} - NOT_PAGES
        missed += [f"{route}: nobody asks it here; add it to ASKED" for route in sorted(unknown)]
        airflow = server.Airflow(Settings(home=Path(airflow_home), as_of=settings.as_of))
        try:
            airflow.start("api-server")
            airflow.wait_until(lambda: server.is_healthy(port, "metadatabase"))
            token = log_in(port, Path(airflow_home))
            places = ids(settings)
            print(
                f"{'route':28} {'first':>7} {'min':>7} {'median':>7} {'p95':>7} {'max':>7} {'cpu':>7}   ms of {REQUESTS} requests from {CLIENTS} clients"
            )
            for route in sorted(routes & {*ASKED}):
                if route.startswith(arguments.only):
                    cpu = _cpu_seconds()
                    addresses = [address.format(**places) for address in ASKED[route]]
                    missed += measure(settings, port, token, route, addresses)
                    asked = REQUESTS + WARM_UP * CLIENTS * len(ASKED[route])
                    print(f"{1000 * (_cpu_seconds() - cpu) / asked:8.1f}", flush=True)
        finally:
            airflow.stop()
    print("\n".join(missed) or f"every route is within {LIMIT_MS:.0f} ms at p95")
    return 1 if missed else 0


def read_routes(settings: Settings) -> set[str]:
    """Every path that the app answers to GET."""
    from scoreboard.web.app import make_app

    return {route.path for route in make_app(settings).routes if "GET" in (getattr(route, "methods", None) or {"GET"})}


def log_in(port: int, airflow_home: Path) -> str:
    """The token of the one user that Airflow made."""
    passwords = json.loads((airflow_home / "airflow" / "simple_auth_manager_passwords.json.generated").read_text())
    [(name, password)] = passwords.items()
    answer = httpx.post(f"http://127.0.0.1:{port}/auth/token", json={"username": name, "password": password})
    return str(answer.raise_for_status().json()["access_token"])


def ids(settings: Settings) -> dict[str, str]:
    """What stands for the places in ASKED: ids that are not known before."""
    with open_published(settings) as published:
        [alert] = published.rows(
            "select min(alert_id) as id from marts.fct_action_alerts where account_id = (select max(account_id) from"
            " marts.fct_action_alerts where account_id like 'A-0117%')"
        )
        [copies] = published.rows(
            "select max(account_id) as id from marts.dim_accounts where account_id like 'A-0117%'"
        )
        [row] = published.rows("select min(row_id) as id from marts.rpt_quarantine")
    number = copies["id"].removeprefix("A-0117").lstrip("-")
    copy = f"-{int(number) // 2 or 1:03}" if number else ""  # any copy but the original
    return {
        "copy": copy,
        "alert": alert["id"],
        "row": row["id"],
        "run": max(path.name for path in settings.runs.iterdir()),
    }


def measure(settings: Settings, port: int, token: str, route: str, addresses: Sequence[str]) -> list[str]:
    """Ask one route, print its times, and tell what is wrong with them. Meanwhile people act on alerts: what was known of the log is stale."""
    bad: set[str] = set()

    def client(number: int) -> tuple[float, list[float]]:
        times: list[float] = []
        first: list[float] = []
        options = {"headers": {"accept": "text/html"}, "cookies": {"_token": token}, "timeout": 60.0}
        with httpx.Client(base_url=f"http://127.0.0.1:{port}/scoreboard", **options) as asking:  # type: ignore[arg-type]
            for turn in range(-WARM_UP * len(addresses), REQUESTS // CLIENTS):
                address = addresses[(turn * CLIENTS + number) % len(addresses)]
                if turn % ACT_EVERY == 0:
                    os.utime(log_path(settings))
                started = perf_counter()
                answer = asking.get(address)
                spent = 1000 * (perf_counter() - started)
                if answer.status_code != 200 and not (answer.status_code == 404 and route in FILES):
                    bad.add(f"{address} answered {answer.status_code}")
                first.append(spent)
                if turn >= 0:
                    times.append(spent)
        return first[0], times

    with ThreadPoolExecutor(CLIENTS) as pool:
        answers = list(pool.map(client, range(CLIENTS)))
    times = [spent for _, each in answers for spent in each]
    p95 = quantiles(times, n=100)[94]
    first = max(spent for spent, _ in answers)
    print(f"{route:28} {first:7.1f} {min(times):7.1f} {median(times):7.1f} {p95:7.1f} {max(times):7.1f}", end="")
    slow = [f"{route}: p95 is {p95:.0f} ms, the limit {LIMIT_MS:.0f}"] if p95 > LIMIT_MS else []
    return [*sorted(bad), *slow]


def _cpu_seconds() -> float:
    """Processor time of the server so far: what a busy machine does not change."""
    spent = 0.0
    for process in psutil.Process().children(recursive=True):
        spent += sum(process.cpu_times()[:2])
    return spent


def _environment(settings: Settings, airflow_home: Path, port: int) -> None:
    """Airflow in a home of its own beside the published one; before it is first imported."""
    os.environ.update(airflow_env.environment(Settings(home=airflow_home, as_of=settings.as_of), port))
    os.environ.update(SCOREBOARD_HOME=str(settings.home.resolve()), SCOREBOARD_AS_OF=str(settings.as_of))


if __name__ == "__main__":
    sys.exit(main())
