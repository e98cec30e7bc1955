"""Residents at the finest honest source; every source total is kept exactly."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from hygie.engines.kernel.errors import HygieError
from hygie.engines.kernel.french import percent
from hygie.engines.kernel.territory import OUTSIDE as NO_ZONE
from hygie.engines.kernel.territory import AgeBand, Demand, ZoneLayer
from hygie.readers.records import GridFile, OsmArea
from hygie.territories.area import INSIDE, MARGIN, OUTSIDE, Area


@dataclass(frozen=True)
class Residents:
    """Demand points before zones: see ``Demand`` for the columns. ``side`` as in ``Area``."""

    ids: NDArray[np.str_]
    lon: NDArray[np.float64]
    lat: NDArray[np.float64]
    people: NDArray[np.float64]
    by_age: NDArray[np.float64]
    age_bands: tuple[AgeBand, ...]
    imputed: NDArray[np.bool_]
    side: NDArray[np.int8]


def residents_of_grid(grid: GridFile, area: Area) -> Residents:
    """One demand point a cell, at its centre; ages and imputation as published."""
    return Residents(
        ids=np.array(grid.ids, dtype=np.str_),
        lon=grid.lon,
        lat=grid.lat,
        people=grid.people,
        by_age=grid.by_age,
        age_bands=grid.age_bands,
        imputed=grid.imputed,
        side=area.side(grid.lon, grid.lat),
    )


def residents_of_dwellings(dwellings: Sequence[OsmArea], area: Area) -> Residents:
    """One demand point a dwelling-like building, its residents unknown."""
    lon, lat = _positions(dwellings)
    return _at_dwellings(dwellings, np.full(len(dwellings), np.nan), area.side(lon, lat), spread=False)


def _positions(dwellings: Sequence[OsmArea]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    return np.array([d.lon for d in dwellings], np.float64), np.array([d.lat for d in dwellings], np.float64)


def _at_dwellings(
    dwellings: Sequence[OsmArea], people: NDArray[np.float64], side: NDArray[np.int8], *, spread: bool
) -> Residents:
    lon, lat = _positions(dwellings)
    return Residents(
        ids=np.array([d.id for d in dwellings], dtype=np.str_),
        lon=lon,
        lat=lat,
        people=people,
        by_age=np.zeros((len(dwellings), 0)),
        age_bands=(),
        imputed=np.full(len(dwellings), spread),
        side=side,
    )


def spread_over_dwellings(
    dwellings: Sequence[OsmArea],
    communes: ZoneLayer,
    totals: Mapping[str, float],
    covered: shapely.Geometry,
    smallest_cover: float,
) -> Residents:
    """Share each commune's total over its dwellings by floor area, keeping the total.

    The total is official, its places are not: every point is marked imputed, so shares carry an
    interval.

    Parameters
    ----------
    dwellings
        Dwelling-like buildings with their floor area.
    communes
        Communes inside the boundary.
    totals
        Residents by commune code.
    covered
        Extent of the building data, in degrees.
    smallest_cover
        Smallest share of a commune's surface that the data must cover.

    Raises
    ------
    HygieError
        If the data cover less than that of a commune: its residents would be packed into the part
        that is drawn.
    """
    points = shapely.points(*_positions(dwellings))
    floor = np.array([d.value for d in dwellings], np.float64)
    people = np.zeros(len(dwellings))
    shapes = shapely.from_wkb(list(communes.outlines))
    for code, name, shape in zip(communes.ids, communes.names, shapes, strict=True):
        share = float(shapely.area(shapely.intersection(shape, covered)) / shapely.area(shape))
        inside = shapely.covers(shape, points)
        if code not in totals:
            raise _cannot_spread(f"{name} ({code})", "Aucune source de la recette ne donne leur nombre.")
        if share < smallest_cover or not inside.any():
            wanted = f"il en faut {percent(smallest_cover)}"
            why = f"Les données couvrent {percent(share)} de la commune ; {wanted}."
            raise _cannot_spread(f"{name} ({code})", why)
        people[inside] = exact_shares(totals[code], floor[inside])
    homes = [dwelling for dwelling, some in zip(dwellings, people > 0, strict=True) if some]
    side = np.full(len(homes), INSIDE, np.int8)
    return _at_dwellings(homes, people[people > 0], side, spread=True)


def _cannot_spread(commune: str, why: str) -> HygieError:
    return HygieError(
        f"Les habitants de {commune} ne peuvent pas être répartis entre les bâtiments.",
        why=why,
        fix="Donnez un extrait qui couvre la commune entière, ou la grille de 200 m de l’Insee.",
    )


def exact_shares(total: float, weights: NDArray[np.float64]) -> NDArray[np.float64]:
    """Share a total in proportion to weights, in hundredths, so that the sum is the total.

    What a total holds finer than a hundredth goes with the largest share.

    Largest remainders: no share differs from the proportional one by more than a hundredth.
    """
    hundredths = round(total * 100)
    exact = weights / weights.sum() * hundredths
    shares = np.floor(exact).astype(np.int64)
    order = np.argsort(-(exact - shares), kind="stable")
    shares[order[: hundredths - int(shares.sum())]] += 1
    people = np.asarray(shares / 100.0, np.float64)
    people[np.argmax(people)] += total - hundredths / 100.0  # census totals are weighted, finer than that
    return people


def demand_of(residents: Residents, layers: Mapping[str, ZoneLayer]) -> tuple[Demand, int]:
    """Columns of the demand inside the boundary or its margin, and the number of points left out."""
    kept = residents.side != OUTSIDE
    lon, lat = residents.lon[kept], residents.lat[kept]
    demand = Demand(
        ids=residents.ids[kept],
        lon=lon,
        lat=lat,
        people=residents.people[kept],
        by_age=residents.by_age[kept],
        age_bands=residents.age_bands,
        imputed=residents.imputed[kept],
        inside=residents.side[kept] != MARGIN,
        zones={key: zones_of(layer, lon, lat) for key, layer in layers.items()},
        income_decile=np.zeros(int(kept.sum()), np.int8),
    )
    return demand, int(np.count_nonzero(~kept))


def zones_of(layer: ZoneLayer, lon: NDArray[np.float64], lat: NDArray[np.float64]) -> NDArray[np.int32]:
    """Index of the zone holding each point; the lowest where two touch; ``OUTSIDE`` where none."""
    found = np.full(len(lon), NO_ZONE, np.int32)
    tree = shapely.STRtree(shapely.from_wkb(list(layer.outlines)))
    points, zones = tree.query(shapely.points(lon, lat), predicate="intersects")
    order = np.lexsort((-zones, points))
    found[points[order]] = zones[order]
    return found
