"""The small invented territory, shown to people of every role, with a home of its own for each test."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.test import Client
from pytest_django import Settings
from tests.apps.core.conftest import Town, signed_in, town

from hygie.apps.core.organisations.roles import Role
from hygie.apps.territory.selectors import Opened, current_territory

__all__ = ["town"]

PORT, EAST, SHOP = "test:0:pharmacy", "test:1:pharmacy", "test:2:food_shop"
CLOSE_PORT = f"fermer:{PORT}"


@pytest.fixture
def shown(small_territory: Path, settings: Settings, tmp_path: Path) -> Opened:
    """The small territory, shown by the site; files go to a folder of this test."""
    settings.TERRITORY_FOLDER = small_territory
    settings.HOME = tmp_path / "home"
    return current_territory()


@pytest.fixture
def coordinator(town: Town, shown: Opened) -> Client:
    return signed_in(town.people[Role.COORDINATOR])


@pytest.fixture
def administrator(town: Town, shown: Opened) -> Client:
    return signed_in(town.people[Role.ADMINISTRATOR])
