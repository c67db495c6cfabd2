"""Who may see the page, and who may change an alert's state: asked of Airflow's own auth manager, on every request.

Airflow does not guard what a plugin mounts; `app.make_app` puts `reader` in front of every route.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from airflow.api_fastapi.app import get_auth_manager
from airflow.api_fastapi.auth.managers.models.resource_details import AccessView, DagDetails
from airflow.api_fastapi.core_api.security import GetUserDep
from fastapi import Depends, HTTPException, Request, status

# the permission behind Airflow's own list of plugins: who sees the entry in the navigation can open the page
READ_PERMISSION = "can read on Plugins"
# alerts are delivered by this DAG: who may edit it may say what became of an alert
WRITE_DAG = "action_alerts"
WRITE_PERMISSION = f"can edit on DAG {WRITE_DAG}"


@dataclass(frozen=True)
class Person:
    """Somebody who is logged in and may see the page."""

    user_id: str
    name: str
    may_write: bool = False


def reader(request: Request, user: GetUserDep) -> Person:
    """Somebody logged in who may see the page; 401 without a login, 403 without the permission."""
    request.state.is_known = True  # a refusal from here on is not mended by logging in
    manager = get_auth_manager()
    if not manager.is_authorized_view(access_view=AccessView.PLUGINS, user=user):
        raise HTTPException(status.HTTP_403_FORBIDDEN, f"{user.get_name()} lacks the permission: {READ_PERMISSION}.")
    may_write = manager.is_authorized_dag(method="PUT", details=DagDetails(id=WRITE_DAG), user=user)
    person = Person(user_id=str(user.get_id()), name=str(user.get_name()), may_write=bool(may_write))
    request.state.person = person  # for the page that says what went wrong, should something
    return person


def writer(person: Annotated[Person, Depends(reader)]) -> Person:
    """A reader who may also change an alert's state; 403 without that permission."""
    if not person.may_write:
        raise HTTPException(status.HTTP_403_FORBIDDEN, f"{person.name} lacks the permission: {WRITE_PERMISSION}.")
    return person


Reader = Annotated[Person, Depends(reader)]
Writer = Annotated[Person, Depends(writer)]
