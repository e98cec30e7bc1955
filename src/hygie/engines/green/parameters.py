"""What the 3-30-300 rule asks, each number a dated figure of the catalogue."""

from __future__ import annotations

import math
from dataclasses import dataclass, fields

from hygie.engines.kernel.measures import FigureUse


@dataclass(frozen=True)
class GreenParameters:
    """Thresholds and choices; metres unless said.

    Attributes
    ----------
    trees_wanted
        Trees to be seen from home.
    radius, radius_near, radius_far
        From the footprint: the one that counts, and the two others of the sensitivity.
    canopy_wanted, canopy_reach
        Share (0 to 1) of the land under crowns, and within how far of home.
    walk_reach, walk_fade
        Walk to a green space within which the third test is met, and over which its score falls to 0.
    smallest_hectares
        Of a green space that counts.
    shaded_share, shaded_metres2
        Share (0 to 1) of a public place under crowns from which it is shaded, and its least size.
    crown_diameter
        Of a tree whose crown no source tells.
    facade_step
        Longest stretch of wall with one façade point.
    home_distance
        How far the building of a residence may be from its point.
    spacing, from_axis, from_wall
        Between planted trees, from the axis of the street, from a wall.
    deprived_weight
        Weight of a resident of a priority quarter when choosing where to plant.
    smallest_count
        Residents below which a number is not shown.
    straight
        Whether the third test takes the straight distance to the green space, for comparison.
    shaded
        Whether the third test asks for a shaded public place instead of a large green space.
    """

    trees_wanted: float
    radius: float
    radius_near: float
    radius_far: float
    canopy_wanted: float
    canopy_reach: float
    walk_reach: float
    walk_fade: float
    smallest_hectares: float
    shaded_share: float
    shaded_metres2: float
    crown_diameter: float
    facade_step: float
    home_distance: float
    spacing: float
    from_axis: float
    from_wall: float
    deprived_weight: float
    smallest_count: int
    straight: bool = False
    shaded: bool = False
    figures: tuple[FigureUse, ...] = ()

    def __post_init__(self) -> None:
        for field in fields(self):
            value = getattr(self, field.name)
            if isinstance(value, float | int) and not 0 <= value < math.inf:
                raise ValueError(f"{field.name} is a number, zero or more, not {value}")
        if not (self.trees_wanted >= 1 and self.radius > 0 and self.canopy_reach > 0 < self.facade_step):
            raise ValueError("a tree is wanted, and distances are above zero")
        shares = (self.canopy_wanted, self.shaded_share)
        if not all(0 < share <= 1 for share in shares) or min(self.crown_diameter, self.spacing) <= 0:
            raise ValueError("a share lies between 0 and 1, and a crown and a spacing are above zero")

    @property
    def radii(self) -> tuple[float, ...]:
        """The radii of the sensitivity and the one that counts, ascending, each once."""
        return tuple(sorted({self.radius_near, self.radius, self.radius_far}))
