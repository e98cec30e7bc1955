"""acceslibre: how accessible places are, as people described them. It gives no place by itself."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from hygie.engines.kernel.errors import InputError
from hygie.readers.records import FileAccount, Progress, Reject, silent
from hygie.readers.tables.coordinates import placed
from hygie.readers.tables.delimited import Columns, Header, Row, RowError
from hygie.readers.tables.geojson import GEOJSON_LIMITS
from hygie.readers.tables.points import cell_text, holds_json
from hygie.readers.tables.records import Records, read_records, refuse_twice
from hygie.readers.tables.source import open_text
from hygie.readers.tables.values import BadValueError, flag, insee_code, required

_POINT = re.compile(r"(?:SRID=4326;)?\s*POINT ?\(\s*(\S+)\s+(\S+)\s*\)", re.ASCII)
_FIXTURE = {"id": "pk", "name": "nom", "commune": "code_insee", "activity": "activite"}
"""Where each role stands in a dump of the acceslibre database, besides its position."""


@dataclass(frozen=True, slots=True)
class Question:
    """A question that places answer by yes or no, and how its share is named."""

    key: str
    title: str


@dataclass(frozen=True)
class AcceslibreSheet:
    """The catalogue's sheet.

    Attributes
    ----------
    source
        Who publishes what, as printed.
    columns
        By role; the role of an answer is the key of its question.
    questions
        What is asked.
    described
        How the count of described places is named, and its unit.
    categories
        Category of place by activity, in lower case: to find the same place in other sources.
    """

    source: str
    columns: Columns
    questions: tuple[Question, ...]
    described: Question
    unit: str
    categories: Mapping[str, str]

    @classmethod
    def from_mapping(cls, raw: Mapping[str, Any]) -> AcceslibreSheet:
        """Sheet of the catalogue.

        Raises
        ------
        InputError
            It does not say all that, or asks a question of no column.
        """
        try:
            tables, lines = raw["tables"], raw["mapping"]["activities"]
            questions = tuple(Question(line["key"], line["title"]) for line in tables["questions"])
            for question in questions:
                raw["columns"][question.key]
            told = tables["described"]
            categories = {label.casefold(): line["category"] for line in lines for label in line["labels"]}
            named = Question(told["key"], told["title"])
            source = f"{raw['publisher']}, {raw['title']}"
            return cls(source, raw["columns"], questions, named, told["unit"], categories)
        except (KeyError, TypeError, AttributeError) as error:
            raise InputError("la fiche est mal formée.", file="acceslibre.yaml", found=str(error)) from error


@dataclass(frozen=True, slots=True)
class DescribedPlace:
    """A place somebody described; NaN and empty where not said, ``answers`` only where known."""

    id: str
    name: str
    commune: str
    lon: float
    lat: float
    category: str
    answers: Mapping[str, bool]


@dataclass(frozen=True)
class AccessibilityFile:
    """Described places, how they were read, and what became of the rows."""

    sheet: AcceslibreSheet
    described: tuple[DescribedPlace, ...]
    account: FileAccount


def read_acceslibre(path: Path, sheet: AcceslibreSheet, *, progress: Progress = silent) -> AccessibilityFile:
    """Read the official export, or a dump of the database, which has no answer.

    Parameters
    ----------
    path
        Export in CSV, plain or compressed, or a JSON list of ``erp.erp`` objects.
    sheet
        The catalogue's sheet.
    progress
        Told of the bytes read.

    Raises
    ------
    InputError
        The file is neither.
    """
    parse = _parser(sheet)
    if holds_json(path):
        records = _of_dump(path, parse, progress)
    else:
        optional = [role for role in sheet.columns if role not in ("id", "name", "lon", "lat")]
        records = read_records(path, sheet.columns, parse=parse, optional=optional, progress=progress)
    return AccessibilityFile(sheet, records.kept, records.account)


def _parser(sheet: AcceslibreSheet) -> Callable[[Row], DescribedPlace]:
    seen: dict[str, int] = {}

    def parse(row: Row) -> DescribedPlace:
        number, name = row.read("id", required), row.read("name", required)
        commune = row.read("commune", insee_code) if row["commune"] else ""
        lon, lat = _position(row, needed=not commune)
        answers = {q.key: row.read(q.key, flag) for q in sheet.questions if row[q.key]}
        category = sheet.categories.get(" ".join(row["activity"].split()).casefold(), "")
        refuse_twice(row, "id", key=number, seen=seen)
        return DescribedPlace("_".join(number.split()), name, commune, lon, lat, category, answers)

    return parse


def _position(row: Row, *, needed: bool) -> tuple[float, float]:
    """Degrees; NaN when absent, which only a stated commune allows."""
    if not (needed or row["lon"] or row["lat"]):
        return math.nan, math.nan
    try:
        return placed(row["lon"], row["lat"])
    except BadValueError as bad:
        raise row.fault("lon", bad.reason) from bad


def _of_dump(
    path: Path, parse: Callable[[Row], DescribedPlace], progress: Progress
) -> Records[DescribedPlace]:
    kept: list[DescribedPlace] = []
    rejects: list[Reject] = []
    with open_text(path, limits=GEOJSON_LIMITS, progress=progress) as source:
        items = _items(source.name, source.stream.read())
        for rank, item in enumerate(items, start=1):
            try:
                kept.append(parse(_row(rank, item)))
            except RowError as fault:
                found = fault.reject
                rejects.append(Reject(f"entité {rank}", found.column, found.value, found.reason))
        account = FileAccount(
            source.name, source.sha256, len(items), len(kept), tuple(rejects), warnings=source.warnings
        )
    return Records(tuple(kept), account)


def _items(name: str, text: str) -> list[Any]:
    try:
        document = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise _other(name, "du texte illisible en JSON") from error
    models = _models(document) if isinstance(document, list) else {"aucune liste"}
    if models != {"erp.erp"}:
        raise _other(name, ", ".join(sorted(models)[:5]) or "une liste vide")
    return list(document)


def _models(items: Collection[Any]) -> set[str]:
    return {str(item.get("model", "sans modèle")) if isinstance(item, dict) else "autre" for item in items}


def _row(rank: int, item: Mapping[str, Any]) -> Row:
    fields = item.get("fields")
    told = {**fields, "pk": item.get("pk")} if isinstance(fields, dict) else {}
    cells = dict(_cells(told))
    header = Header(tuple(cells), {role: i for i, role in enumerate(cells)})
    return Row(rank, tuple(cells.values()), header)


def _cells(told: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for role, field in _FIXTURE.items():
        yield role, cell_text(told.get(field))
    point = _POINT.fullmatch(cell_text(told.get("geom")))
    yield "lon", point[1] if point else cell_text(told.get("geom"))
    yield "lat", point[2] if point else ""


def _other(name: str, found: str) -> InputError:
    return InputError(
        "ce n’est pas un export d’acceslibre.",
        file=name,
        expected="l’export CSV de data.gouv.fr, ou une liste JSON d’objets « erp.erp »",
        found=found,
        fix="Téléchargez-le de nouveau depuis data.gouv.fr.",
    )
