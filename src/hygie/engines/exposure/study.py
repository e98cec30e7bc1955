"""Who is exposed, at which level: residents by zone and group, homes and school yards."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from hygie.engines.exposure.counting import Counted, ExposureCell, exposed
from hygie.engines.exposure.layers import Layer
from hygie.engines.exposure.measure import Levels, levels_of_points, levels_of_yards
from hygie.engines.exposure.scale import UNKNOWN, How, Scale
from hygie.engines.exposure.yards import Yards, yards_of
from hygie.engines.kernel.french import counted as count_of
from hygie.engines.kernel.french import typeset
from hygie.engines.kernel.plane import Plane
from hygie.engines.kernel.territory import Territory

GRID_SOURCE = "insee_grid_200m"
"""Source whose residents stand at the centre of 200 m squares."""


class Residents(Counted, Protocol):
    """Who is counted, and where; see ``diagnosis.residents.Residents``."""

    @property
    def positions(self) -> NDArray[np.intp]:
        """Points of the demand that are counted."""

    @property
    def known(self) -> bool:
        """Whether residents are known; else points are dwellings."""


@dataclass(frozen=True)
class ExposureResult:
    """Exposure to one layer over a territory, nothing kept back yet.

    Attributes
    ----------
    scale
        What makes the levels.
    known
        Whether residents are counted, rather than dwellings.
    estimate
        Whether every count is an estimate: residents spread by the producer, or placed at the centre of
        squares.
    cells
        By zone and group.
    positions, homes
        Counted points of the demand, and the level of each; never written out with residents.
    yards, yard_levels
        School yards, and the level of each.
    warnings
        French sentences.
    """

    scale: Scale
    known: bool
    estimate: bool
    cells: tuple[ExposureCell, ...]
    positions: NDArray[np.intp]
    homes: Levels
    yards: Yards
    yard_levels: Levels
    warnings: tuple[str, ...]

    def ranked(self, levels: Levels) -> NDArray[np.int64]:
        """Positions of homes or of yards, the worst first."""
        return levels.nearest_first() if self.scale.how is How.DISTANCES else levels.worst_first()


def expose(
    territory: Territory, plane: Plane, *, layer: Layer, scale: Scale, residents: Residents, radius: float
) -> ExposureResult:
    """Measure the level of homes and school yards, and count residents.

    Parameters
    ----------
    residents
        Who is counted: ``residents_of`` of the diagnosis.
    radius
        In metres, of the yard of a school that no source draws.

    Raises
    ------
    ValueError
        Areas are asked of a layer that draws points or lines.
    """
    demand, at = territory.demand, residents.positions
    homes = levels_of_points(layer, scale, plane, demand.lon[at], demand.lat[at])
    yards = yards_of(territory, plane, radius)
    return ExposureResult(
        scale=scale,
        known=residents.known,
        estimate=bool(residents.imputed.any()) or territory.population_source == GRID_SOURCE,
        cells=exposed(homes.level, scale.levels, residents),
        positions=at,
        homes=homes,
        yards=yards,
        yard_levels=levels_of_yards(layer, scale, plane, yards.outlines),
        warnings=tuple(_warnings(territory, residents, homes, yards)),
    )


def _warnings(territory: Territory, residents: Residents, homes: Levels, yards: Yards) -> list[str]:
    told = []
    if territory.population_source == GRID_SOURCE:
        told.append(
            "Les habitants sont placés au centre de carreaux de 200 m : leur niveau est celui de ce centre, "
            "et une bande plus étroite qu’un carreau n’y a guère de sens."
        )
    if residents.imputed.any():
        told.append(
            "Une part des habitants a été répartie par le producteur : l’intervalle dit ce qui reste sûr "
            "s’ils vivent n’importe où dans leur zone."
        )
    unknown = int((homes.level == UNKNOWN).sum())
    if unknown:
        points = count_of(unknown, "point d’habitation", "points d’habitation")
        told.append(
            f"{points} sur {len(homes.level)} où la couche ne dit rien : compté à part, jamais comme zéro."
        )
    if lent := int((~yards.drawn).sum()):
        schools = count_of(lent, "école dont aucune source ne dessine la cour", "écoles sans cour dessinée")
        told.append(f"{schools} : un disque autour du point de l’école en tient lieu, par estimation.")
    return [typeset(one) for one in told]
