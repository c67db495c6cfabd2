"""`python -m demo HOME`: write the sample company's files into HOME/inbox and its seeds into HOME/seeds."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from demo import STORY, InboxNotEmpty, write_company


def main() -> int:
    """Exit code 0 when the company was written, 1 when the inbox was not empty."""
    parser = argparse.ArgumentParser(prog="python -m demo", description=__doc__)
    parser.add_argument("home", type=Path, help="an empty SCOREBOARD_HOME")
    parser.add_argument("--seed", type=int, default=2016, help="another number makes another company (default: 2016)")
    arguments = parser.parse_args()
    try:
        summary = write_company(arguments.home, arguments.seed)
    except InboxNotEmpty as error:
        print(error, file=sys.stderr)
        return 1
    entities = summary["entities"].values()
    files, rows = sum(len(entity["files"]) for entity in entities), sum(entity["landed"] for entity in entities)
    print(f"{STORY.company}: {rows:,} rows in {files} files under {arguments.home / 'inbox'}, as of {summary['as_of']}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
