"""Maps of saved scenarios: drawn on the data shown now, so only of those computed on them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from hygie.apps.territory.live_answers import answer
from hygie.apps.territory.live_folders import shown_version
from hygie.apps.territory.live_steps import Steps, steps_of_json
from hygie.apps.territory.scenarios.models import Scenario
from hygie.apps.territory.selectors import Opened
from hygie.engines.kernel.errors import HygieError
from hygie.reports.ground import Ground
from hygie.reports.maps import MapFigure
from hygie.reports.scenario_maps import SideBySide, change_maps, window_of


@dataclass(frozen=True)
class ScenarioMaps:
    """Maps by indicator; empty when one of the scenarios comes from other data, or nothing can be drawn."""

    windows: tuple[Ground, ...] = ()
    by_indicator: Mapping[str, SideBySide] = field(default_factory=dict)

    def only(self, key: str) -> MapFigure | None:
        """The map of an indicator when there is one scenario."""
        found = self.by_indicator.get(key)
        return None if found is None else found.figures[0]


def scenario_maps(scenarios: Sequence[Scenario], opened: Opened) -> ScenarioMaps:
    """Maps of scenarios on one scale."""
    version = shown_version()
    if version is None or any(one.territory != version.digest for one in scenarios):
        return ScenarioMaps()
    return _drawn(opened, tuple(steps_of_json(one.steps) for one in scenarios))


@lru_cache(maxsize=16)
def _drawn(opened: Opened, steps: tuple[Steps, ...]) -> ScenarioMaps:
    try:
        found = [answer(opened, one).what_if for one in steps]
    except HygieError:  # a place that the data no longer have: the tables stand, without map
        return ScenarioMaps()
    stage = opened.scene.stage
    window = window_of(opened.territory, found, stage)
    if window is None:
        return ScenarioMaps()
    return ScenarioMaps((window,), change_maps(opened.territory, found, opened.catalogue, stage, window))
