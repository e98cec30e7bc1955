"""Figures of the catalogue that building a territory needs."""

from __future__ import annotations

from datetime import date

from hygie.engines.kernel.measures import FigureUse
from hygie.readers.catalogue import Catalogue

BUILD_FIGURES = (
    "walking_speed",
    "car_speed_factor",
    "detour_factor",
    "snap_limit",
    "margin",
    "green_smallest_area",
    "dwelling_smallest_area",
    "coverage_floor",
    "same_place_distance",
    "invalid_polygon_area_change",
    "statistic_coverage",
    "air_station_reach",
    "similar_communes_count",
    "similar_communes_ratio",
    "similar_communes_known",
)


def build_figures(catalogue: Catalogue, on: date) -> dict[str, FigureUse]:
    """Look up every figure of a build on its reference date."""
    return {key: catalogue.figure(key, on) for key in BUILD_FIGURES}
