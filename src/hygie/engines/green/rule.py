"""The 3-30-300 rule home by home: trees in sight, canopy around, a green space within a walk."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from hygie.engines.green.parameters import GreenParameters
from hygie.engines.green.scene import Scene
from hygie.engines.green.sight import trees_seen
from hygie.engines.green.spaces import SAME_METRES, metres_to_space, spaces_known
from hygie.engines.kernel.measures import Reason

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Booleans = NDArray[np.bool_]


@dataclass(frozen=True)
class HomeRule:
    """The rule at each home of a scene; columns of one length.

    Attributes
    ----------
    radii
        Of the columns of ``seen`` and ``near``, ascending.
    main
        Column of the radius that counts.
    seen, near
        Trees in sight, and trees near whether seen or not, by radius.
    canopy
        Share of the land under crowns around; NaN unknown.
    metres
        Walk to the nearest green space of the least size, or shaded place; infinite when there is none,
        NaN unknown.
    reasons
        By test (``three``, ``thirty``, ``three_hundred``), why it is not computed.
    estimates
        Tests that stand on an estimate: a default crown, a wood, a crow-fly walk, an entrance unknown.
    """

    radii: tuple[float, ...]
    main: int
    seen: NDArray[np.int32]
    near: NDArray[np.int32]
    canopy: Floats
    metres: Floats
    reasons: dict[str, Reason]
    estimates: frozenset[str]

    def meets_three(self, parameters: GreenParameters, column: int | None = None) -> Booleans:
        """Whether enough trees are seen, at the radius that counts or at another."""
        return np.asarray(self.seen[:, self.main if column is None else column] >= parameters.trees_wanted)

    def meets_thirty(self, parameters: GreenParameters) -> Booleans:
        """Whether canopy is enough."""
        return np.asarray(self.canopy >= parameters.canopy_wanted)

    def meets_three_hundred(self, parameters: GreenParameters) -> Booleans:
        """Whether a green space is near enough."""
        return np.asarray(self.metres <= parameters.walk_reach + SAME_METRES)

    def scores(self, parameters: GreenParameters) -> dict[str, Floats]:
        """From 0 to 1 by test: min(1, n/3), min(1, c/0.30), 1 then falling to 0 over the fade."""
        seen = self.seen[:, self.main]
        beyond = np.maximum(self.metres - parameters.walk_reach, 0.0)
        fade = max(parameters.walk_fade, SAME_METRES)
        return {
            "three": np.minimum(1.0, seen / parameters.trees_wanted),
            "thirty": np.minimum(1.0, self.canopy / parameters.canopy_wanted),
            "three_hundred": np.maximum(0.0, 1.0 - beyond / fade),
        }


def rule_of(scene: Scene, parameters: GreenParameters, metres_per_minute: float) -> HomeRule:
    """Measure the rule at every home.

    Parameters
    ----------
    scene
        As prepared.
    parameters
        Thresholds.
    metres_per_minute
        Walking speed of the movement, to tell its times in metres.
    """
    n, radii = len(scene.homes), parameters.radii
    seen, near = np.zeros((n, len(radii)), np.int32), np.zeros((n, len(radii)), np.int32)
    canopy = np.full(n, np.nan)
    reasons: dict[str, Reason] = {}
    estimates = set()
    if scene.draws_trees:
        by_observer = trees_seen(scene.observers, scene.trees, scene.walls, radii)
        seen, near = (counts[scene.observer] for counts in by_observer)
    else:
        reasons["three"] = Reason.NO_SOURCE
    if scene.canopy is None:
        reasons["thirty"] = Reason.NO_SOURCE
    else:
        shares = scene.canopy.shares_within(
            scene.centre[:, 0].copy(), scene.centre[:, 1].copy(), parameters.canopy_reach
        )
        canopy = shares[scene.observer]
        if scene.canopy_estimate:
            estimates.add("thirty")
    metres = np.full(n, np.nan)
    if spaces_known(scene, parameters):
        metres, rough = metres_to_space(scene, parameters, metres_per_minute)
        if rough:
            estimates.add("three_hundred")
    else:
        reasons["three_hundred"] = Reason.NO_SOURCE
    main = radii.index(parameters.radius)
    return HomeRule(radii, main, seen, near, canopy, metres, reasons, frozenset(estimates))
