"""`python -m scoreboard`: see `scoreboard.cli`."""

import sys

from scoreboard.cli import main

if __name__ == "__main__":
    sys.exit(main())
