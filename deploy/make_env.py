"""Write the .env that docker-compose.yaml reads: fresh secrets, readable by their owner only.

    make env

Runs on any Python 3 without packages. Refuses to overwrite: the database keeps the passwords it was made with.
"""

import base64
import os
import secrets
import sys
from pathlib import Path


def variables():
    """Name -> value of everything docker-compose.yaml asks for. Passwords stand in URLs, hence hexadecimal."""
    return {
        "AIRFLOW_FERNET_KEY": base64.urlsafe_b64encode(os.urandom(32)).decode(),
        "AIRFLOW_JWT_SECRET": secrets.token_hex(64),
        "AIRFLOW_API_SECRET_KEY": secrets.token_hex(32),
        "AIRFLOW_ADMIN_PASSWORD": secrets.token_hex(16),
        "POSTGRES_PASSWORD": secrets.token_hex(32),
        "REDIS_PASSWORD": secrets.token_hex(32),
        "AIRFLOW_PORT": "8080",
        "SCOREBOARD_TIMEZONE": "UTC",
        "SCOREBOARD_FISCAL_START_MONTH": "1",
        "SCOREBOARD_CURRENCY": "USD",
        "SCOREBOARD_CRM": "files",
        "SCOREBOARD_SUPPORT": "files",
        "SCOREBOARD_SURVEY": "files",
        "SCOREBOARD_NOTIFY": "",
        "SCOREBOARD_OWNER_LINK": "",
        "OPENLINEAGE_DISABLED": "false",
    }


def main(path):
    """Create the file; exit with a sentence where it exists."""
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        sys.exit(f"{path} exists and was left alone. To start over: docker compose down --volumes, remove it, make env")
    with os.fdopen(descriptor, "w") as file:
        file.writelines(f"{name}={value}\n" for name, value in variables().items())
    print(
        f"{path} written. Next: docker compose up --build --detach; the password of user admin is AIRFLOW_ADMIN_PASSWORD in it"
    )


if __name__ == "__main__":
    main(Path(sys.argv[1] if len(sys.argv) > 1 else ".env"))
