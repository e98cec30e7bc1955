"""The same place in two versions of a territory: added, gone, moved, renamed, changed."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from hygie.engines.kernel.plane import Plane
from hygie.engines.kernel.territory import Places

MOVED, RENAMED, CATEGORY = "moved", "renamed", "category"
CAPACITY, HOURS, IDENTIFIER = "capacity", "hours", "identifier"

REGISTER = "finess:"
"""Sites that a register numbers: two numbers are two places, however near and alike."""

Alike = Callable[[str, str], bool]
Pairs = list[tuple[int, int]]


@dataclass(frozen=True, slots=True)
class PlaceState:
    """One place as a version tells it; columns as in ``Places``, ``capacity`` None when unknown."""

    id: str
    site: str
    category: str
    name: str
    commune: str
    lon: float
    lat: float
    capacity: float | None
    hours: str
    inside: bool


@dataclass(frozen=True, slots=True)
class PlaceChange:
    """One place that both versions tell, otherwise; ``kinds`` says how, ``metres`` how far it moved."""

    before: PlaceState
    after: PlaceState
    kinds: tuple[str, ...]
    metres: float


@dataclass(frozen=True)
class PlaceChanges:
    """Places of two versions; ``kept`` counts those told alike."""

    added: tuple[PlaceState, ...]
    gone: tuple[PlaceState, ...]
    changed: tuple[PlaceChange, ...]
    kept: int


@dataclass(frozen=True)
class _Side:
    """Places of one version, in metres of the common plane."""

    places: Places
    x: np.typing.NDArray[np.float64]
    y: np.typing.NDArray[np.float64]


def place_changes(
    before: Places, after: Places, plane: Plane, *, same_place: float, alike: Alike
) -> PlaceChanges:
    """Compare two versions place by place.

    A place is the same by its identifier; else by an identifier of another source (``traces``) with
    the same category; else by its site, when only one of a category, or only one at all, is left
    there; else when it has the same category, stands at most ``same_place`` metres away under a like
    name, and no register numbers both differently: nearest first.

    Parameters
    ----------
    before, after
        Places of both versions, margin included.
    plane
        Where distances are measured.
    same_place
        Metres beyond which a place is said to have moved.
    alike
        Whether two published names may be the same place's.
    """
    sides = tuple(_Side(places, *plane.to_metres(places.lon, places.lat)) for places in (before, after))
    first, second = sides
    pairs: Pairs = []
    left = [list(range(len(before))), list(range(len(after)))]
    steps = (_by_identifier, _by_trace, _by_site_and_category, _by_site, _by_nearness(same_place, alike))
    for step in steps:
        found = step(first, second, left[0], left[1])
        pairs += found
        for side in (0, 1):
            taken = {pair[side] for pair in found}
            left[side] = [i for i in left[side] if i not in taken]
    changes = [_change(first, second, i, j, same_place=same_place) for i, j in sorted(pairs)]
    changed = tuple(change for change in changes if change.kinds)
    return PlaceChanges(
        added=tuple(state_of(after, j) for j in left[1]),
        gone=tuple(state_of(before, i) for i in left[0]),
        changed=changed,
        kept=len(changes) - len(changed),
    )


def state_of(places: Places, i: int) -> PlaceState:
    """One row of the places."""
    capacity = float(places.capacity[i])
    return PlaceState(
        id=str(places.ids[i]),
        site=str(places.sites[i]),
        category=str(places.categories[i]),
        name=str(places.names[i]),
        commune=str(places.communes[i]),
        lon=float(places.lon[i]),
        lat=float(places.lat[i]),
        capacity=None if math.isnan(capacity) else capacity,
        hours=str(places.hours[i]),
        inside=bool(places.inside[i]),
    )


def _by_identifier(first: _Side, second: _Side, old: Sequence[int], new: Sequence[int]) -> Pairs:
    known = {str(first.places.ids[i]): i for i in old}
    ids = second.places.ids
    return [(known[str(ids[j])], j) for j in new if str(ids[j]) in known]


def _by_trace(first: _Side, second: _Side, old: Sequence[int], new: Sequence[int]) -> Pairs:
    known: dict[tuple[str, str], int] = {}
    for i in old:
        for name in _names(first.places, i):
            known.setdefault((str(first.places.categories[i]), name), i)
    pairs: Pairs = []
    taken: set[int] = set()
    for j in new:
        category = str(second.places.categories[j])
        found = (known.get((category, name)) for name in _names(second.places, j))
        twin = next((i for i in found if i is not None and i not in taken), None)
        if twin is not None:
            taken.add(twin)
            pairs.append((twin, j))
    return pairs


def _names(places: Places, i: int) -> Iterator[str]:
    """Every identifier a place is known by."""
    yield str(places.ids[i])
    yield from str(places.traces[i]).split()


def _by_site_and_category(first: _Side, second: _Side, old: Sequence[int], new: Sequence[int]) -> Pairs:
    def key(places: Places, i: int) -> tuple[str, str]:
        return str(places.sites[i]), str(places.categories[i])

    return _single(
        ((key(first.places, i), i) for i in old if first.places.sites[i]),
        ((key(second.places, j), j) for j in new if second.places.sites[j]),
    )


def _by_site(first: _Side, second: _Side, old: Sequence[int], new: Sequence[int]) -> Pairs:
    return _single(
        ((str(first.places.sites[i]), i) for i in old if first.places.sites[i]),
        ((str(second.places.sites[j]), j) for j in new if second.places.sites[j]),
    )


def _single(old: Iterable[tuple[object, int]], new: Iterable[tuple[object, int]]) -> Pairs:
    """Pairs of a key that stands once on each side."""
    sides: list[dict[object, list[int]]] = []
    for several in (old, new):
        held: dict[object, list[int]] = defaultdict(list)
        for key, i in several:
            held[key].append(i)
        sides.append(held)
    return [
        (mine[0], sides[1][key][0])
        for key, mine in sides[0].items()
        if len(mine) == 1 and len(sides[1].get(key, ())) == 1
    ]


def _by_nearness(
    same_place: float, alike: Alike
) -> Callable[[_Side, _Side, Sequence[int], Sequence[int]], Pairs]:
    def match(first: _Side, second: _Side, old: Sequence[int], new: Sequence[int]) -> Pairs:
        near = sorted(_near(first, second, old, new, within=same_place, alike=alike))
        pairs: Pairs = []
        taken: tuple[set[int], set[int]] = (set(), set())
        for _, i, j in near:
            if i not in taken[0] and j not in taken[1]:
                taken[0].add(i)
                taken[1].add(j)
                pairs.append((i, j))
        return pairs

    return match


def _near(
    first: _Side,
    second: _Side,
    old: Sequence[int],
    new: Sequence[int],
    *,
    within: float,
    alike: Alike,
) -> Iterator[tuple[float, int, int]]:
    """(metres, before, after) of the pairs that may be one place."""
    here = np.array(new, np.int64)
    for i in old:
        metres = np.hypot(second.x[here] - first.x[i], second.y[here] - first.y[i])
        for spot in np.flatnonzero(metres <= within).tolist():
            if _may_be_one(first.places, second.places, i, int(here[spot]), alike=alike):
                yield float(metres[spot]), i, int(here[spot])


def _may_be_one(before: Places, after: Places, i: int, j: int, *, alike: Alike) -> bool:
    sites = {str(before.sites[i]), str(after.sites[j])}
    numbered = {site for site in sites if site.startswith(REGISTER)}
    return (
        len(numbered) < 2
        and bool(before.categories[i] == after.categories[j])
        and alike(str(before.names[i]), str(after.names[j]))
    )


def _change(first: _Side, second: _Side, i: int, j: int, *, same_place: float) -> PlaceChange:
    metres = math.hypot(second.x[j] - first.x[i], second.y[j] - first.y[i])
    before, after = state_of(first.places, i), state_of(second.places, j)
    differs = {
        MOVED: metres > same_place,
        RENAMED: before.name != after.name,
        CATEGORY: before.category != after.category,
        CAPACITY: before.capacity != after.capacity,
        HOURS: before.hours != after.hours,
        IDENTIFIER: before.id != after.id,
    }
    return PlaceChange(before, after, tuple(kind for kind, told in differs.items() if told), metres)
