"""Sheets of what Hygie computes: one line an indicator, then every number of each, then closures."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from hygie.engines.diagnosis.groups import group_label
from hygie.engines.diagnosis.result import WHOLE, Cell, IndicatorResult
from hygie.engines.kernel.french import capital, typeset
from hygie.engines.kernel.measures import Measure, Status
from hygie.engines.kernel.territory import Territory
from hygie.engines.portrait.result import Portrait
from hygie.reports.measured import PLACE, answering
from hygie.reports.ods.measures import (
    STATUS_WORDS,
    Described,
    counted_unit,
    describe,
    number_of,
    status_words,
)
from hygie.reports.ods.sheets import Column, Format, Num, Sheet, Value
from hygie.reports.provenance import source_line, to_verify
from hygie.reports.tables import LAYER_TITLES, base_group
from hygie.reports.texts import Texts
from hygie.reports.words import REASONS, number_parameter

CELL_COLUMNS = (
    *(Column("Découpage", 4.5), Column("Code"), Column("Zone", 5), Column("Groupe", 4)),
    *(Column("Chiffre", 5.5), Column("Clé", 3.5), Column("Valeur"), Column("Unité", 5)),
    *(Column("Statut"), Column("Raison", 5), Column("Au moins"), Column("Au plus")),
)

INDICATOR_COLUMNS = (
    *(Column("Clé", 4.5), Column("Indicateur", 7), Column("Question", 9), Column("Origine", 4.5)),
    *(Column("Chiffre", 5), Column("Valeur"), Column("Unité", 5), Column("Statut"), Column("Raison", 5)),
    *(Column("Au moins"), Column("Au plus"), Column("Niveau", 5), Column("Zone", 4.5), Column("Groupe")),
    *(Column("Année"), Column("Source", 9), Column("Formule", 9), Column("Lecture", 10)),
    *(Column("Limites", 10), Column("À vérifier", 7)),
)

CLOSURE_COLUMNS = (
    *(Column("Lieu", 6), Column("Identifiant", 5.5), Column("Catégorie", 5), Column("Commune")),
    *(Column("Longitude"), Column("Latitude"), Column("Chiffre", 7), Column("Clé", 4)),
    *(Column("Valeur"), Column("Unité", 4), Column("Statut"), Column("Raison", 5)),
    *(Column("Au moins"), Column("Au plus")),
)

COMPUTED_HERE = "calculé par Hygie"
_SEVERAL = frozenset({"gap", "inequality"})
"""Kinds that no single number tells."""

_LAYERS = {**LAYER_TITLES, PLACE[0]: PLACE[1]}


@dataclass(frozen=True)
class Book:
    """What every sheet is written from."""

    territory: Territory
    portrait: Portrait
    texts: Texts
    day: str

    @property
    def few(self) -> int:
        """Smallest number of residents that may be shown."""
        return int(number_parameter(self.portrait.diagnosis.provenance, "smallest_count"))

    def describe(self, result: IndicatorResult, key: str) -> Described:
        """How a measure of an indicator is told; access to doctors keeps its unit wherever it is told."""
        kind, unit = self.texts.indicators[result.key].kind, result.unit
        if key.startswith("access_"):
            others = self.portrait.diagnosis.indicators
            units = [o.unit for o in others if self.texts.indicators[o.key].kind == "catchment"]
            unit = next(iter(units), unit)
        return describe(key, kind=kind, unit=unit, titles=self.titles)

    @property
    def titles(self) -> dict[str, str]:
        """Title of every computed indicator, by key."""
        return {result.key: result.title for result in self.portrait.diagnosis.indicators}


def indicator_rows(book: Book) -> Iterator[list[Value]]:
    """One line an indicator, under ``INDICATOR_COLUMNS``: its main number over the whole territory."""
    diagnosis, accounts = book.portrait.diagnosis, book.territory.sources
    for result in diagnosis.indicators:
        text = book.texts.indicators[result.key]
        cell, key = _main(book, result)
        measure = _of(result, cell, key)
        told = book.describe(result, key)
        value, low, high = _numbers(measure, told.format)
        status, reason = status_words(measure, book.few) if measure else _standing(result)
        told_by = [a.name for a in accounts if a.name in result.sources]
        years = dict.fromkeys(a.vintage for a in accounts if a.name in result.sources and a.vintage)
        yield [
            *(result.key, result.title, result.question, COMPUTED_HERE),
            *(told.title if measure else "", value, told.unit if measure else result.unit),
            *(status, reason, low, high),
            *(LAYER_TITLES[WHOLE], diagnosis.name, group_label(cell.group) if cell else ""),
            *(", ".join(years), source_line(told_by, accounts) if told_by else ""),
            *(_formula(text.numerator, text.denominator), text.reading, " ".join(text.limits)),
            ", ".join(to_verify(diagnosis.provenance.figures, result.figures, book.texts)),
        ]


def _standing(result: IndicatorResult) -> tuple[str, str]:
    """Status and reason of an indicator that no single number tells."""
    reason = "" if result.reason is None else REASONS[result.reason]
    return STATUS_WORDS.get(result.status, "masqué"), reason or "voir sa feuille"


def _main(book: Book, result: IndicatorResult) -> tuple[Cell | None, str]:
    """The cell that answers for the whole territory, and the key of its main measure."""
    cell = result.cell(group=base_group(result))
    keys = tuple(cell.measures) if cell else ()
    main = number_parameter(book.portrait.diagnosis.provenance, "main_threshold")
    if book.texts.indicators[result.key].kind in _SEVERAL:
        return cell, ""
    wanted = (f"beyond_{main:g}", answering(result))
    return cell, next((key for key in wanted if key in keys), next(iter(keys), ""))


def _of(result: IndicatorResult, cell: Cell | None, key: str) -> Measure | None:
    if result.status is Status.NOT_COMPUTED and result.reason is not None:
        return None
    return None if cell is None else cell.measures.get(key)


def _numbers(measure: Measure | None, shown: Format) -> list[Value]:
    """Value, low and high."""
    if measure is None:
        return [None, None, None]
    return [number_of(number, shown) for number in (measure.value, measure.low, measure.high)]


def _formula(numerator: str, denominator: str) -> str:
    if denominator in ("", "sans objet"):
        return numerator
    return typeset(f"{numerator}, rapporté à : {denominator}")


def cell_sheet(book: Book, result: IndicatorResult) -> Sheet:
    """Every zone, group and measure of an indicator, one line a number."""
    empty = "Voir la feuille « Fermetures »."
    if result.reason is not None:
        empty = f"Non calculé : {REASONS[result.reason]}."
    name = capital(book.texts.indicators[result.key].short)
    return Sheet(name, CELL_COLUMNS, _cell_rows(book, result), typeset(empty))


def _cell_rows(book: Book, result: IndicatorResult) -> Iterator[list[Value]]:
    layers = {key: layer.title for key, layer in book.territory.layers.items()}
    keys = {key for cell in result.cells for key in cell.measures}
    told = {key: book.describe(result, key) for key in keys}
    for cell in result.cells:
        layer = layers.get(cell.layer) or _LAYERS.get(cell.layer, cell.layer)
        place = (layer, cell.zone, cell.zone_name, group_label(cell.group))
        for key, measure in cell.measures.items():
            title, unit, shown = told[key]
            value, low, high = _numbers(measure, shown)
            status, reason = status_words(measure, book.few)
            yield [*place, title, key, value, counted_unit(unit, cell.group), status, reason, low, high]


def closure_sheet(book: Book) -> Sheet:
    """What closing each of the costliest places would cost."""
    return Sheet("Fermetures", CLOSURE_COLUMNS, _closure_rows(book), "Aucune fermeture n’est calculée.")


def _closure_rows(book: Book) -> Iterator[list[Value]]:
    layer = book.territory.layers.get("commune")
    communes = dict(zip(layer.ids, layer.names, strict=True)) if layer else {}
    for line in book.portrait.diagnosis.closures:
        category = book.texts.categories[line.category].title
        place = (
            *(line.name or f"{category} sans nom", line.place, category),
            communes.get(line.commune, line.commune),
            *(Num(line.lon, Format.DEGREES), Num(line.lat, Format.DEGREES)),
        )
        for key, measure in line.measures.items():
            told = describe(key, kind="closures", unit="", titles={})
            value, low, high = _numbers(measure, told.format)
            status, reason = status_words(measure, book.few)
            yield [*place, told.title, key, value, told.unit, status, reason, low, high]
