import shutil

import pytest

from scoreboard import journal
from scoreboard.landing.drop import land_entity
from scoreboard.validation.door import validate_domain
from tests.orchestration.tiny_company import AS_OF, drop
from tests.pipeline import settings_for


@pytest.fixture(scope="session")
def template(tmp_path_factory):
    """A home in which tickets have landed and were judged in run `first`."""
    home = tmp_path_factory.mktemp("template")
    drop(home)
    settings = settings_for(home, AS_OF)
    landed = land_entity(settings, "tickets", "first")
    journal.note_read(settings, "files", "tickets", "first", landed["rows"])
    validate_domain(settings, "support", "first")
    return home


@pytest.fixture
def landed(template, tmp_path):
    """A copy of it, for one test to change."""
    shutil.copytree(template, tmp_path / "home", symlinks=True)
    return settings_for(tmp_path / "home", AS_OF)
