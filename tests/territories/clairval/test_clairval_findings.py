"""What the diagnosis must find in Clairval is there, measured by a Dijkstra of scipy."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import shapely

PLANTED = (20_000, 92_000)
Towns = Callable[[int], Any]


@pytest.mark.parametrize("people", PLANTED)
def test_les_ormeaux_is_far_from_practitioners_although_the_town_is_near(
    clairval: Towns, people: int
) -> None:
    town = clairval(people)
    minutes = town.minutes_to(town.territory.places.of("gp"))
    everyone, far = town.median(minutes), town.median(minutes, town.in_quarter("Les Ormeaux"))
    assert everyone < 8
    assert far > 1.8 * everyone
    nearest = minutes[town.in_quarter("Les Ormeaux")].min()
    assert nearest > everyone


def test_nobody_in_les_ormeaux_has_a_practitioner_within_ten_minutes_by_default(clairval: Towns) -> None:
    town = clairval(92_000)
    minutes = town.minutes_to(town.territory.places.of("gp"))
    assert np.all(minutes[town.in_quarter("Les Ormeaux")] > 10)


@pytest.mark.parametrize("people", PLANTED)
def test_one_pharmacy_alone_serves_montredon_and_les_salines(clairval: Towns, people: int) -> None:
    town = clairval(people)
    pharmacies = town.territory.places.of("pharmacy")
    minutes = town.minutes_each(pharmacies)
    hamlets = town.in_quarter("Montredon") | town.in_quarter("Les Salines")
    nearest = set(minutes.argmin(axis=0)[hamlets].tolist())
    assert [town.territory.places.names[pharmacies[i]] for i in nearest] == ["Pharmacie de Montredon"]
    (alone,) = nearest
    without = np.delete(minutes, alone, axis=0).min(axis=0)
    added = without - minutes[alone]
    assert added[hamlets].min() > 3
    assert np.mean(added[hamlets]) > 10


@pytest.mark.parametrize("people", PLANTED)
def test_half_the_practitioners_of_saint_eloi_are_near_retirement(clairval: Towns, people: int) -> None:
    places = clairval(people).territory.places

    def share(named: Callable[[str], bool]) -> float:
        chosen = [i for i in places.of("gp") if named(str(places.names[i]))]
        older = sum(int((str(places.notes[i]) or "0").split()[0]) for i in chosen)
        return older / float(places.capacity[chosen].sum())

    assert share(lambda name: "Saint-Éloi" in name) == pytest.approx(0.5, abs=0.01)
    assert share(lambda name: "Saint-Éloi" not in name) < 0.35
    for note in places.notes[places.notes != ""]:
        assert re.fullmatch(r"\d+ médecins? sur \d+ de 60 ans et plus", note)


@pytest.mark.parametrize("people", PLANTED)
def test_the_old_centre_has_few_trees(clairval: Towns, people: int) -> None:
    territory = clairval(people).territory
    layer = territory.layers["quarter"]
    outlines = np.array(shapely.from_wkb(list(layer.outlines)))
    quarter, _ = shapely.STRtree(shapely.from_wkb(territory.features["tree"].shapes)).query(
        outlines, predicate="contains"
    )
    by_area = np.bincount(quarter, minlength=len(layer)) / shapely.area(outlines)
    centre = layer.names.index("Centre ancien")
    assert by_area[centre] < np.delete(by_area, centre).min() / 2


@pytest.mark.parametrize("people", PLANTED)
def test_a_school_of_bellevue_is_reached_along_main_roads_only(clairval: Towns, people: int) -> None:
    town = clairval(people)
    school = np.flatnonzero(town.territory.places.sites == "clairval:school-coteaux")
    assert town.territory.places.categories[school].tolist() == ["school_primary"]
    bellevue = town.in_quarter("Bellevue")
    assert np.isfinite(town.minutes_to(school)).all()
    quiet = town.minutes_to(school, kinds=(0, 1))
    assert not np.isfinite(quiet[bellevue]).any()
    outline = shapely.from_wkb(
        town.territory.layers["quarter"].outlines[town.territory.layers["quarter"].names.index("Bellevue")]
    )
    places = town.territory.places
    assert outline.contains(shapely.Point(places.lon[school[0]], places.lat[school[0]]))


@pytest.mark.parametrize("people", PLANTED)
def test_the_only_pharmacy_open_on_saturday_afternoon_is_across_the_river(
    clairval: Towns, people: int
) -> None:
    town = clairval(people)
    places = town.territory.places
    pharmacies = places.of("pharmacy")
    open_late = [i for i in pharmacies if re.search(r"(Mo-Sa|Sa) \d\d:\d\d-1[4-9]", str(places.hours[i]))]
    assert [str(places.names[i]) for i in open_late] == ["Pharmacie du Port"]
    water = town.territory.features["water"]
    river = shapely.from_wkb(water.shapes[list(water.names).index("La Clère")])
    door = (places.lon[open_late[0]], places.lat[open_late[0]])
    centre = town.in_quarter("Centre ancien")
    homes = np.column_stack([town.territory.demand.lon, town.territory.demand.lat])[centre]
    crossings = shapely.linestrings([[home, door] for home in homes])
    assert shapely.intersects(crossings, river).all()


def test_a_dental_centre_could_be_misread_as_a_health_centre(clairval: Towns) -> None:
    places = clairval(92_000).territory.places
    named = places.names == "Centre de santé du Port"
    assert places.categories[named].tolist() == ["health_centre_dental"]
    assert not len(places.of("health_centre_general"))
    assert "health_centre_general" in clairval(92_000).territory.provided


@pytest.mark.parametrize("people", [2_000, 20_000, 92_000])
def test_each_pharmacy_is_the_nearest_of_someone(clairval: Towns, people: int) -> None:
    town = clairval(people)
    pharmacies = town.territory.places.of("pharmacy")
    nearest = np.bincount(town.minutes_each(pharmacies).argmin(axis=0), minlength=len(pharmacies))
    assert len(pharmacies) >= 2
    assert nearest.min() >= 1


def test_priority_quarters_are_younger_and_poorer_and_the_centre_older(clairval: Towns) -> None:
    town = clairval(92_000)
    demand = town.territory.demand
    minors = [i for i, band in enumerate(demand.age_bands) if band.first < 18]
    elders = [i for i, band in enumerate(demand.age_bands) if band.first >= 65]

    def share(bands: list[int], among: Any) -> float:
        return float(demand.by_age[among][:, bands].sum() / demand.people[among].sum())

    everyone = np.ones(len(demand), np.bool_)
    assert set(town.territory.layers["qpv"].names) == {"Les Ormeaux", "Bellevue"}
    for name in ("Les Ormeaux", "Bellevue"):
        quarter = town.in_quarter(name)
        assert share(minors, quarter) > 1.25 * share(minors, everyone)
        assert np.average(demand.income_decile[quarter], weights=demand.people[quarter]) < 3.2
    for name in ("Centre ancien", "Les Salines"):
        assert share(elders, town.in_quarter(name)) > 1.1 * share(elders, everyone)
