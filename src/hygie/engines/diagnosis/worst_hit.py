"""The group of residents, by zone and age, that a closure hits hardest."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from hygie.engines.diagnosis.publication import revealing, withheld
from hygie.engines.diagnosis.residents import Cover, Residents
from hygie.engines.kernel.minutes import LONGEST_MINUTES, TICKS_PER_MINUTE, UNREACHABLE, Ticks
from hygie.engines.kernel.territory import OUTSIDE, Floats


@dataclass(frozen=True)
class HitGroup:
    """Residents of one zone and one age group; ``people`` is a number that may be shown.

    ``weights`` are these residents by counted point, shape (n,).
    """

    layer: str
    zone: str
    zone_name: str
    group: str
    people: float
    weights: Floats


def worst_hit(residents: Residents, before: Ticks, after: Ticks, *, smallest: int) -> HitGroup | None:
    """The group that loses most minutes a resident; None when nobody who can be shown loses.

    Every zone of every layer and every age group is looked at, the whole territory included. A
    resident left without any way counts as the longest time held. A group too small to be shown,
    or of which fewer than ``smallest`` residents lose anything, is not named.

    Parameters
    ----------
    before, after
        Ticks of the counted points of ``residents``, before the closure and after it; shape (n,).
    smallest
        Smallest count ever shown besides zero.
    """
    lost = np.where(after < UNREACHABLE, (after - before) / TICKS_PER_MINUTE, LONGEST_MINUTES)
    lost = np.where(after > before, lost, 0.0)
    found = [
        one
        for cover in residents.covers
        for group in residents.weights
        for one in _hits(residents, cover, group, (lost, smallest))
    ]
    if not found:
        return None
    _, (cover, zone, group) = max(found, key=lambda one: one[0])
    code, name = cover.zones[zone]
    weights = np.where(cover.index == zone, residents.weights[group], 0.0)
    return HitGroup(cover.layer, code, name, group, float(weights.sum()), weights)


def _hits(
    residents: Residents, cover: Cover, group: str, asked: tuple[Floats, int]
) -> Iterator[tuple[tuple[float, float], tuple[Cover, int, str]]]:
    """((mean minutes lost, residents), (cover, zone, group)) of the zones that may be shown."""
    lost, smallest = asked
    weights = residents.weights[group]
    size, harm, harmed = (_by_zone(cover, w) for w in (weights, weights * lost, weights * (lost > 0)))
    for zone, (code, _) in enumerate(cover.zones):
        hidden = revealing(float(size[zone]), residents.totals[cover.layer, code], smallest)
        if harm[zone] > 0 and not hidden and not withheld(float(harmed[zone]), smallest):
            yield (float(harm[zone] / size[zone]), float(size[zone])), (cover, zone, group)


def _by_zone(cover: Cover, weights: Floats) -> Floats:
    held = cover.index != OUTSIDE
    sums = np.bincount(cover.index[held], weights=weights[held], minlength=len(cover.zones))
    return np.asarray(sums, np.float64)
