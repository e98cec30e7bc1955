"""What is followed at points rather than in zones: hospitals, and the air at the nearest stations."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from hygie.engines.kernel.hospital import HospitalRecords
from hygie.engines.kernel.measures import FigureUse
from hygie.engines.kernel.plane import Plane
from hygie.engines.kernel.statistic import Statistic
from hygie.engines.kernel.territory import ZoneLayer
from hygie.territories.air import air_statistics
from hygie.territories.area import Area
from hygie.territories.hospital_files import stated_year
from hygie.territories.hospitals import hospitals_of
from hygie.territories.ingredients import Ingredients


@dataclass(frozen=True)
class Watched:
    """Hospitals, statistics of hospitals and stations, and rows left outside by name of source."""

    records: HospitalRecords
    statistics: tuple[Statistic, ...]
    outside: dict[str, int]


def watched(
    into: Ingredients,
    area: Area,
    communes: ZoneLayer | None,
    plane: Plane,
    figures: Mapping[str, FigureUse],
    *,
    on: date,
) -> Watched:
    """Hospitals of a territory and the stations nearest to it.

    Raises
    ------
    HygieError
        If two vintages tell the same number, or the year of the means is not written.
    """
    found = hospitals_of(into.hospitals, into.places, area, communes, reference_year=on.year)
    statistics = list(found.statistics)
    outside = dict(found.outside)
    for choice, file in into.air:
        reach = figures["air_station_reach"].value
        told = air_statistics(file, area, plane, year=stated_year(choice), reach_metres=reach)
        statistics += told
        known = sum(one.value is not None for one in told)
        outside[choice.name] = file.account.kept - known
    return Watched(found.records, tuple(statistics), outside)
