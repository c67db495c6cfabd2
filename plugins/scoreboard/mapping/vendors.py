"""Which vendors can be mapped, what their streams look like to staging, and what each adapter of them delivers."""

from __future__ import annotations

import pkgutil
from importlib import import_module

from scoreboard.entities import Domain, Entity, entities_of
from scoreboard.mapping.documents import MappingError
from scoreboard.settings import Settings
from scoreboard.sources import shapes as shape_modules
from scoreboard.sources.shapes.base import Dress, Shape
from scoreboard.warehouse.dbt import DBT_PROJECT

STAGING = DBT_PROJECT / "models" / "staging"


def known_vendors() -> list[str]:
    """Every vendor that has shapes."""
    return sorted(module.name for module in pkgutil.iter_modules(shape_modules.__path__) if module.name != "base")


def shapes_of(vendor: str) -> tuple[Shape, ...]:
    """What staging sees of a vendor; raises MappingError for one that nobody knows."""
    if vendor not in known_vendors():
        raise MappingError(
            f"there is no vendor {vendor!r}; the vendors are {', '.join(known_vendors())}. Nothing was mapped."
        )
    found: tuple[Shape, ...] = import_module(f"{shape_modules.__name__}.{vendor}").SHAPES
    return found


def vendor_of(adapter: str) -> str:
    """`salesforce_fivetran` delivers salesforce."""
    return adapter.split("_", 1)[0]


def dress_of(adapter: str) -> Dress:
    """In which dress an adapter's records come."""
    _, _, loader = adapter.partition("_")
    if loader == "fivetran":
        return "fivetran"
    return "airbyte" if loader == "airbyte" else "api"


def vendor_feeds(settings: Settings, domain: Domain) -> dict[str, list[str]]:
    """vendor -> its configured adapters, for every vendor that feeds a domain, in the order they are configured."""
    feeds: dict[str, list[str]] = {}
    for adapter in settings.adapters_of(domain):
        if adapter != "files":
            feeds.setdefault(vendor_of(adapter), []).append(adapter)
    return feeds


def mapped_entities(vendor: str, domain: Domain) -> list[Entity]:
    """The entities of a domain that the vendor's staging makes, parents first."""
    return [
        entity for entity in entities_of(domain) if (STAGING / vendor / f"stg_{vendor}__{entity.name}.sql").is_file()
    ]
