"""Compile the kernels of this engine once, so that no first page waits."""

from __future__ import annotations

import numpy as np
import shapely

from hygie.engines.green.canopy import canopy_of
from hygie.engines.green.near import near_points, thinned
from hygie.engines.green.sight import observers_of, sightings, trees_seen, wall_grid, walls_of


def warm() -> None:
    """Run every compiled function of the engine around two houses and a pond."""
    houses = np.array([shapely.box(0, 0, 10, 10), shapely.box(20, 0, 30, 10)], dtype=object)
    pond = np.array([shapely.box(40, 40, 60, 60)], dtype=object)
    trees = np.array([[15.0, 5.0], [16.0, 5.0], [41.0, 39.0]])
    walls = wall_grid(walls_of(houses)[0])
    observers = observers_of(houses, np.zeros((0, 2)), 5.0)
    trees_seen(observers, trees, walls, (15.0, 30.0))
    sightings(observers, trees, walls, 30.0)
    canopy = canopy_of(trees[:, 0].copy(), trees[:, 1].copy(), np.full(3, 2.0), pond)
    canopy.shares_within(np.zeros(1), np.zeros(1), 50.0)
    near_points(trees, trees, 1.0)
    thinned(trees, 1.0)
