"""`make superset`: Superset on loopback with the dashboard of this folder, in an environment and a home of its own.

The first start installs it (some 700 MB) and makes its secrets; later ones bring the dashboard up to date and serve.
"""

from __future__ import annotations

import os
import secrets
import shutil
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
PROJECT = HERE.parents[1]
VENV = PROJECT / ".venv-superset"
USER = "admin"

_CONFIG = """# Written by `make superset` once; yours to change.
import os
SECRET_KEY = {secret_key!r}
SQLALCHEMY_DATABASE_URI = "sqlite:///" + os.path.join(os.path.dirname(__file__), "superset.db")
TALISMAN_ENABLED = True
WTF_CSRF_ENABLED = True
"""


def main() -> None:
    """Install, prepare, serve until Ctrl-C."""
    home = Path(os.environ.get("SCOREBOARD_HOME") or PROJECT / "var").resolve()
    warehouse = home / "published" / "warehouse.duckdb"
    if not warehouse.exists():
        sys.exit(
            f"{warehouse} is not there yet: run `make demo` or `make run` first, or point SCOREBOARD_HOME at a home that is published"
        )
    port = os.environ.get("SUPERSET_PORT", "8088")
    _install()
    own = home / "superset"
    password = _secrets(own)
    environment = {
        **os.environ,
        "SUPERSET_HOME": str(own),
        "SUPERSET_CONFIG_PATH": str(own / "superset_config.py"),
        "SUPERSET_USER": USER,
        "SUPERSET_PASSWORD": password,
        "WAREHOUSE_URI": os.environ.get("WAREHOUSE_URI") or f"duckdb:///{warehouse}",
        "PYTHONPATH": str(HERE),
    }
    print("Preparing Superset ...", flush=True)
    with (own / "prepare.log").open("w") as log:
        done = subprocess.run(  # noqa: S603 - our own commands
            [VENV / "bin" / "python", HERE / "prepare.py"], env=environment, stdout=log, stderr=log, check=False
        )
    if done.returncode:
        sys.exit(f"Superset could not be prepared; its own words are in {own / 'prepare.log'}")
    print(
        f"http://127.0.0.1:{port}/superset/dashboard/scoreboard/   user {USER}, password in {own / 'password'}",
        flush=True,
    )
    arguments = [
        "--workers",
        "1",
        "--threads",
        "8",
        "--timeout",
        "180",
        "--bind",
        f"127.0.0.1:{port}",
        "superset.app:create_app()",
    ]
    os.execve(VENV / "bin" / "gunicorn", ["gunicorn", *arguments], environment)  # noqa: S606


def _install() -> None:
    """The locked packages, once per lock file."""
    stamp = VENV / ".installed"
    lock = HERE / "requirements.lock"
    if stamp.exists() and stamp.stat().st_mtime >= lock.stat().st_mtime:
        return
    print("Installing Superset into .venv-superset ...", flush=True)
    shutil.rmtree(VENV, ignore_errors=True)
    uv = shutil.which("uv")
    if uv:
        subprocess.run([uv, "venv", "--quiet", "--python", sys.executable, VENV], check=True)  # noqa: S603 - our own commands
        install = [uv, "pip", "install", "--quiet", "--python", VENV / "bin" / "python"]
    else:
        subprocess.run([sys.executable, "-m", "venv", VENV], check=True)  # noqa: S603 - our own commands
        install = [VENV / "bin" / "python", "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    subprocess.run([*install, "--no-deps", "--require-hashes", "-r", lock], check=True)  # noqa: S603 - our own commands
    stamp.touch()


def _secrets(own: Path) -> str:
    """Superset's configuration and its user's password, made once, readable by their owner only; gives the password."""
    own.mkdir(mode=0o700, parents=True, exist_ok=True)
    for name, text in (
        ("superset_config.py", _CONFIG.format(secret_key=secrets.token_urlsafe(42))),
        ("password", secrets.token_urlsafe(12)),
    ):
        if not (own / name).exists():
            with os.fdopen(os.open(own / name, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
                file.write(text)
    return (own / "password").read_text().strip()


if __name__ == "__main__":
    main()
