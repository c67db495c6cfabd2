"""`python -m scoreboard`: see `scoreboard.cli`."""

from scoreboard.cli import main
from scoreboard.leaving import leave

if __name__ == "__main__":
    leave(main())
