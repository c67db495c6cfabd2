"""The page over the published sample, asked by people of Airflow's own auth manager."""

from __future__ import annotations

import pytest

from tests.orchestration import airflow_home

airflow_home.set_environment()


@pytest.fixture(scope="session")
def token():
    """Makes the token of a person with a role of Airflow's simple auth manager: VIEWER, USER, OP, ADMIN, or None at all."""
    airflow_home.prepare_database()
    from airflow.api_fastapi.app import init_auth_manager
    from airflow.api_fastapi.auth.managers.simple.user import SimpleAuthManagerUser

    manager = init_auth_manager()

    def make(role, name="jo"):
        return manager.generate_jwt(SimpleAuthManagerUser(username=name, role=role), expiration_time_in_seconds=600)

    return make


@pytest.fixture(scope="session")
def app(published_sample):
    """The page over the sample company."""
    from scoreboard.web.app import make_app

    return make_app(published_sample)


@pytest.fixture
def stranger(app, token):
    """Somebody who is not logged in, with a program."""
    from starlette.testclient import TestClient

    with TestClient(app, raise_server_exceptions=False, follow_redirects=False) as client:
        yield client


@pytest.fixture
def client(stranger, token):
    """Somebody logged in who may read and write, with a browser."""
    stranger.headers["accept"] = "text/html"
    stranger.cookies.set("_token", token("ADMIN"))
    return stranger
