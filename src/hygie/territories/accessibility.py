"""What acceslibre tells of a territory: shares by commune, and traces of its places."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

import numpy as np
import shapely
from numpy.typing import NDArray

from hygie.engines.kernel.french import typeset
from hygie.engines.kernel.plane import Plane
from hygie.engines.kernel.statistic import Statistic, StatisticStatus
from hygie.engines.kernel.territory import Places, ZoneLayer
from hygie.readers.acceslibre import AcceslibreSheet, AccessibilityFile, DescribedPlace, Question
from hygie.territories.statistics import Surroundings
from hygie.territories.supply import alike, communes_of


def accessibility_statistics(
    file: AccessibilityFile, around: Surroundings, communes: ZoneLayer | None, vintage: str
) -> tuple[tuple[Statistic, ...], int]:
    """Described places of each commune of a territory, and their answers as shares.

    Parameters
    ----------
    file
        What was read.
    around
        The territory.
    communes
        Contours, to know the commune of a place that does not say it.
    vintage
        What the numbers describe, as printed.

    Returns
    -------
    tuple
        Statistics at the level of the commune: a count, then for each question the share of « yes »
        among known answers, whose ``missing`` is the share of described places without an answer. A
        commune with no described place has no number: the file may not cover it. Then how many
        described places lie outside the territory.
    """
    places = file.described
    stated = np.array([place.commune for place in places], dtype=np.str_)
    lon, lat = _positions(places)
    where = communes_of(stated, lon, lat, communes)
    found: list[Statistic] = []
    inside = 0
    for code in around.communes:
        here = [place for place, commune in zip(places, where, strict=True) if commune == code]
        inside += len(here)
        name = around.names.get(("commune", code), code)
        found += _of_commune(file.sheet, here, code=code, name=name, vintage=vintage)
    return tuple(found), len(places) - inside


def _of_commune(
    sheet: AcceslibreSheet, here: Sequence[DescribedPlace], *, code: str, name: str, vintage: str
) -> Iterable[Statistic]:
    def statistic(question: Question, unit: str, value: float | None, missing: float | None) -> Statistic:
        status = StatisticStatus.NOT_AVAILABLE if value is None else StatisticStatus.COMPUTED
        title, source = typeset(question.title), typeset(sheet.source)
        return Statistic(
            question.key, title, unit, "commune", code, name, value, vintage, source, status, missing
        )

    yield statistic(sheet.described, sheet.unit, float(len(here)) if here else None, None)
    for question in sheet.questions:
        answers = [place.answers[question.key] for place in here if question.key in place.answers]
        share = 100 * sum(answers) / len(answers) if answers else None
        missing = 1 - len(answers) / len(here) if here else None
        yield statistic(question, "%", share, missing)


def traced(places: Places, described: Iterable[DescribedPlace], plane: Plane, within_metres: float) -> Places:
    """Places, with the acceslibre identifier of the same place among their traces.

    The same place has the same category, a name alike, neither empty, and is the nearest of those at
    most ``within_metres`` away.
    """
    known = [place for place in described if place.category and place.name]
    if not known or not len(places):
        return places
    x, y = plane.to_metres(places.lon, places.lat)
    lon, lat = _positions(known)
    here_x, here_y = plane.to_metres(lon, lat)
    tree = shapely.STRtree([shapely.Point(a, b) for a, b in zip(x, y, strict=True)])
    traces = places.traces.tolist()
    for i, place in enumerate(known):
        if np.isnan(lon[i]):
            continue
        near = tree.query(
            shapely.Point(here_x[i], here_y[i]), predicate="dwithin", distance=within_metres
        ).tolist()
        same = [j for j in sorted(near) if _same(places, j, place)]
        if same:
            nearest = min(same, key=lambda j: float(np.hypot(x[j] - here_x[i], y[j] - here_y[i])))
            traces[nearest] = f"{traces[nearest]} acceslibre:{place.id}".strip()
    return replace(places, traces=np.array(traces, dtype=np.str_))


def _same(places: Places, j: int, place: DescribedPlace) -> bool:
    name = str(places.names[j])
    return bool(name) and str(places.categories[j]) == place.category and alike(name, place.name)


def _positions(places: Sequence[DescribedPlace]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    return (
        np.array([place.lon for place in places], np.float64),
        np.array([place.lat for place in places], np.float64),
    )
