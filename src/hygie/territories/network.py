"""Streets of a territory: from ways to a graph with residents and places on it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from hygie.engines.kernel.french import counted, percent
from hygie.engines.kernel.plane import Plane
from hygie.engines.kernel.territory import Demand, Places
from hygie.engines.streets.build import build_graph, components
from hygie.engines.streets.graph import RawWays
from hygie.engines.streets.hierarchy import build_hierarchy
from hygie.engines.streets.snapping import snap
from hygie.readers.territory_folder import StoredStreets


@dataclass(frozen=True)
class _Words:
    """How the warnings of a profile name its streets."""

    network: str
    street: str
    time: str


_WORDS = {
    "walk": _Words("Le plan des rues", "toute rue", "temps de trajet"),
    "car": _Words("Le réseau routier", "toute route", "temps de trajet en voiture"),
}


def street_network(
    ways: RawWays,
    demand: Demand,
    places: Places,
    plane: Plane,
    *,
    limit_metres: float,
    metres_per_minute: float,
) -> tuple[StoredStreets, list[str]]:
    """Build the graph and its hierarchy, and snap residents and places on it.

    ``metres_per_minute`` is that of the walk to the nearest street, whatever travels along it.

    Returns
    -------
    tuple
        The streets, and French warnings about islands and unsnapped points.
    """
    graph = build_graph(ways, plane)
    people_at, places_at = (
        snap(
            graph,
            plane,
            points.lon,
            points.lat,
            limit_metres=limit_metres,
            metres_per_minute=metres_per_minute,
        )
        for points in (demand, places)
    )
    streets = StoredStreets(graph, build_hierarchy(graph), people_at, places_at)
    return streets, [*_islands(streets), *_unsnapped(streets, limit_metres)]


def _islands(streets: StoredStreets) -> list[str]:
    labels = components(streets.graph)
    sizes = np.bincount(labels)
    if len(sizes) < 2:
        return []
    largest = percent(sizes.max() / sizes.sum(), 1)
    network = _WORDS[streets.graph.profile].network
    pieces = f"{network} est en {len(sizes)} parties sans liaison ; la plus grande tient {largest}"
    return [f"{pieces} des carrefours. Les autres sont gardés et ne sont reliés à rien."]


def _unsnapped(streets: StoredStreets, limit_metres: float) -> list[str]:
    texts = []
    words = _WORDS[streets.graph.profile]
    nouns = (("point d’habitat", "points d’habitat"), ("lieu", "lieux"))
    for located, (one, many) in zip((streets.people, streets.places), nouns, strict=True):
        count = int(np.count_nonzero(located.edge < 0))
        if count:
            texts.append(
                f"{counted(count, one, many)} à plus de {limit_metres:.0f} m de {words.street} : "
                f"sans {words.time}."
            )
    return texts
