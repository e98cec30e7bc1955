"""Zones that one place serves alone: everybody there goes to it, and any other is far."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from hygie.engines.diagnosis.closures import Service
from hygie.engines.diagnosis.publication import revealing
from hygie.engines.diagnosis.residents import Cover
from hygie.engines.diagnosis.result import WHOLE
from hygie.engines.diagnosis.study import Study
from hygie.engines.kernel.minutes import threshold_ticks
from hygie.engines.kernel.territory import OUTSIDE, Booleans, Floats

LAYERS = ("quarter", "commune")
"""Layers read for dependence, the finest first."""


@dataclass(frozen=True, slots=True)
class Dependence:
    """A place that serves zones alone.

    ``place`` is its position in the territory's places; ``zones`` are (code, name) of ``layer``;
    ``people`` the residents of these zones, a number that may be shown.
    """

    place: int
    mode: str
    layer: str
    zones: tuple[tuple[str, str], ...]
    people: float


def dependences_of(study: Study, services: Iterable[Service]) -> tuple[Dependence, ...]:
    """Places that serve whole zones alone, those of most zones then of most residents first.

    A place is alone for a zone when it is the nearest of every resident there and the next one is
    beyond the main threshold for each; some of the residents of its zones are within that
    threshold of it, or it would serve nobody. A place that serves all zones of a layer is the only one of
    the territory: its closure says it better.
    """
    found = [one for service in services for one in _of_service(study, service)]
    return tuple(sorted(found, key=lambda d: (-len(d.zones), -d.people, d.place)))


def _of_service(study: Study, service: Service) -> Iterator[Dependence]:
    limit = threshold_ticks(study.parameters.main_threshold)
    covers = {cover.layer: cover for cover in study.residents.covers if cover.layer in LAYERS}
    for column in range(service.nearest.first.shape[1]):
        place = service.nearest.first_place[:, column]
        alone = (place >= 0) & (service.nearest.second[:, column] > limit)
        near = alone & (service.nearest.first[:, column] <= limit)
        seen: set[int] = set()
        for layer in LAYERS:
            if layer not in covers:
                continue
            people = study.residents.weights[WHOLE]
            zones_by_place = _zones_by_place(covers[layer], place, alone, people)
            served = _zones_of(covers[layer], near & (people > 0))
            for rank, zones in zones_by_place.items():
                if rank in seen or not served.intersection(zones) or len(zones) == len(covers[layer].zones):
                    continue
                seen.add(rank)
                yield from _dependence(study, service, covers[layer], (rank, zones))


def _zones_of(cover: Cover, points: Booleans) -> set[int]:
    """Zones that hold some of the points."""
    return set(np.unique(cover.index[points & (cover.index != OUTSIDE)]).tolist())


def _zones_by_place(
    cover: Cover, place: NDArray[np.int32], alone: Booleans, people: Floats
) -> dict[int, list[int]]:
    """Zones whose inhabited points all go to one place, alone for each; by rank of the place."""
    held = (cover.index != OUTSIDE) & (people > 0)
    index, goes = cover.index[held], np.where(alone, place, -1)[held].astype(np.int64)
    zones = len(cover.zones)
    lowest = np.full(zones, np.iinfo(np.int64).max)
    highest = np.full(zones, -1, np.int64)
    np.minimum.at(lowest, index, goes)
    np.maximum.at(highest, index, goes)
    found: dict[int, list[int]] = {}
    for zone in np.flatnonzero((lowest == highest) & (lowest >= 0)):
        found.setdefault(int(lowest[zone]), []).append(int(zone))
    return found


def _dependence(
    study: Study, service: Service, cover: Cover, served: tuple[int, list[int]]
) -> Iterator[Dependence]:
    rank, zones = served
    named = tuple(cover.zones[zone] for zone in zones)
    people = sum(study.residents.totals[cover.layer, code] for code, _ in named)
    everybody = study.residents.totals[WHOLE, study.residents.covers[0].zones[0][0]]
    if not revealing(people, everybody, study.parameters.smallest_count):
        yield Dependence(int(service.positions[rank]), service.mode, cover.layer, named, people)
