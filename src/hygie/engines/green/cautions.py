"""What has to be known before reading the rule: French sentences, and who lives near the data's edge."""

from __future__ import annotations

import numpy as np
import shapely
from numpy.typing import NDArray

from hygie.engines.green.parameters import GreenParameters
from hygie.engines.kernel.french import counted, number, percent, typeset

Floats = NDArray[np.float64]
Outlines = NDArray[np.object_]


def near_edge(at: Outlines, drawn: Floats, reach: float) -> NDArray[np.bool_]:
    """Homes whose disc of ``reach`` metres goes beyond what is drawn.

    Nobody tells how far a map was taken: the convex hull of what it draws stands for it.

    Parameters
    ----------
    at
        Homes, points in metres.
    drawn
        Positions of what is drawn, shape (n, 2).
    reach
        Metres.
    """
    hull = shapely.convex_hull(shapely.multipoints(drawn)) if len(drawn) else shapely.Polygon()
    if shapely.get_dimensions(hull) < 2:
        return np.ones(len(at), np.bool_)
    edge = shapely.boundary(hull)
    for shape in (hull, edge):
        shapely.prepare(shape)
    beyond = ~np.asarray(shapely.contains(hull, at), np.bool_)
    return np.asarray(beyond | (shapely.distance(edge, at) < reach), np.bool_)


def scene_warnings(
    *, indoors: int, bare: int, homes: int, built: int, edge: int, reach: float
) -> tuple[str, ...]:
    """Sentences on what is drawn.

    Parameters
    ----------
    indoors
        Trees inside a footprint.
    bare
        Homes without a building.
    homes, built
        How many of each there are.
    edge
        Homes whose disc of ``reach`` metres goes beyond what is drawn.
    reach
        Metres.
    """
    told = []
    if indoors:
        trees = counted(indoors, "arbre dessiné", "arbres dessinés")
        told.append(f"{trees} dans l’emprise d’un bâtiment : compté pour l’ombrage, jamais vu.")
    if not built:
        told.append("Aucun bâtiment dessiné : rien ne cache les arbres, et le compte est un maximum.")
    elif bare:
        points = counted(bare, "point d’habitation", "points d’habitation")
        told.append(f"{points} sur {number(homes)} sans bâtiment proche : la vue est prise du point même.")
    if edge:
        points = counted(edge, "point d’habitation", "points d’habitation")
        told.append(
            f"{points} sur {number(homes)} à moins de {number(reach)} m du bord de ce qui est dessiné : "
            "les arbres et la canopée d’au-delà manquent, et le résultat y est sous-estimé."
        )
    return tuple(typeset(sentence) for sentence in told)


def canopy_warnings(known: int, trees: int, woods: int, crown_diameter: float) -> tuple[str, ...]:
    """Sentences on crowns nobody measured, of ``trees`` of which ``known`` have one, and on woods."""
    told = []
    if known < trees:
        told.append(
            f"{number(trees - known)} arbres sur {number(trees)} sans houppier connu : un houppier de "
            f"{number(crown_diameter, 1)} m de diamètre leur est prêté, et la canopée est une estimation."
        )
    if woods:
        drawn = counted(woods, "bois dessiné", "bois dessinés")
        told.append(f"{drawn} : couverts de houppiers d’un bord à l’autre, la canopée est une estimation.")
    return tuple(typeset(sentence) for sentence in told)


def space_warnings(parameters: GreenParameters, spaces: int) -> tuple[str, ...]:
    """Sentences on what the third test asks for, when the data draw none of it, or when it is another."""
    told = []
    if parameters.shaded:
        size, share = number(parameters.shaded_metres2), percent(parameters.shaded_share)
        place = f"de {size} m² ou plus sous {share} de canopée ou plus"
        told.append(f"Lieux ombragés : tout lieu public {place}.")
        if not spaces:
            told.append(f"Aucun lieu public {place} dans les données.")
    elif not spaces:
        hectares = f"{parameters.smallest_hectares:g}".replace(".", ",")
        told.append(f"Aucun espace vert public de {hectares} ha ou plus dans les données.")
    return tuple(typeset(sentence) for sentence in told)
