"""Zone layers of a territory, with their legal vintage."""

from __future__ import annotations

import numpy as np
import shapely

from hygie.engines.kernel.territory import ZoneLayer
from hygie.readers.catalogue import SourceSheet
from hygie.readers.records import ContourFile
from hygie.territories.area import INSIDE, OUTSIDE, Area


def commune_layer(contours: ContourFile, area: Area, vintage: str) -> ZoneLayer:
    """Communes of the territory and of its margin, the territory's first."""
    wanted = [code for code in contours.codes if code in area.communes]
    wanted += [code for code in contours.codes if code in area.margin_communes]
    at = {code: i for i, code in enumerate(contours.codes)}
    return ZoneLayer(
        key="commune",
        title=f"Communes ({vintage})",
        ids=tuple(wanted),
        names=tuple(contours.names[at[code]] for code in wanted),
        outlines=tuple(contours.outlines[at[code]] for code in wanted),
        source="admin_contours",
        vintage=vintage,
        in_force=True,
        inside=np.array([code in area.communes for code in wanted], np.bool_),
    )


def quarter_layer(
    contours: ContourFile, area: Area, *, sheet: SourceSheet, vintage: str, in_force: bool
) -> tuple[ZoneLayer, int]:
    """Priority quarters of the territory, and how many zones of the file lie elsewhere.

    A quarter belongs to the territory when the source names one of its communes, else when a point
    inside it does.
    """
    shapes = shapely.from_wkb(list(contours.outlines))
    points = shapely.point_on_surface(shapes)
    stated = np.array([_one_of(communes, area) for communes in contours.communes], dtype=np.str_)
    side = area.side(shapely.get_x(points), shapely.get_y(points), stated)
    kept = np.flatnonzero(side == INSIDE).tolist()
    return (
        ZoneLayer(
            key=sheet.layer,
            title=sheet.layer_title,
            ids=tuple(contours.codes[i] for i in kept),
            names=tuple(contours.names[i] for i in kept),
            outlines=tuple(contours.outlines[i] for i in kept),
            source=sheet.key,
            vintage=vintage,
            in_force=in_force,
            inside=np.ones(len(kept), np.bool_),
        ),
        int(np.count_nonzero(side == OUTSIDE)),
    )


def _one_of(communes: str, area: Area) -> str:
    """The commune of a zone that belongs to the territory, else the first it names."""
    named = communes.split()
    return next((code for code in named if code in area.communes), named[0] if named else "")
