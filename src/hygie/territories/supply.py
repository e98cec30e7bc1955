"""From records of several sources to the places of a territory."""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from hygie.engines.kernel.plane import Plane
from hygie.engines.kernel.territory import Places, ZoneLayer
from hygie.readers.records import PlaceFile, PlaceRecord, RowAt
from hygie.territories.area import INSIDE, OUTSIDE, Area

SIMILAR_NAMES = 0.6
"""Share of common letters above which two names may be one place; a place has one category, so a
wrong merge needs the same category, within metres, under a like name."""

_FINESS = re.compile(r"FINESS ([0-9][0-9A-Z][0-9]{7})")


@dataclass(frozen=True)
class SourcedPlace:
    """A record with the source that gave it; a lower ``rank`` wins when two are the same place."""

    record: PlaceRecord
    source: str
    vintage: str
    rank: int


def merge_same(
    places: Sequence[SourcedPlace], plane: Plane, within_metres: float
) -> list[tuple[SourcedPlace, tuple[str, ...]]]:
    """Keep one of each place told by two sources, the others as traces.

    Same category and either the same FINESS number, or at most ``within_metres`` apart and alike
    names; records of one source are never merged.

    Parameters
    ----------
    places
        Records of all sources.
    plane
        Where distances are measured.
    within_metres
        Largest distance between two records of one place.

    Returns
    -------
    list
        Each kept place with the identifiers merged into it, in the order of rank then given.
    """
    ordered = sorted(places, key=lambda place: place.rank)
    x, y = plane.to_metres([p.record.lon for p in ordered], [p.record.lat for p in ordered])
    kept: list[int] = []
    traces: dict[int, list[str]] = {}
    registered: dict[tuple[str, str], int] = {}
    tree = shapely.STRtree([shapely.Point(a, b) for a, b in zip(x, y, strict=True)])
    for i, place in enumerate(ordered):
        number = finess_number(place.record)
        twin = registered.get((number, place.record.category)) if number else None
        if twin is None or ordered[twin].source == place.source:
            near = tree.query(shapely.Point(x[i], y[i]), predicate="dwithin", distance=within_metres)
            twin = next((j for j in sorted(near) if j in traces and _same(ordered[j], place)), None)
        if twin is None:
            kept.append(i)
            traces[i] = []
            registered.setdefault((number, place.record.category), i)
        else:
            traces[twin].append(place.record.id)
    return [(ordered[i], tuple(traces[i])) for i in kept]


def finess_number(record: PlaceRecord) -> str:
    """FINESS number of a record: its own site, or the one a map names in its note; else empty."""
    if record.site.startswith("finess:"):
        return record.site.removeprefix("finess:")
    named = _FINESS.search(record.note)
    return named[1] if named else ""


def _same(first: SourcedPlace, second: SourcedPlace) -> bool:
    numbers = {finess_number(first.record), finess_number(second.record)} - {""}
    return (
        first.source != second.source
        and len(numbers) < 2
        and first.record.category == second.record.category
        and alike(first.record.name, second.record.name)
    )


def alike(first: str, second: str) -> bool:
    """Whether two published names may be the same place's; an empty name may be any."""
    a, b = _plain(first), _plain(second)
    if not a or not b:
        return True
    words_a, words_b = set(a.split()), set(b.split())
    if words_a <= words_b or words_b <= words_a:
        return True
    return difflib.SequenceMatcher(None, a, b).ratio() >= SIMILAR_NAMES


def _plain(name: str) -> str:
    bare = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return " ".join(re.findall(r"[a-z0-9]+", bare))


def place_columns(
    merged: Sequence[tuple[SourcedPlace, tuple[str, ...]]], area: Area, communes: ZoneLayer | None
) -> Places:
    """Columns of the places inside the boundary or its margin, sorted by identifier."""
    records = [place.record for place, _ in merged]
    stated = np.array([r.commune for r in records], dtype=np.str_)
    lon = np.array([r.lon for r in records], np.float64)
    lat = np.array([r.lat for r in records], np.float64)
    side = sides_of(records, area)
    found = communes_of(stated, lon, lat, communes)
    order = sorted(np.flatnonzero(side != OUTSIDE).tolist(), key=lambda i: records[i].id)
    columns = [merged[i] for i in order]
    return Places(
        ids=_texts(p.record.id for p, _ in columns),
        sites=_texts(p.record.site for p, _ in columns),
        categories=_texts(p.record.category for p, _ in columns),
        names=_texts(p.record.name for p, _ in columns),
        lon=lon[order],
        lat=lat[order],
        capacity=np.array(
            [np.nan if p.record.capacity is None else p.record.capacity for p, _ in columns], np.float64
        ),
        communes=_texts(found[i] for i in order),
        inside=side[order] == INSIDE,
        sources=_texts(p.source for p, _ in columns),
        vintages=_texts(p.vintage for p, _ in columns),
        hours=_texts(p.record.hours for p, _ in columns),
        notes=_texts(p.record.note for p, _ in columns),
        traces=_texts(" ".join(trace) for _, trace in columns),
    )


def rows_outside(file: PlaceFile, area: Area) -> int:
    """Kept rows of a source that lie outside boundary and margin; its places when it tells no rows."""
    told = file.rows or file.places
    return int(np.count_nonzero(sides_of(told, area) == OUTSIDE))


def sides_of(rows: Sequence[RowAt] | Sequence[PlaceRecord], area: Area) -> NDArray[np.int8]:
    """Side of the boundary of each row; see ``Area.side``."""
    if not rows:
        return np.zeros(0, np.int8)
    return area.side(
        np.array([row.lon for row in rows], np.float64),
        np.array([row.lat for row in rows], np.float64),
        np.array([row.commune for row in rows], dtype=np.str_),
    )


def communes_of(
    stated: NDArray[np.str_], lon: NDArray[np.float64], lat: NDArray[np.float64], layer: ZoneLayer | None
) -> list[str]:
    """INSEE code of each point: the one its source states, else that of the contour it is in, or empty."""
    found = stated.tolist()
    if layer is None or not len(stated):
        return [str(code) for code in found]
    tree = shapely.STRtree(shapely.from_wkb(list(layer.outlines)))
    points, zones = tree.query(shapely.points(lon, lat), predicate="intersects")
    for point, zone in zip(points[::-1].tolist(), zones[::-1].tolist(), strict=True):
        if not stated[point]:
            found[point] = layer.ids[zone]
    return [str(code) for code in found]


def _texts(values: Iterable[str]) -> NDArray[np.str_]:
    listed = list(values)
    return np.array(listed, dtype=np.str_) if listed else np.zeros(0, dtype="<U1")
