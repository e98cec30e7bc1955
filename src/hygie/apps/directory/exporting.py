"""Published entries as CSV and GeoJSON: each licence apart, nothing that a spreadsheet would run."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any

from hygie.apps.directory.models import Entry
from hygie.apps.directory.policies import accepts_now
from hygie.apps.directory.vocabulary import category_title, read_facts
from hygie.engines.kernel.errors import HygieError

ODBL, OTHER = "odbl", "autres"
"""Files of the export: OpenStreetMap obliges those who reuse it, and must not oblige for the rest."""

OSM = "openstreetmap"
HEADS = (
    "identifiant", "nom", "categorie", "type", "description", "adresse", "lon", "lat", "telephone",
    "courriel", "site", "horaires", "tarifs", "comment_venir", "langues", "accessibilite",
    "nouveaux_patients", "nouveaux_patients_le", "tenue_par", "source", "millesime", "licence",
    "juste_au", "confirmee_le",
)  # fmt: skip
_DANGEROUS = ("=", "+", "-", "@", "\t", "\r")


def safe_cell(text: str) -> str:
    """A text that no spreadsheet takes for a formula: an apostrophe goes before."""
    return f"'{text}" if text.lstrip(" ").startswith(_DANGEROUS) else text


def exported(part: str) -> Iterator[Entry]:
    """Published entries of one licence, in a stable order.

    Raises
    ------
    HygieError
        If there is no such part.
    """
    if part not in (ODBL, OTHER):
        raise HygieError("Cet export n’existe pas.", fix=f"Choisissez {ODBL} ou {OTHER}.")
    rows = Entry.objects.filter(published=True).select_related("organisation").order_by("pk")
    rows = rows.filter(source=OSM) if part == ODBL else rows.exclude(source=OSM)
    return rows.iterator(chunk_size=1000)


def properties(entry: Entry, on: date) -> dict[str, Any]:
    """What is published of an entry, by the names of the columns."""
    facts = [f"{key}={'oui' if held else 'non'}" for key, held in read_facts(entry.accessibility).items()]
    values = (
        str(entry.pk), entry.name, entry.category, category_title(entry.category), entry.description,
        entry.address, entry.lon, entry.lat, entry.phone, entry.email, entry.website, entry.hours,
        entry.fees, entry.coming, entry.languages.replace(" ", ", "), ", ".join(facts),
        accepts_now(entry, on).label, _day(entry.accepts_on), entry.organisation.name, entry.source,
        entry.vintage, entry.licence, _day(entry.as_of), _day(entry.confirmed_on),
    )  # fmt: skip
    return dict(zip(HEADS, values, strict=True))


def csv_lines(part: str, on: date) -> Iterator[str]:
    """The export as lines of CSV; UTF-8 with its mark, semicolons, so that a French spreadsheet opens it."""
    yield "\ufeff" + _line(HEADS)
    for entry in exported(part):
        values = properties(entry, on).values()
        yield _line([safe_cell(v) if isinstance(v, str) else "" if v is None else repr(v) for v in values])


def csv_table(heads: Iterable[str], rows: Iterable[Iterable[object]]) -> str:
    """A small table as CSV, in the same way."""
    lines = [_line(heads), *(_line([safe_cell(str(cell)) for cell in row]) for row in rows)]
    return "\ufeff" + "".join(lines)


def geojson_parts(part: str, on: date) -> Iterator[str]:
    """The export as pieces of one GeoJSON FeatureCollection."""
    yield '{"type": "FeatureCollection", "features": ['
    for rank, entry in enumerate(exported(part)):
        told = properties(entry, on)
        point = [told.pop("lon"), told.pop("lat")]
        geometry = None if point[0] is None else {"type": "Point", "coordinates": point}
        feature = {"type": "Feature", "id": entry.pk, "geometry": geometry, "properties": told}
        yield (",\n" if rank else "\n") + json.dumps(feature, ensure_ascii=False, allow_nan=False)
    yield "\n]}\n"


def _line(cells: Any) -> str:
    buffer = io.StringIO()
    csv.writer(buffer, delimiter=";", lineterminator="\r\n").writerow(cells)
    return buffer.getvalue()


def _day(day: date | None) -> str:
    return day.isoformat() if day else ""
