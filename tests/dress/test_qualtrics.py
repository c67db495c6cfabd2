"""The sample company out of Qualtrics, by its API and by Fivetran, is the sample company."""

from __future__ import annotations

import pytest

from demo.vendors.company import Tables
from demo.vendors.qualtrics_api import SIGNED, QualtricsStandIn
from scoreboard.sources.api.connections import Credentials
from tests.dress.surveys import SURVEY_ENTITIES, Rows, by_api, by_loader, typed

CREDENTIALS = Credentials("qualtrics_default", host="fra1.qualtrics.com", password=SIGNED)


@pytest.fixture(scope="module")
def from_api(company: Tables, tmp_path_factory: pytest.TempPathFactory) -> Rows:
    return by_api(tmp_path_factory.mktemp("api"), "qualtrics", QualtricsStandIn, CREDENTIALS, company)


@pytest.fixture(scope="module")
def from_fivetran(company: Tables, tmp_path_factory: pytest.TempPathFactory) -> Rows:
    return by_loader(tmp_path_factory.mktemp("fivetran"), "qualtrics", "fivetran", company)


@pytest.mark.parametrize("entity", SURVEY_ENTITIES)
def test_the_api_gives_the_company_cell_for_cell(company: Tables, from_api: Rows, entity: str) -> None:
    assert typed(entity, from_api[entity]) == typed(entity, company[entity])


@pytest.mark.parametrize("entity", SURVEY_ENTITIES)
def test_fivetran_gives_the_company_cell_for_cell(company: Tables, from_fivetran: Rows, entity: str) -> None:
    assert typed(entity, from_fivetran[entity]) == typed(entity, company[entity])
