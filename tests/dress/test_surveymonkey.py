"""The sample company out of SurveyMonkey, by its API and by Airbyte, is the sample company."""

from __future__ import annotations

import pytest

from demo.vendors.company import Tables
from demo.vendors.surveymonkey_api import SIGNED, SurveymonkeyStandIn
from scoreboard.sources.api.connections import Credentials
from tests.dress.surveys import SURVEY_ENTITIES, Rows, by_api, by_loader, typed

CREDENTIALS = Credentials("surveymonkey_default", password=SIGNED)


@pytest.fixture(scope="module")
def from_api(company: Tables, tmp_path_factory: pytest.TempPathFactory) -> Rows:
    return by_api(tmp_path_factory.mktemp("api"), "surveymonkey", SurveymonkeyStandIn, CREDENTIALS, company)


@pytest.fixture(scope="module")
def from_airbyte(company: Tables, tmp_path_factory: pytest.TempPathFactory) -> Rows:
    return by_loader(tmp_path_factory.mktemp("airbyte"), "surveymonkey", "airbyte", company)


@pytest.mark.parametrize("entity", SURVEY_ENTITIES)
def test_the_api_gives_the_company_cell_for_cell(company: Tables, from_api: Rows, entity: str) -> None:
    assert typed(entity, from_api[entity]) == typed(entity, company[entity])


@pytest.mark.parametrize("entity", SURVEY_ENTITIES)
def test_airbyte_gives_the_company_cell_for_cell(company: Tables, from_airbyte: Rows, entity: str) -> None:
    assert typed(entity, from_airbyte[entity]) == typed(entity, company[entity])
