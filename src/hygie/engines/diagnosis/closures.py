"""What closing each place, one at a time, would cost residents."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from hygie.engines.diagnosis.access import place_groups
from hygie.engines.diagnosis.parameters import DiagnosisParameters, IndicatorSheet, people_key
from hygie.engines.diagnosis.publication import revealing
from hygie.engines.diagnosis.result import WHOLE, ClosureLine
from hygie.engines.diagnosis.study import Study, by_mode
from hygie.engines.kernel.measures import Measure, Status, suppressed
from hygie.engines.kernel.territory import Territory
from hygie.engines.kernel.travel import NearestTwo
from hygie.engines.reach.closures import ClosureLosses, closure_losses


@dataclass(frozen=True)
class Service:
    """The two nearest places of each counted resident, for the indicators of one mode.

    Attributes
    ----------
    mode
        Key of the movement.
    positions
        Places that were reached for, in the territory's, ascending.
    nearest
        Shape (counted points, indicators); ``first_place`` is a rank in ``positions``.
    """

    mode: str
    positions: NDArray[np.int64]
    nearest: NearestTwo


def services_of(study: Study, sheets: Iterable[IndicatorSheet]) -> tuple[Service, ...]:
    """Nearest two places by mode, one sweep each; nothing where residents are not known.

    Parameters
    ----------
    sheets
        Access indicators that are computed here.
    """
    if not study.residents.known:
        return ()
    found = []
    for mode, together in by_mode(sheets).items():
        movement = study.movements[mode]
        group = place_groups(study.territory.places.categories, together)
        positions = np.flatnonzero(group >= 0)
        origins, places = movement.people.take(study.residents.positions), movement.places.take(positions)
        nearest = movement.model.nearest_two(origins, places, group[positions], len(together))
        found.append(Service(mode, positions, nearest))
    return tuple(found)


def closure_lines(study: Study, services: Iterable[Service]) -> tuple[ClosureLine, ...]:
    """Every closure, costliest first, as it may be shown.

    Residents left without any place come before minutes lost; a count that is kept back does not
    rank. Places of the margin count too: residents use them.
    """
    return tuple(sorted((line for service in services for line in _lines(study, service)), key=_rank))


def _lines(study: Study, service: Service) -> list[ClosureLine]:
    parameters, people = study.parameters, study.residents.weights[WHOLE]
    found = closure_losses(
        service.nearest,
        people,
        service.positions.size,
        felt_minutes=parameters.loss_felt,
        threshold_minutes=parameters.main_threshold,
    )
    estimate = study.movements[service.mode].model.estimate
    status = Status.ESTIMATE if estimate else Status.COMPUTED
    writer = _Writer(float(people.sum()), status, parameters)
    return [
        _line(study.territory, int(position), writer.measures(found, rank))
        for rank, position in enumerate(service.positions)
    ]


def _line(territory: Territory, p: int, measures: dict[str, Measure]) -> ClosureLine:
    places = territory.places
    return ClosureLine(
        place=str(places.ids[p]),
        name=str(places.names[p]),
        category=str(places.categories[p]),
        commune=str(places.communes[p]),
        lon=float(places.lon[p]),
        lat=float(places.lat[p]),
        measures=measures,
    )


@dataclass(frozen=True)
class _Writer:
    total: float
    status: Status
    parameters: DiagnosisParameters

    def measures(self, found: ClosureLosses, place: int) -> dict[str, Measure]:
        return {
            "person_minutes": Measure(float(found.person_minutes[place]), self.status),
            self.parameters.losing_key: self._count(found.losing[place]),
            "people_stranded": self._count(found.stranded[place]),
            crossing_key(self.parameters): self._count(found.crossing[place]),
        }

    def _count(self, people: float) -> Measure:
        if revealing(float(people), self.total, self.parameters.smallest_count):
            return suppressed()
        return Measure(float(people), self.status)


def crossing_key(parameters: DiagnosisParameters) -> str:
    """Measure of the residents who would pass beyond the main threshold."""
    return people_key(f"crossing_{parameters.main_threshold:g}")


def cost(line: ClosureLine) -> tuple[float, float]:
    """Residents left without any, as published, then minutes lost."""
    stranded = line.measures["people_stranded"].value or 0.0
    return stranded, line.measures["person_minutes"].value or 0.0


def _rank(line: ClosureLine) -> tuple[float, float, str]:
    stranded, minutes = cost(line)
    return -stranded, -minutes, line.place
