"""Run inside Superset's own environment: its database, one user, and the import of `assets.py`; a second run updates them.

Needs SUPERSET_CONFIG_PATH, WAREHOUSE_URI, SUPERSET_USER and SUPERSET_PASSWORD.
"""

from __future__ import annotations

import io
import os
import zipfile

import assets
from flask_migrate import upgrade
from superset.app import create_app


def main() -> None:
    """Bring Superset to where the dashboard can be opened."""
    app = create_app()
    with app.app_context():
        from flask import g
        from superset import appbuilder, security_manager
        from superset.commands.importers.v1.assets import ImportAssetsCommand

        upgrade(directory=app.extensions["migrate"].directory)
        appbuilder.add_permissions(update_perms=True)
        security_manager.sync_role_definitions()
        user = security_manager.find_user(os.environ["SUPERSET_USER"]) or security_manager.add_user(
            os.environ["SUPERSET_USER"], "Score", "Board", "nobody@localhost.invalid",
            security_manager.find_role("Admin"), os.environ["SUPERSET_PASSWORD"],
        )  # fmt: skip
        g.user = user
        with zipfile.ZipFile(io.BytesIO(assets.archive(os.environ["WAREHOUSE_URI"]))) as packed:
            files = {name.split("/", 1)[1]: packed.read(name).decode() for name in packed.namelist()}
        ImportAssetsCommand(files).run()  # the one import that also updates charts and datasets


if __name__ == "__main__":
    main()
