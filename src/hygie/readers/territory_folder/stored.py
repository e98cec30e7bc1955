"""What a territory folder holds, in memory."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from hygie.engines.kernel.hospital import HospitalRecords
from hygie.engines.kernel.measures import FigureUse
from hygie.engines.kernel.plane import Plane
from hygie.engines.kernel.statistic import Statistic
from hygie.engines.kernel.territory import Territory
from hygie.engines.kernel.travel import Located, Movement
from hygie.engines.portrait.comparison import SimilarCommunes
from hygie.engines.reach.days import Calendar
from hygie.engines.streets.crowfly import CrowFlyTravel
from hygie.engines.streets.graph import StreetGraph
from hygie.engines.streets.hierarchy import Hierarchy
from hygie.engines.streets.travel import StreetTravel

FORMAT = 1
"""Version of the folder's layout; a folder of another version is refused."""


@dataclass(frozen=True)
class StoredStreets:
    """Streets of one profile, with residents and places snapped on them once."""

    graph: StreetGraph
    hierarchy: Hierarchy
    people: Located
    places: Located


@dataclass(frozen=True)
class StoredTerritory:
    """A territory with its streets and everything needed to compute on it.

    Attributes
    ----------
    territory
        Residents, places, zones, features, sources.
    plane
        The metric plane of the build.
    streets
        By profile; empty when the territory has no streets.
    reference_date
        ISO date on which figures of the catalogue were looked up.
    figures
        Figures of the catalogue used by the build.
    walk_metres_per_minute, snap_limit_metres, detour_factor
        Values of those figures that travel times need.
    statistics
        Official numbers of the territory, of the zones around it, of hospitals and air stations.
    calendar
        Public and school holidays there.
    hospitals
        Hospitals of the territory and of its margin, with what each vintage says that they do.
    similar
        Communes it is compared with; None when too little is known to choose them.
    """

    territory: Territory
    plane: Plane
    streets: Mapping[str, StoredStreets]
    reference_date: str
    figures: tuple[FigureUse, ...]
    walk_metres_per_minute: float
    snap_limit_metres: float
    detour_factor: float
    parameters: Mapping[str, object] = field(default_factory=dict)
    statistics: Sequence[Statistic] = ()
    hospitals: HospitalRecords = field(default_factory=HospitalRecords)
    calendar: Calendar = field(default_factory=Calendar)
    similar: SimilarCommunes | None = None

    def movements(self) -> dict[str, Movement]:
        """Every mode the territory can answer: streets, else crow-fly walking."""
        territory = self.territory
        modes = {
            profile: Movement(
                StreetTravel(
                    stored.graph,
                    stored.hierarchy,
                    self.plane,
                    limit_metres=self.snap_limit_metres,
                    metres_per_minute=self.walk_metres_per_minute,
                ),
                stored.people,
                stored.places,
            )
            for profile, stored in self.streets.items()
        }
        if "walk" not in modes:
            model = CrowFlyTravel(
                self.plane,
                metres_per_minute=self.walk_metres_per_minute,
                detour_factor=self.detour_factor,
            )
            modes["walk"] = Movement(
                model,
                model.locate(territory.demand.lon, territory.demand.lat),
                model.locate(territory.places.lon, territory.places.lat),
            )
        return modes
