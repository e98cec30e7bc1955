"""A territory made ready to be asked questions, once for a diagnosis and many what-ifs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from hygie.engines.diagnosis.parameters import DiagnosisParameters, IndicatorSheet, Kind
from hygie.engines.diagnosis.residents import Residents, residents_of
from hygie.engines.kernel.measures import Provenance, Reason
from hygie.engines.kernel.territory import Territory
from hygie.engines.kernel.travel import Movement
from hygie.engines.reach.days import Calendar

UNKNOWN_CALENDAR = Calendar()
"""No day is known as a holiday, nor as none."""


@dataclass(frozen=True, eq=False)
class Study:
    """A territory, how to move in it, what to compute, and its residents already broken down.

    ``movements`` are by mode key: ``walk``, ``car``; ``calendar`` tells the holidays there. Two studies
    are never equal: what was computed for one is kept for it alone.
    """

    territory: Territory
    movements: Mapping[str, Movement]
    parameters: DiagnosisParameters
    residents: Residents
    calendar: Calendar = UNKNOWN_CALENDAR

    @property
    def access_sheets(self) -> tuple[IndicatorSheet, ...]:
        """Sheets of the access indicators, in order."""
        return self.parameters.of_kind(Kind.ACCESS)

    def computable(self) -> tuple[IndicatorSheet, ...]:
        """Sheets of the access indicators that can be computed here, in order."""
        return tuple(sheet for sheet in self.access_sheets if self.reason_against(sheet) is None)

    def reason_against(self, sheet: IndicatorSheet) -> Reason | None:
        """Why an access indicator cannot be computed here; None when it can.

        A category that no source provides leaves the whole indicator out: with the others alone,
        residents would seem farther than they are.
        """
        categories = self.territory.places.categories
        if any(c not in self.territory.provided and c not in categories for c in sheet.categories):
            return Reason.NO_SOURCE
        if sheet.mode not in self.movements:
            return Reason.NO_DRIVING_GRAPH if sheet.mode == "car" else Reason.NO_STREETS
        return None

    def estimated(self, mode: str) -> bool:
        """Whether measures of a mode are estimates: no real streets, or dwellings for residents."""
        return self.movements[mode].model.estimate or not self.residents.known


def prepare(
    territory: Territory,
    movements: Mapping[str, Movement],
    parameters: DiagnosisParameters,
    *,
    calendar: Calendar = UNKNOWN_CALENDAR,
) -> Study:
    """Break the residents of a territory down, once.

    Raises
    ------
    ValueError
        If a movement was located for other residents or places than the territory's.
    """
    for mode, movement in movements.items():
        sizes = len(movement.people), len(movement.places)
        if sizes != (len(territory.demand), len(territory.places)):
            raise ValueError(f"movement {mode!r} was located for another territory")
    residents = residents_of(territory, parameters.groups)
    return Study(territory, movements, parameters, residents, calendar)


def by_mode(sheets: Iterable[IndicatorSheet]) -> dict[str, list[IndicatorSheet]]:
    """Sheets that one sweep answers together."""
    together: dict[str, list[IndicatorSheet]] = {}
    for sheet in sheets:
        together.setdefault(sheet.mode, []).append(sheet)
    return together


def provenance_of(study: Study) -> Provenance:
    """What every result of a study stands on."""
    parameters, territory = study.parameters, study.territory
    repealed = tuple(
        f"{layer.title}\u00a0: ce zonage est abrogé."
        for layer in territory.layers.values()
        if not layer.in_force
    )
    return Provenance(
        parameters={
            "thresholds": list(parameters.thresholds),
            "main_threshold": parameters.main_threshold,
            "smallest_count": parameters.smallest_count,
            "loss_felt": parameters.loss_felt,
            "elderly_age": parameters.elderly_age,
        },
        figures=parameters.figures,
        sources=tuple(account.name for account in territory.sources),
        warnings=(*territory.warnings, *repealed, *study.residents.warnings),
    )
