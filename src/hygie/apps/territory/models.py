"""Every table of the territory pages, by part."""

from __future__ import annotations

from hygie.apps.territory.scenarios.models import Scenario, ScenarioLink
from hygie.apps.territory.studies.models import Study
from hygie.apps.territory.versions.models import TerritorySwitch, TerritoryVersion

__all__ = ["Scenario", "ScenarioLink", "Study", "TerritorySwitch", "TerritoryVersion"]
