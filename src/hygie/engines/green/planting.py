"""Where the next trees help most residents see three of them.

What is raised is the sum over residents of min(1, trees seen / trees wanted), those of priority
quarters weighing more. Each tree adds less than the one before it (the sum is submodular), so taking
the best tree again and again reaches at least 1 − 1/e of the best plan of that many trees (Nemhauser,
Wolsey and Fisher 1978); and at every step what is reached plus the best gains still open bounds that
best plan from above.
"""

from __future__ import annotations

import heapq
import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from hygie.engines.green.parameters import GreenParameters
from hygie.engines.green.rule import HomeRule
from hygie.engines.green.scene import Scene
from hygie.engines.green.sight import sightings
from hygie.engines.green.spots import Spots
from hygie.engines.kernel.errors import HygieError
from hygie.engines.kernel.territory import OUTSIDE

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
QPV = "qpv"
MOST_TREES = 100_000
GUARANTEE = 1.0 - math.exp(-1.0)


@dataclass(frozen=True)
class Plan:
    """Trees to plant, best first.

    Attributes
    ----------
    spots
        Candidates.
    chosen
        Positions in ``spots``, in the order they are planted.
    gains
        What each adds: residents brought to the test, weighted, in whole people by thirds.
    reached, bound
        Sum of the gains, and what no plan of as many trees can pass.
    seen
        Trees seen from each home once all are planted.
    met_before, met_after
        Residents (or dwellings) who see enough trees.
    """

    spots: Spots
    chosen: Integers
    gains: Floats
    reached: float
    bound: float
    seen: Integers
    met_before: float
    met_after: float

    @property
    def gap(self) -> float:
        """Share of the bound that is not reached, 0 when the plan is proved the best."""
        return 0.0 if self.bound <= 0 else max(0.0, 1.0 - self.reached / self.bound)


def plant_next(scene: Scene, rule: HomeRule, parameters: GreenParameters, spots: Spots, trees: int) -> Plan:
    """Choose where the next trees help most.

    Parameters
    ----------
    scene, rule
        The territory and the rule measured on it.
    parameters
        Trees wanted, radius, weight of the residents of priority quarters.
    spots
        Where a tree may be planted.
    trees
        How many, from 1 to ``MOST_TREES``; fewer are planted when no spot helps any more.

    Raises
    ------
    HygieError
        If the number is out of its range.
    """
    if not 1 <= trees <= MOST_TREES:
        raise HygieError(
            f"On ne peut pas planter {trees} arbres.",
            why=f"Le nombre va de 1 à {MOST_TREES}.",
            fix="Choisissez par exemple --trees 200.",
        )
    n = len(scene.centre)
    weight = np.bincount(scene.observer, _weights(scene, parameters), minlength=n)
    first = np.zeros(n, np.int64)
    first[scene.observer] = rule.seen[:, rule.main]
    observer, spot = sightings(scene.observers, spots.at, scene.walls, parameters.radius)
    useful = weight[observer] > 0
    observer, spot = observer[useful], spot[useful]
    sees = csr_array((np.ones(len(spot)), (spot, observer)), shape=(len(spots.at), n))
    sees.sort_indices()
    search = _Search(sees, weight / parameters.trees_wanted, first, parameters.trees_wanted)
    chosen, gains, bound = search.run(trees)
    met = np.bincount(scene.observer, scene.people, minlength=n)
    wanted = parameters.trees_wanted
    return Plan(
        spots=spots,
        chosen=np.array(chosen, np.int64),
        gains=np.array(gains, np.float64),
        reached=float(sum(gains)),
        bound=bound,
        seen=search.seen[scene.observer],
        met_before=float(met[first >= wanted].sum()),
        met_after=float(met[search.seen >= wanted].sum()),
    )


def _weights(scene: Scene, parameters: GreenParameters) -> Floats:
    zones = scene.territory.demand.zones.get(QPV)
    if zones is None:
        return scene.people
    deprived = np.asarray(zones[scene.homes]) != OUTSIDE
    return np.where(deprived, parameters.deprived_weight, 1.0) * scene.people


class _Search:
    """Greedy with a queue of gains: a gain only falls, so a fresh one on top is the best of all."""

    def __init__(self, sees: csr_array, weight: Floats, seen: Integers, wanted: float) -> None:
        self._sees = sees
        self._start, self._home = sees.indptr, sees.indices
        self._weight, self._wanted = weight, wanted
        self.seen = seen.copy()

    def run(self, trees: int) -> tuple[list[int], list[float], float]:
        """Spots in the order they are chosen, what each adds, and a bound on any plan of as many."""
        gains = self._gains()
        queue = [(-gain, spot) for spot, gain in enumerate(gains.tolist()) if gain > 0]
        heapq.heapify(queue)
        bound = _largest(gains, trees)
        chosen: list[int] = []
        added: list[float] = []
        while queue and len(chosen) < trees:
            held, spot = heapq.heappop(queue)
            gain = self._gain(spot)
            if gain < -held:
                if gain > 0:
                    heapq.heappush(queue, (-gain, spot))
                continue
            chosen.append(spot)
            added.append(gain)
            np.add.at(self.seen, self._homes(spot), 1)
            if len(chosen) % max(trees // 8, 1) == 0:
                bound = min(bound, sum(added) + self._open(chosen, trees))
        return chosen, added, max(min(bound, sum(added) + self._open(chosen, trees)), sum(added))

    def _open(self, chosen: list[int], trees: int) -> float:
        """The best gains still open: any plan of as many trees adds no more to what is reached."""
        gains = self._gains()
        gains[chosen] = 0.0
        return _largest(gains, trees)

    def _homes(self, spot: int) -> Integers:
        return np.asarray(self._home[self._start[spot] : self._start[spot + 1]])

    def _gains(self) -> Floats:
        """What each spot would add now."""
        missing = np.clip(self._wanted - self.seen, 0.0, 1.0)
        return np.asarray(self._sees @ (self._weight * missing), np.float64)

    def _gain(self, spot: int) -> float:
        homes = self._homes(spot)
        missing = np.clip(self._wanted - self.seen[homes], 0.0, 1.0)
        return float((self._weight[homes] * missing).sum())


def _largest(gains: Floats, count: int) -> float:
    return float(np.sort(gains)[::-1][:count].sum())
