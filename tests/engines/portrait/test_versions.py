"""Two versions compared: each difference found, and no small count given by subtraction."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.engines.diagnosis.towns import Home, Shop
from tests.engines.diagnosis.towns import territory as town

from hygie.engines.diagnosis.result import WHOLE, Cell, Diagnosis, IndicatorResult
from hygie.engines.kernel.errors import HygieError
from hygie.engines.kernel.measures import FigureUse, Measure, Provenance, Status, suppressed
from hygie.engines.kernel.plane import Plane
from hygie.engines.kernel.statistic import Statistic, StatisticStatus
from hygie.engines.kernel.territory import Places, SourceAccount, Territory
from hygie.engines.portrait.place_changes import PlaceChanges, place_changes
from hygie.engines.portrait.versions import Version, VersionChange, VersionRules, compare_versions

PLANE = Plane(3.0, 43.0)
METRE = 1 / 111_195
"""A metre to the north, in degrees."""
SMALLEST = 11


def alike(first: str, second: str) -> bool:
    return first[:3] == second[:3]


RULES = VersionRules(60.0, SMALLEST, alike)
Row = dict[str, object]


def place(ident: str, **about: object) -> Row:
    plain: Row = {"sites": ident, "categories": "pharmacy", "names": "Nom", "lat": 43.0, "capacity": 1.0}
    return {"ids": ident, **plain, **about}


def places(*rows: Row) -> Places:
    def texts(name: str) -> np.typing.NDArray[np.str_]:
        return np.array([str(row.get(name, "")) for row in rows], dtype=np.str_)

    def numbers(name: str, otherwise: float) -> np.typing.NDArray[np.float64]:
        return np.array([row.get(name, otherwise) for row in rows], np.float64)

    names = (
        "ids",
        "sites",
        "categories",
        "names",
        "communes",
        "sources",
        "vintages",
        "hours",
        "notes",
        "traces",
    )
    return Places(
        **{name: texts(name) for name in names},
        lon=numbers("lon", 3.0),
        lat=numbers("lat", 43.0),
        capacity=numbers("capacity", np.nan),
        inside=np.ones(len(rows), np.bool_),
    )


def compared(before: list[Row], after: list[Row]) -> PlaceChanges:
    return place_changes(places(*before), places(*after), PLANE, same_place=60.0, alike=alike)


def kinds(found: PlaceChanges) -> dict[str, tuple[str, ...]]:
    return {change.after.id: change.kinds for change in found.changed}


def test_the_same_places_have_not_changed() -> None:
    rows = [place("a"), place("b", capacity=np.nan), place("c", hours="24/7")]
    assert compared(rows, rows) == PlaceChanges((), (), (), 3)


def test_each_way_of_changing_is_named() -> None:
    before = [place(key) for key in "abcde"]
    after = [
        place("a", lat=43.0 + 61 * METRE),
        place("b", names="Autre"),
        place("c", categories="gp"),
        place("d", capacity=np.nan),
        place("e", hours="Mo-Fr 08:00-18:00"),
    ]
    found = compared(before, after)
    assert kinds(found) == {
        "a": ("moved",),
        "b": ("renamed",),
        "c": ("category",),
        "d": ("capacity",),
        "e": ("hours",),
    }
    assert found.changed[0].metres == pytest.approx(61, abs=0.1)


def test_a_move_within_the_precision_of_sources_is_no_move() -> None:
    assert compared([place("a")], [place("a", lat=43.0 + 59 * METRE)]).kept == 1


def test_a_place_is_followed_by_its_trace_then_its_site_then_its_neighbourhood() -> None:
    far = {"lat": 43.1}
    before = [
        place("osm:1", sites="", **far),
        place("x:old", sites="x"),
        place("y:old", sites="y", categories="gp", names="Yvon", **far),
        place("osm:9", sites="", names="Nom de la place", lat=43.2),
    ]
    after = [
        place("finess:1:pharmacy", sites="finess:1", traces="osm:1 osm:2", **far),
        place("x:new", sites="x"),
        place("y:new", sites="y", categories="dentist", names="Yvon", **far),
        place("osm:10", sites="", names="Nom", lat=43.2 + 40 * METRE),
    ]
    found = compared(before, after)
    assert (found.added, found.gone) == ((), ())
    assert kinds(found) == {
        "finess:1:pharmacy": ("identifier",),
        "x:new": ("identifier",),
        "y:new": ("category", "identifier"),
        "osm:10": ("renamed", "identifier"),
    }


def test_the_nearest_of_two_is_the_same_place() -> None:
    before = [place("o1", sites=""), place("o2", sites="", lat=43.0 + 50 * METRE)]
    after = [place("n1", sites="", lat=43.0 + 45 * METRE), place("n2", sites="", lat=43.0 + 20 * METRE)]
    pairs = {change.before.id: change.after.id for change in compared(before, after).changed}
    assert pairs == {"o2": "n1", "o1": "n2"}


@pytest.mark.parametrize(
    "other",
    [
        {"names": "Zut"},
        {"categories": "gp"},
        {"lat": 43.0 + 61 * METRE},
        {"sites": "finess:2"},
    ],
)
def test_another_place_is_gone_and_added(other: Row) -> None:
    before = [place("finess:1:p", sites="finess:1")]
    found = compared(before, [place("n", **{"sites": "", **other})])
    assert ([one.id for one in found.gone], [one.id for one in found.added]) == (["finess:1:p"], ["n"])


rows = st.lists(
    st.builds(
        lambda ident, site, category, step, trace: place(
            f"id{ident}", sites=site, categories=category, lat=43.0 + step * METRE, traces=trace
        ),
        st.integers(0, 15),
        st.sampled_from(["", "s1", "s2", "finess:1", "finess:2"]),
        st.sampled_from(["gp", "pharmacy"]),
        st.integers(0, 150),
        st.sampled_from(["", "id1", "id2 id3"]),
    ),
    max_size=12,
    unique_by=lambda row: row["ids"],
)


@given(rows, rows)
def test_every_place_is_told_once_and_the_way_back_mirrors_the_way_there(
    before: list[Row], after: list[Row]
) -> None:
    found = compared(before, after)
    was = [one.id for one in found.gone] + [one.before.id for one in found.changed]
    became = [one.id for one in found.added] + [one.after.id for one in found.changed]
    assert len(set(was)) == len(was)
    assert len(set(became)) == len(became)
    assert len(was) + found.kept == len(before)
    assert len(became) + found.kept == len(after)
    shared = {row["ids"] for row in before} & {row["ids"] for row in after}
    assert not shared & {one.id for one in (*found.gone, *found.added)}


def cell(zone: str = "", group: str = WHOLE, **measures: float | None) -> Cell:
    told = {key: suppressed() if value is None else Measure(value) for key, value in measures.items()}
    return Cell("commune" if zone else WHOLE, zone or "t", zone or "Ville", group, told)


def diagnosis(*cells: Cell, figures: tuple[FigureUse, ...] = (), **more: IndicatorResult) -> Diagnosis:
    one = IndicatorResult("access_gp", "Titre", "?", "min", ("gp",), Status.COMPUTED, None, cells)
    return Diagnosis(
        "t", "Ville", False, "habitants", (one, *more.values()), (), (), {}, Provenance(figures=figures)
    )


TOWN = town([Home(0)], [Shop("a", "pharmacy", 3)])


def changes(
    before: Diagnosis,
    after: Diagnosis,
    statistics: tuple[tuple[Statistic, ...], tuple[Statistic, ...]] = ((), ()),
    territories: tuple[Territory, Territory] = (TOWN, TOWN),
) -> VersionChange:
    sides = [
        Version(territories[i], result, statistics[i], f"202{6 + i}-01-01")
        for i, result in enumerate((before, after))
    ]
    return compare_versions(sides[0], sides[1], PLANE, RULES)


def measures_of(
    change: VersionChange, zone: str = "t", group: str = WHOLE
) -> Mapping[str, tuple[object, ...]]:
    found = next(c for c in change.indicators[0].cells if (c.zone, c.group) == (zone, group))
    return {
        key: tuple(
            None if m is None else (m.value if m.value is not None else m.status.value)
            for m in (one.before, one.after, one.change)
        )
        for key, one in found.measures.items()
    }


def test_an_indicator_is_told_before_after_and_by_its_difference() -> None:
    found = changes(
        diagnosis(cell(people=1000, people_beyond_15=200, beyond_15=0.2), cell("z", people=100)),
        diagnosis(cell(people=1000, people_beyond_15=300, beyond_15=0.3), cell("z", people=100)),
    )
    told = measures_of(found)
    assert told["people_beyond_15"] == (200, 300, 100)
    assert told["beyond_15"] == (0.2, 0.3, pytest.approx(0.1))
    assert [c.zone for c in found.indicators[0].cells] == ["t"], "a zone that does not change is left out"
    assert found.indicators[0].differs


def test_what_was_suppressed_stays_so_and_a_small_change_is_kept_back() -> None:
    found = changes(
        diagnosis(cell(people=1000, people_beyond_15=200, beyond_15=0.2), cell("z", people=None)),
        diagnosis(cell(people=1000, people_beyond_15=205, beyond_15=0.205), cell("z", people=300)),
    )
    told = measures_of(found)
    assert told["people_beyond_15"] == (200, "suppressed", "suppressed")
    assert told["beyond_15"] == (0.2, "suppressed", "suppressed")
    assert measures_of(found, "z")["people"] == ("suppressed", 300, "suppressed")


def test_residents_that_change_by_few_are_not_had_from_a_count_and_its_share() -> None:
    found = changes(
        diagnosis(cell(people=1000, people_beyond_15=200, beyond_15=0.2)),
        diagnosis(cell(people=1004, people_beyond_15=502, beyond_15=0.5)),
    )
    told = measures_of(found)
    assert told["people"][1:] == told["people_beyond_15"][1:] == ("suppressed", "suppressed")


counts = st.integers(0, 60).map(float)


@given(counts, counts, counts, counts)
def test_no_subtraction_of_two_shown_counts_gives_a_small_one(
    people: float, far: float, people_after: float, far_after: float
) -> None:
    sides = [
        diagnosis(cell(people=total, people_beyond_15=min(part, total)))
        for total, part in ((people, far), (people_after, far_after))
    ]
    for before, after, change in measures_of(changes(sides[0], sides[1])).values():
        if isinstance(before, float) and isinstance(after, float):
            assert abs(after - before) == 0 or abs(after - before) >= SMALLEST
            assert change == after - before
        else:
            assert change == "suppressed"


def test_an_indicator_or_a_measure_of_one_side_only_is_told_as_such() -> None:
    more = IndicatorResult("new", "Neuf", "?", "min", (), Status.COMPUTED, None, (cell(mean=3.0),))
    found = changes(diagnosis(cell(mean=1.0)), diagnosis(cell(mean=1.0, median=2.0), more=more))
    assert measures_of(found)["median"] == (None, 2.0, "not_computed")
    added = found.indicators[1]
    assert (added.before, added.after, added.differs) == (None, Status.COMPUTED, True)


def number(key: str, value: float | None, year: str = "2023") -> Statistic:
    status = StatisticStatus.SECRET if value is None else StatisticStatus.PUBLISHED
    return Statistic(key, key, "%", "commune", "t", "Ville", value, year, "Insee", status)


def test_official_numbers_are_told_by_what_changed() -> None:
    before = (
        number("same", 1),
        number("year", 1, "2022"),
        number("value", 1),
        number("secret", None),
        number("old", 1),
    )
    after = (number("same", 1), number("year", 1), number("value", 2), number("secret", 3), number("new", 1))
    found = changes(diagnosis(), diagnosis(), (before, after))
    told = {(one.after or one.before).key: one.kind for one in found.statistics if one.after or one.before}  # type: ignore[union-attr]  # one side at least is there
    assert told == {"year": "year", "value": "value", "secret": "status", "old": "gone", "new": "added"}


def account(name: str, vintage: str, sha: str) -> SourceAccount:
    return SourceAccount(name, name, "p", "l", "a", vintage, "f", sha, 10, 9, 1)


def test_sources_are_added_gone_of_another_vintage_or_of_other_content() -> None:
    before = replace(TOWN, sources=tuple(account(n, "2023", n) for n in ("same", "gone", "newer", "other")))
    after = replace(
        TOWN,
        sources=(
            account("same", "2023", "same"),
            account("newer", "2024", "x"),
            account("other", "2023", "x"),
            account("added", "2024", "a"),
        ),
    )
    found = changes(diagnosis(), diagnosis(), territories=(before, after))
    assert {one.name: one.kind for one in found.sources} == {
        "gone": "gone",
        "newer": "vintage",
        "other": "content",
        "added": "added",
    }
    assert next(one for one in found.sources if one.name == "added").kept_before is None


def test_a_figure_of_the_catalogue_that_changes_is_told() -> None:
    sides = [
        diagnosis(figures=(FigureUse("walking_speed", value, "m/s", "2026-01-01", "to-verify", "Hygie"),))
        for value in (1.33, 1.2)
    ]
    assert [one.key for one in changes(sides[0], sides[1]).figures] == ["walking_speed"]
    assert changes(sides[0], sides[0]).figures == ()


def test_residents_of_the_whole_are_compared_and_a_small_change_is_kept_back() -> None:
    def with_people(people: float) -> Territory:
        demand = replace(TOWN.demand, people=np.array([people]))
        return replace(TOWN, demand=demand)

    for after, told in ((150.0, 50.0), (104.0, None), (100.0, 0.0)):
        found = changes(diagnosis(), diagnosis(), territories=(with_people(100.0), with_people(after)))
        assert found.residents.change.value == told


def test_two_territories_are_not_two_versions() -> None:
    with pytest.raises(HygieError, match="même territoire"):
        changes(diagnosis(), diagnosis(), territories=(TOWN, replace(TOWN, code="other")))
