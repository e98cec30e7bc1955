"""The residents a diagnosis counts: inside the boundary, by zone and by group."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from hygie.engines.diagnosis.groups import DWELLINGS, AgeGroup, band_columns, band_key, group_label
from hygie.engines.diagnosis.result import WHOLE
from hygie.engines.kernel.french import counted
from hygie.engines.kernel.territory import OUTSIDE, Booleans, Demand, Floats, Integers, Territory

QPV = "qpv"
IN_QPV, OUT_QPV = "in_qpv", "out_qpv"
"""Zones of the layer of priority quarters: all of them together, and the rest of the territory."""


@dataclass(frozen=True)
class Cover:
    """Zones that do not overlap.

    ``index`` is the zone of each counted point, or ``OUTSIDE``; ``zones`` are (code, name).
    """

    layer: str
    index: Integers
    zones: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Residents:
    """Who is counted, ready to be summed.

    Attributes
    ----------
    positions
        Points of the demand that are counted, ascending, shape (n,).
    weights
        Residents by point, by group key, each shape (n,). Where nobody knows how many people live
        anywhere, the only group is ``DWELLINGS`` and each point weighs one.
    bands
        Residents by point of each age band, by band key.
    imputed
        True where the producer spread the number, shape (n,).
    covers
        The whole territory first, then each layer of zones.
    totals
        Residents by (layer, zone code).
    cut
        Groups that the age bands do not allow.
    warnings
        French sentences.
    """

    positions: NDArray[np.intp]
    weights: Mapping[str, Floats]
    bands: Mapping[str, Floats]
    imputed: Booleans
    covers: tuple[Cover, ...]
    totals: Mapping[tuple[str, str], float]
    cut: tuple[AgeGroup, ...]
    warnings: tuple[str, ...]

    @property
    def known(self) -> bool:
        """Whether the number of residents is known; else points are dwellings."""
        return DWELLINGS not in self.weights


def residents_of(territory: Territory, groups: tuple[AgeGroup, ...]) -> Residents:
    """Choose who is counted and break them down.

    Points of the margin are left out. Points whose number of residents is unknown are left out,
    with a warning, unless all are: then each dwelling weighs one and is never called a resident.
    """
    demand = territory.demand
    inside = np.flatnonzero(demand.inside)
    known = np.isfinite(demand.people[inside])
    warnings: list[str] = []
    if inside.size and not known.any():
        weights: dict[str, Floats] = {DWELLINGS: np.ones(inside.size)}
        bands: dict[str, Floats] = {}
        cut: tuple[AgeGroup, ...] = ()
        warnings.append(
            "Le nombre d’habitants est inconnu\u00a0: les temps sont ceux des logements présumés."
        )
    else:
        if not known.all():
            warnings.append(_unknown_points(int((~known).sum())))
        inside = inside[known]
        weights, bands, cut = _by_age(demand, inside, groups)
        warnings.extend(_cut_sentences(cut, demand))
    covers = _covers(territory, inside)
    everyone = weights.get(WHOLE, np.zeros(inside.size))
    totals = {key: value for cover in covers for key, value in _totals(cover, everyone)}
    imputed = demand.imputed[inside] & (DWELLINGS not in weights)
    return Residents(inside, weights, bands, imputed, covers, totals, cut, tuple(warnings))


def _unknown_points(count: int) -> str:
    points = counted(count, "point", "points")
    return f"{points} dont le nombre d’habitants est inconnu\u00a0: non compté{'s' if count > 1 else ''}."


def _by_age(
    demand: Demand, inside: NDArray[np.intp], groups: tuple[AgeGroup, ...]
) -> tuple[dict[str, Floats], dict[str, Floats], tuple[AgeGroup, ...]]:
    by_age = demand.by_age[inside]
    ages_known = bool(demand.age_bands) and bool(np.isfinite(by_age).all())
    bands = demand.age_bands if ages_known else ()
    weights = {WHOLE: demand.people[inside]}
    cut: list[AgeGroup] = []
    for group in groups:
        columns = band_columns(group, bands)
        if columns is None:
            cut.append(group)
        else:
            weights[group.key] = by_age[:, columns].sum(axis=1)
    return weights, {band_key(b): by_age[:, c] for c, b in enumerate(bands)}, tuple(cut)


def _cut_sentences(cut: tuple[AgeGroup, ...], demand: Demand) -> tuple[str, ...]:
    if not cut:
        return ()
    names = ", ".join(group_label(group.key) for group in cut)
    if not demand.age_bands:
        return (f"Non calculé par âge ({names})\u00a0: la source ne donne pas les âges.",)
    bands = ", ".join(band.label for band in demand.age_bands)
    return (
        (
            f"Non calculé\u00a0: {names}. La source donne les tranches {bands}, "
            "qui ne permettent pas ces groupes exactement\u202f; rien n’est interpolé."
        ),
    )


def _covers(territory: Territory, inside: NDArray[np.intp]) -> tuple[Cover, ...]:
    whole = Cover(WHOLE, np.zeros(inside.size, np.int32), ((territory.code, territory.name),))
    covers = [whole]
    for key, layer in territory.layers.items():
        if key not in territory.demand.zones or not layer.inside.any():
            continue
        kept = np.flatnonzero(layer.inside)
        renumbered = np.full(len(layer) + 1, OUTSIDE, np.int32)
        renumbered[kept] = np.arange(kept.size)
        index = renumbered[territory.demand.zones[key][inside]]
        covers.append(Cover(key, index, tuple((layer.ids[z], layer.names[z]) for z in kept)))
        if key == QPV:
            covers.append(_sides(index))
    return tuple(covers)


def _sides(index: Integers) -> Cover:
    zones = ((IN_QPV, "Quartiers prioritaires"), (OUT_QPV, "Hors quartiers prioritaires"))
    return Cover(QPV, (index == OUTSIDE).astype(np.int32), zones)


def _totals(cover: Cover, people: Floats) -> list[tuple[tuple[str, str], float]]:
    held = cover.index != OUTSIDE
    sums = np.bincount(cover.index[held], weights=people[held], minlength=len(cover.zones))
    return [((cover.layer, code), float(total)) for (code, _), total in zip(cover.zones, sums, strict=True)]
