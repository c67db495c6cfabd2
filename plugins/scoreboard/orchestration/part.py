"""One part of Airflow as `make up` starts it: `python -m scoreboard.orchestration.part scheduler`, with the options of `airflow scheduler`."""

from __future__ import annotations

import gc
import sys

from scoreboard.orchestration.one_process import speak_the_newest_version_only


def main() -> None:
    """What `airflow` does with these arguments, without what only workers of another version would ask it for."""
    # looked for cycles less seldom than in scoreboard.cli: a server lives for weeks, and what it drops has to go
    gc.set_threshold(10_000, 10, 10)
    from airflow.__main__ import main as run

    if sys.argv[1] == "api-server":
        speak_the_newest_version_only()
    sys.argv[0] = "airflow"
    run()


if __name__ == "__main__":
    main()
