"""The page of a what-if, from the engine's own result on the invented town."""

from __future__ import annotations

import itertools
import re
from dataclasses import replace
from datetime import date
from types import ModuleType

import numpy as np
import pytest

from hygie.engines.diagnosis.changes import Opening, PlannedChange
from hygie.engines.diagnosis.what_if import WhatIf, what_if
from hygie.engines.kernel.territory import Territory
from hygie.engines.kernel.travel import Movement
from hygie.engines.streets.crowfly import CrowFlyTravel
from hygie.readers.catalogue import Catalogue
from hygie.readers.parameters import diagnosis_parameters
from hygie.reports.closure import changes_of, question, render_closure


@pytest.fixture(scope="module")
def closing(territory: Territory, catalogue: Catalogue, samples: ModuleType) -> WhatIf:
    change = PlannedChange(close=("test:1:pharmacy",))
    return _what_if(territory, catalogue, samples, change)


def _what_if(
    territory: Territory, catalogue: Catalogue, samples: ModuleType, change: PlannedChange
) -> WhatIf:
    model = CrowFlyTravel(samples.PLANE, metres_per_minute=80, detour_factor=1.3)
    demand, places = territory.demand, territory.places
    walk = Movement(model, model.locate(demand.lon, demand.lat), model.locate(places.lon, places.lat))
    parameters = diagnosis_parameters(catalogue, date(2026, 11, 24))
    return what_if(territory, {"walk": walk}, parameters, change)


@pytest.fixture(scope="module")
def html(territory: Territory, closing: WhatIf, catalogue: Catalogue) -> str:
    return render_closure(territory, closing, catalogue)


def test_question_names_what_closes_and_what_opens(
    territory: Territory, closing: WhatIf, catalogue: Catalogue
) -> None:
    assert (
        question(territory, closing, catalogue) == "Et si «\u00a0Pharmacie de la Gare\u00a0» fermait\u202f?"
    )
    opening = Opening("pharmacy", float(territory.demand.lon[0]), float(territory.demand.lat[0]))
    both = replace(closing, change=PlannedChange(closing.change.close, (opening,)))
    assert question(territory, both, catalogue).endswith("fermait et une pharmacie ouvrait\u202f?")
    neither = replace(closing, closed=(), change=PlannedChange())
    assert question(territory, neither, catalogue) == "Et si rien ne changeait\u202f?"


def test_fragment_says_who_loses_with_the_engine_s_number(html: str, closing: WhatIf) -> None:
    whole = closing.difference[0].cell()
    assert whole is not None
    losing = whole.measures["people_losing_5"].value
    assert losing
    told = f"{losing:,.0f}".replace(",", "\u202f")
    assert f"{told}\u00a0habitants perdraient 5 minutes ou davantage" in html


def test_before_and_after_share_one_window_and_one_scale(html: str) -> None:
    maps = re.findall(r'<svg class="map" viewBox="([^"]+)".*?</svg>', html, re.DOTALL)
    assert len(maps) == 3
    assert len(set(maps)) == 1
    assert html.count('class="map-legend"') == 2  # minutes once for both, then the difference
    assert len(re.findall(r'<svg class="sprite"', html)) == 1


def test_fragment_is_a_fragment_with_unique_ids_and_headings_from_h2(html: str) -> None:
    assert "<html" not in html
    assert "<h1" not in html
    levels = [int(n) for n in re.findall(r"<h(\d)", html)]
    assert levels[0] == 2
    assert all(b <= a + 1 for a, b in itertools.pairwise(levels))
    ids = re.findall(r'\bid="([^"]+)"', html)
    assert len(ids) == len(set(ids))
    assert set(re.findall(r'href="#([^"]+)"', html)) <= set(ids)
    assert not re.findall(r"""(?:src|href)=["'](?!#)""", html)


def test_estimates_of_a_what_if_are_marked(html: str) -> None:
    assert "badge estimate" in html
    assert "url(#map-hatch-whole)" in html


def test_a_change_of_nothing_says_nothing_changes(
    territory: Territory, catalogue: Catalogue, closing: WhatIf
) -> None:
    nothing = replace(closing, before=(), after=(), difference=())
    assert "Rien de ce que le diagnostic mesure ne change." in render_closure(territory, nothing, catalogue)


def test_an_opening_is_told_as_a_gain(
    territory: Territory, catalogue: Catalogue, samples: ModuleType
) -> None:
    lon, lat = samples.PLANE.to_degrees(np.array([-1800.0]), np.array([500.0]))
    change = PlannedChange(open=(Opening("pharmacy", float(lon[0]), float(lat[0])),))
    told = render_closure(territory, _what_if(territory, catalogue, samples, change), catalogue)
    assert "habitants gagneraient 5 minutes ou davantage" in told
    assert "Habitants qui gagnent 5\u00a0min ou plus" in told
    assert "map-better-" in told
    assert "ouverture" in told


def test_hostile_place_names_are_only_text(catalogue: Catalogue, samples: ModuleType) -> None:
    territory = samples.make_territory(("A", "<script>alert(1)</script>", "C"))
    found = _what_if(territory, catalogue, samples, PlannedChange(close=("test:1:pharmacy",)))
    told = render_closure(territory, found, catalogue)
    assert "<script" not in told
    assert "&lt;script&gt;" in told


@pytest.mark.parametrize(
    ("before", "after", "change"),
    [
        (5.0, 7.5, 2.5),
        (5.0, float("nan"), float("inf")),
        (float("nan"), 5.0, float("-inf")),
        (float("nan"), float("nan"), 0.0),
    ],
)
def test_a_way_lost_or_found_is_an_extreme_change(before: float, after: float, change: float) -> None:
    assert changes_of(np.array([before]), np.array([after])).tolist() == [change]
