"""The boundary of a territory and the margin around it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from hygie.engines.kernel.errors import HygieError
from hygie.engines.kernel.plane import Plane
from hygie.engines.streets.graph import RawWays
from hygie.readers.records import ContourFile, EpciTable
from hygie.territories.recipe import Recipe

INSIDE, MARGIN, OUTSIDE = 0, 1, 2


@dataclass(frozen=True)
class Area:
    """Where residents are counted, and where supply still matters.

    Attributes
    ----------
    boundary, margin
        Polygons in degrees; the margin holds the boundary.
    communes, margin_communes
        INSEE codes inside, and of the margin when it is made of communes.
    """

    boundary: shapely.Geometry
    margin: shapely.Geometry
    communes: frozenset[str]
    margin_communes: frozenset[str]

    def side(
        self, lon: NDArray[np.float64], lat: NDArray[np.float64], communes: NDArray[np.str_] | None = None
    ) -> NDArray[np.int8]:
        """``INSIDE``, ``MARGIN`` or ``OUTSIDE`` for each point.

        A commune stated by the source wins over the polygon: contours are often simplified.
        """
        points = np.asarray(shapely.points(lon, lat), dtype=object)
        side = np.full(len(lon), OUTSIDE, np.int8)
        for shape, value in ((self.margin, MARGIN), (self.boundary, INSIDE)):
            shapely.prepare(shape)
            side[shapely.covers(shape, points)] = value
        if communes is not None and self.communes:
            side[np.isin(communes, list(self.communes))] = INSIDE
            stated = communes != ""
            elsewhere = stated & ~np.isin(communes, list(self.communes))
            side[elsewhere & (side == INSIDE)] = MARGIN
            if self.margin_communes:
                in_margin = np.isin(communes, list(self.margin_communes))
                side[elsewhere] = np.where(in_margin, MARGIN, OUTSIDE)[elsewhere]
        return side


def area_of_communes(
    recipe: Recipe, contours: ContourFile | None, epci: EpciTable | None, default_margin_metres: float
) -> Area:
    """Boundary and margin of a recipe that names communes.

    Raises
    ------
    HygieError
        If a contour or the EPCI is missing.
    """
    if contours is None:
        raise HygieError(
            "Les contours des communes manquent.",
            why="La recette nomme des communes sans donner leurs contours.",
            fix="Ajoutez une source admin_contours, ou écrivez « boundary: data ».",
        )
    shapes = dict(zip(contours.codes, shapely.from_wkb(list(contours.outlines)), strict=True))
    _refuse_rejected(contours, recipe.communes)
    _need(shapes.keys(), recipe.communes)
    boundary = shapely.union_all([shapes[code] for code in recipe.communes])
    if recipe.margin_epci is None:
        metres = default_margin_metres if recipe.margin_metres is None else recipe.margin_metres
        return Area(boundary, grown(boundary, metres), frozenset(recipe.communes), frozenset())
    members = _members(epci, recipe.margin_epci)
    _need(shapes.keys(), members)
    margin = shapely.union_all([shapes[code] for code in {*members, *recipe.communes}])
    return Area(boundary, margin, frozenset(recipe.communes), frozenset(members) - frozenset(recipe.communes))


def area_of_data(ways: RawWays | None) -> Area:
    """Convex hull of the streets, for extracts without any contour."""
    if ways is None or len(ways.lon) < 3:
        raise HygieError(
            "« boundary: data » demande un fichier OpenStreetMap avec des rues.",
            fix="Donnez-en un, ou nommez des communes et leurs contours.",
        )
    hull = shapely.MultiPoint(np.column_stack([ways.lon, ways.lat])).convex_hull
    return Area(hull, hull, frozenset(), frozenset())


def grown(shape: shapely.Geometry, metres: float) -> shapely.Geometry:
    """Enlarge a polygon in degrees by metres."""
    if metres <= 0:
        return shape
    plane = plane_of(shape)
    moved = shapely.transform(shape, lambda xy: np.column_stack(plane.to_metres(xy[:, 0], xy[:, 1])))
    wide = shapely.buffer(moved, metres)
    return shapely.transform(wide, lambda xy: np.column_stack(plane.to_degrees(xy[:, 0], xy[:, 1])))


def plane_of(shape: shapely.Geometry) -> Plane:
    """The metric plane centred on a shape's box, rounded so that it prints exactly."""
    west, south, east, north = shapely.bounds(shape)
    return Plane(round(float(west + east) / 2, 4), round(float(south + north) / 2, 4))


def _refuse_rejected(contours: ContourFile, wanted: Iterable[str]) -> None:
    """Say why the contour of a wanted commune was rejected, rather than that it is absent."""
    for reject in contours.account.rejects:
        if any(code in (reject.value, reject.row.split()[-1]) for code in wanted):
            raise HygieError(
                f"Le contour {reject.value or reject.row} a été rejeté\u00a0: {reject.reason}.",
                why=f"{contours.account.file}, {reject.row}, colonne « {reject.column} ».",
                fix="Corrigez ce contour, ou prenez une autre édition du fichier.",
            )


def _need(known: Iterable[str], wanted: Iterable[str]) -> None:
    absent = sorted(set(wanted) - set(known))
    if absent:
        raise HygieError(
            f"Contour absent pour : {', '.join(absent)}.",
            why="Les fichiers de contours donnés ne contiennent pas ces communes.",
            fix="Ajoutez le fichier de leur département, ou corrigez les codes.",
        )


def _members(epci: EpciTable | None, siren: str) -> tuple[str, ...]:
    if epci is None or siren not in epci.members:
        raise HygieError(
            f"La composition de l’EPCI {siren} manque.",
            why="Aucune source epci_membership de la recette ne la donne.",
            fix="Ajoutez-la, ou donnez la marge en mètres.",
        )
    return epci.members[siren]
