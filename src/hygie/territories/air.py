"""The air near a territory: what the nearest background stations measure, with their distance."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping

import numpy as np
import shapely

from hygie.engines.kernel.french import number, typeset
from hygie.engines.kernel.plane import Plane
from hygie.engines.kernel.statistic import Statistic, StatisticStatus
from hygie.readers.air import AirFile, AirMean, AirSheet, Pollutant
from hygie.territories.area import Area


def air_statistics(
    file: AirFile,
    area: Area,
    plane: Plane,
    *,
    year: int,
    reach_metres: float,
) -> tuple[Statistic, ...]:
    """Annual means of the nearest background station for each pollutant.

    Parameters
    ----------
    file
        Means of every station, with the sheet that says which pollutants matter and which stations
        are background ones.
    area, plane
        The territory, and where distances are measured: from its boundary, in metres.
    year
        The newest year read: a later one is not over.
    reach_metres
        Farther stations are not mentioned.

    Returns
    -------
    tuple
        Level ``station``, never a zone. The newest year has the key of the pollutant, an earlier one
        the same key followed by its year. A pollutant that no station near enough measures is not
        available.
    """
    sheet = file.sheet
    background = [mean for mean in file.means if mean.influence.casefold() == sheet.background.casefold()]
    away = _distances(background, area, plane)
    found: list[Statistic] = []
    for pollutant in sheet.pollutants.values():
        mine = [mean for mean in background if mean.pollutant == pollutant.key and mean.value is not None]
        current = [mean for mean in mine if mean.year == year and away[mean.station] <= reach_metres]
        nearest = min(current, key=lambda mean: (away[mean.station], mean.station), default=None)
        if nearest is None:
            found.append(_absent(pollutant, sheet, year=year, reach_metres=reach_metres))
            continue
        years = sorted((mean for mean in mine if _same(mean, nearest)), key=lambda mean: -mean.year)
        found += [
            _told(mean, pollutant, sheet, newest=year, metres=away[mean.station])
            for mean in years
            if mean.year <= year
        ]
    return tuple(found)


def _same(mean: AirMean, other: AirMean) -> bool:
    return (mean.station, mean.name) == (other.station, other.name)


def _distances(means: Iterable[AirMean], area: Area, plane: Plane) -> Mapping[str, float]:
    """Metres from the boundary by station, 0 inside."""
    boundary = shapely.transform(
        area.boundary, lambda xy: np.column_stack(plane.to_metres(xy[:, 0], xy[:, 1]))
    )
    at = {mean.station: (mean.lon, mean.lat) for mean in means}
    metres = {}
    for station, (lon, lat) in at.items():
        x, y = plane.to_metres(lon, lat)
        metres[station] = float(shapely.distance(boundary, shapely.Point(float(x), float(y))))
    return metres


def _told(mean: AirMean, pollutant: Pollutant, sheet: AirSheet, *, newest: int, metres: float) -> Statistic:
    key = pollutant.key if mean.year == newest else f"{pollutant.key}_{mean.year}"
    return Statistic(
        key=key,
        title=f"{pollutant.title}, moyenne annuelle",
        unit=sheet.printed_unit,
        level="station",
        code=mean.station,
        name=station_name(mean, metres),
        value=mean.value,
        year=str(mean.year),
        source=sheet.source,
        status=StatisticStatus.PUBLISHED,
    )


def station_name(mean: AirMean, metres: float) -> str:
    """« Station Centre (Ville), de fond, urbaine, à 12 km »: never to be read without its distance."""
    where = "dans le territoire" if metres == 0 else f"à {number(max(1, math.floor(metres / 1000 + 0.5)))} km"
    town = f" ({mean.town.title()})" if mean.town else ""
    kind = f", de fond, {mean.setting.lower()}" if mean.setting else ", de fond"
    return typeset(f"Station {mean.name}{town}{kind}, {where}")


def _absent(pollutant: Pollutant, sheet: AirSheet, *, year: int, reach_metres: float) -> Statistic:
    return Statistic(
        key=pollutant.key,
        title=f"{pollutant.title}, moyenne annuelle",
        unit=sheet.printed_unit,
        level="station",
        code="",
        name=f"Aucune station de fond à moins de {number(reach_metres / 1000)} km",
        value=None,
        year=str(year),
        source=sheet.source,
        status=StatisticStatus.NOT_AVAILABLE,
    )
