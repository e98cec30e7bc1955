"""What every map of a territory shares: its windows and its cells."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from hygie.engines.kernel.plane import Plane
from hygie.engines.kernel.territory import Territory
from hygie.engines.streets.graph import StreetGraph
from hygie.reports.cells import CellGrid, cell_grid
from hygie.reports.ground import Ground, grounds


@dataclass(frozen=True)
class Stage:
    """Windows of a territory and its inhabited cells; ``grid`` is None where nothing can be drawn."""

    windows: tuple[Ground, ...]
    grid: CellGrid | None


def stage_of(territory: Territory, few: int, streets: StreetGraph | None = None) -> Stage:
    """Draw what maps share, once.

    Parameters
    ----------
    few
        Smallest number of residents that a cell may speak for.
    streets
        Streets to draw under the names; None leaves them out.
    """
    demand = territory.demand
    if not demand.inside.any():
        return Stage((), None)
    plane = Plane(float(np.mean(demand.lon[demand.inside])), float(np.mean(demand.lat[demand.inside])))
    grid = cell_grid(demand, plane, few)
    return Stage(grounds(territory, plane, streets), grid if len(grid) else None)
