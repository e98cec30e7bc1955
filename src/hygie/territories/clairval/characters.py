"""How each kind of quarter is built: blocks, plots, buildings, trees."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Character:
    """How a kind of quarter is built.

    Attributes
    ----------
    block
        Usual area of a block, m².
    dead_ends
        Share of the last cuts that stop half-way: culs-de-sac.
    bend
        Spread of street directions, radians.
    lot, width, depth, setback
        Frontage of a plot, width and depth of its building, distance from the street's axis, m.
    floors
        Fewest and most floors.
    household
        Residents of an average building.
    infill
        Share of the plots without homes that are built all the same: shops, workshops, garages.
    street_trees, garden_trees
        Trees by 100 m of street, and by building.
    inner_kind
        Kind of the smallest streets, as in ``RawWays``: 0 among towers, 1 elsewhere.
    """

    block: float
    dead_ends: float
    bend: float
    lot: float
    width: float
    depth: float
    setback: float
    floors: tuple[int, int]
    household: float
    infill: float
    street_trees: float
    garden_trees: float
    inner_kind: int = 1


OLD = Character(2600, 0.10, 0.14, 11, 10.3, 11, 4.0, (3, 4), 5.0, 0.9, 0.1, 0.01)
BOULEVARD = Character(4300, 0.05, 0.04, 15, 13, 12, 6.5, (3, 5), 7.0, 0.7, 2.2, 0.3)
SUBURB_1960 = Character(5600, 0.25, 0.05, 17, 11, 10, 9.0, (1, 3), 4.0, 0.15, 1.4, 1.0)
SUBURB_1990 = Character(8000, 0.65, 0.10, 19, 12, 10, 9.5, (1, 2), 2.7, 0.08, 0.9, 1.2)
TOWERS = Character(9000, 0.05, 0.03, 52, 34, 14, 14.0, (5, 14), 62.0, 0.5, 1.5, 7.0, inner_kind=0)
SMALL_BLOCKS = Character(6000, 0.10, 0.03, 40, 30, 12, 11.0, (3, 5), 21.0, 0.6, 1.2, 1.6)
PLAIN = Character(10000, 0.50, 0.08, 21, 13, 11, 10.0, (1, 2), 2.9, 0.1, 0.8, 1.1)
HAMLET = Character(9000, 0.30, 0.14, 18, 11, 9, 7.0, (1, 2), 2.6, 0.15, 0.4, 1.0)
VILLAGE = Character(6900, 0.30, 0.10, 16, 11, 10, 7.0, (1, 2), 3.6, 0.12, 0.7, 0.9)
