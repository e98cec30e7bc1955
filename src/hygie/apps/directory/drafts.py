"""What a source says of a place, before anything is written: from the territory or from a file."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from typing import Any

from hygie.apps.directory.origins import STREET
from hygie.apps.directory.vocabulary import FIELDS, category_title
from hygie.apps.directory.words import plain
from hygie.engines.kernel.french import capital
from hygie.engines.kernel.territory import Territory


@dataclass(frozen=True)
class Draft:
    """One service of a source.

    ``values`` are fields of an entry by name (texts of ``FIELDS``, ``category``, ``lon``, ``lat``,
    ``languages``, ``accessibility``, ``accepts``); a field that the source does not tell is absent.
    ``row`` says where it stands in the source.
    """

    place: str
    site: str
    source: str
    vintage: str
    licence: str
    values: Mapping[str, Any]
    row: str = ""

    def as_json(self) -> dict[str, Any]:
        """The draft as a JSON object."""
        return {**asdict(self), "values": dict(self.values)}


def territory_drafts(territory: Territory) -> Iterator[Draft]:
    """Services of a territory, one a category and establishment: a park is one, whatever its gates."""
    places, licences = territory.places, {a.name: a.licence for a in territory.sources}
    seen: set[tuple[str, str]] = set()
    for i in range(len(places)):
        site, category, source = str(places.sites[i]), str(places.categories[i]), str(places.sources[i])
        if (site, category) in seen:
            continue
        seen.add((site, category))
        name, address = _name_and_street(str(places.names[i]))
        values = {
            "category": category,
            "name": (name or category_title(category))[: FIELDS["name"].longest],
            "address": address[: FIELDS["address"].longest],
            "hours": str(places.hours[i])[: FIELDS["hours"].longest],
            "lon": round(float(places.lon[i]), 7),
            "lat": round(float(places.lat[i]), 7),
        }
        told = {key: value for key, value in values.items() if value != ""}
        place = f"{site}:{category}"[:160]
        yield Draft(place, site[:160], source, str(places.vintages[i])[:40], licences.get(source, ""), told)


def _name_and_street(name: str) -> tuple[str, str]:
    own, _, rest = name.partition(", ")
    return (own, capital(rest)) if STREET.fullmatch(plain(rest)) else (name, "")


def vintage_day(vintage: str, today: date) -> date:
    """The last day that a vintage tells of (« 2023 », « 2023-06 », « 2023-06-15 »), never to come.

    A vintage that says no date is the day the source was read.
    """
    found = re.fullmatch(r"(\d{4})(?:-(\d\d))?(?:-(\d\d))?", vintage.strip())
    if found is None:
        return today
    year, month, day = int(found[1]), int(found[2] or 12), int(found[3] or 0)
    try:
        last = date(year, month, day) if day else _month_end(year, month)
    except ValueError:
        return today
    return min(last, today)


def _month_end(year: int, month: int) -> date:
    first = date(year, month, 1)
    return (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
