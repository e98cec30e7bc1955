"""A directory of a few invented entries, over the small territory."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from pytest_django import Settings
from tests.apps.core.conftest import Town, town

from hygie.apps.core.organisations.models import Membership
from hygie.apps.core.organisations.roles import Role
from hygie.apps.core.organisations.viewer import Viewer, viewer_of
from hygie.apps.directory.models import Entry
from hygie.apps.directory.services import add_entry

__all__ = ["town"]

TODAY = date(2026, 11, 24)


def partner(town: Town) -> Viewer:
    """Somebody of the association who keeps its entries."""
    Membership.objects.get_or_create(
        user=town.stranger, organisation=town.association, role=Role.PARTNER, since=date(2026, 9, 1)
    )
    return viewer_of(town.stranger, str(town.association.pk), TODAY)


def written(viewer: Viewer, name: str, on: date = TODAY, **values: Any) -> Entry:
    return add_entry(viewer, {"category": "pharmacy", "name": name, **values}, on)


@pytest.fixture
def visitor(small_territory: Path, settings: Settings) -> Client:
    """Anybody, on the site over the small territory."""
    settings.TERRITORY_FOLDER = small_territory
    return Client(SERVER_NAME="127.0.0.1", enforce_csrf_checks=True)
