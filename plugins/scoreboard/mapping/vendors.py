"""Which vendors can be mapped, what their streams look like to staging, and what they feed."""

from __future__ import annotations

from importlib import import_module

from scoreboard.entities import Domain, Entity, entities_of
from scoreboard.mapping.documents import MappingError
from scoreboard.settings import Settings
from scoreboard.sources.adapters import ADAPTERS, VENDORS
from scoreboard.sources.shapes.base import Shape
from scoreboard.warehouse.dbt import DBT_PROJECT

STAGING = DBT_PROJECT / "models" / "staging"


def known_vendors() -> list[str]:
    """Every vendor there is."""
    return list(VENDORS)


def shapes_of(vendor: str) -> tuple[Shape, ...]:
    """What staging sees of a vendor; raises MappingError for one that nobody knows."""
    if vendor not in known_vendors():
        raise MappingError(
            f"there is no vendor {vendor!r}; the vendors are {', '.join(known_vendors())}. Nothing was mapped."
        )
    found: tuple[Shape, ...] = import_module(f"scoreboard.sources.shapes.{vendor}").SHAPES
    return found


def vendor_feeds(settings: Settings, domain: Domain) -> dict[str, list[str]]:
    """vendor -> its configured adapters, for every vendor that feeds a domain, in the order they are configured."""
    feeds: dict[str, list[str]] = {}
    for adapter in settings.adapters_of(domain):
        if adapter != "files":
            feeds.setdefault(ADAPTERS[adapter].vendor, []).append(adapter)
    return feeds


def mapped_entities(vendor: str, domain: Domain) -> list[Entity]:
    """The entities of a domain that the vendor's staging makes, parents first."""
    return [
        entity for entity in entities_of(domain) if (STAGING / vendor / f"stg_{vendor}__{entity.name}.sql").is_file()
    ]
