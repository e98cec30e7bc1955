"""Parameters of the 3-30-300 rule, from the catalogue in force on a day."""

from __future__ import annotations

from datetime import date
from typing import Any

from hygie.engines.green.parameters import GreenParameters
from hygie.engines.kernel.measures import FigureUse
from hygie.readers.catalogue import Catalogue

_KEYS = {
    "trees_wanted": "green_trees_wanted",
    "radius": "green_tree_radius",
    "radius_near": "green_tree_radius_near",
    "radius_far": "green_tree_radius_far",
    "canopy_wanted": "green_canopy_wanted",
    "canopy_reach": "green_canopy_reach",
    "walk_reach": "green_walk_reach",
    "walk_fade": "green_walk_fade",
    "smallest_hectares": "green_smallest_area",
    "shaded_share": "green_shaded_share",
    "shaded_metres2": "green_shaded_size",
    "crown_diameter": "green_default_crown",
    "facade_step": "green_facade_step",
    "home_distance": "green_home_distance",
    "spacing": "planting_spacing",
    "from_axis": "planting_from_axis",
    "from_wall": "planting_from_wall",
    "deprived_weight": "planting_deprived_weight",
}


def green_parameters(catalogue: Catalogue, on: date) -> GreenParameters:
    """Thresholds of the rule and of planting, with the figures in force on a day.

    Raises
    ------
    HygieError
        If a figure has no value on that day.
    """
    used: dict[str, FigureUse] = {name: catalogue.figure(key, on) for name, key in _KEYS.items()}
    smallest = catalogue.figure("smallest_count", on)
    values: dict[str, Any] = {name: figure.value for name, figure in used.items()}
    return GreenParameters(
        **values,
        smallest_count=round(smallest.value),
        figures=(*used.values(), smallest),
    )
