"""The part of the sample company that every vendor holds in turn."""

from __future__ import annotations

import pytest

from demo.vendors.company import Tables, vendor_company


@pytest.fixture(scope="session")
def company() -> Tables:
    """Few accounts, and every entity has rows; the stand-ins' pages are small enough for several of most streams."""
    return vendor_company(accounts=6)
