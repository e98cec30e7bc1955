"""Tables of words that close a report: hospitals, quality of the data, sources, reference figures."""

from __future__ import annotations

from collections.abc import Sequence

from hygie.engines.kernel.french import NARROW, WIDE, capital, listing, number, percent, typeset
from hygie.engines.kernel.statistic import Statistic
from hygie.engines.portrait.result import Grade, HospitalSite, QualityCheck
from hygie.reports.official import NO_NUMBER, in_sentence, sources_of, text, title_of
from hygie.reports.official_words import natural_decimals, statistic_shown, with_unit
from hygie.reports.provenance import (
    FIGURE_HEADS,
    REMARK_HEADS,
    SOURCE_HEADS,
    STATUSES,
    figure_rows,
    french_date,
    remark_rows,
    source_line,
    source_rows,
)
from hygie.reports.sections import Scene, indicator_sources
from hygie.reports.tables import Column, Row, Table
from hygie.reports.words import REASONS, Shown, shown

GRADES = {Grade.BAD: "à corriger", Grade.WATCH: "à surveiller", Grade.GOOD: "bon"}
"""Worst first: the order of the table."""


def word_table(key: str, caption: str, heads: Sequence[str], rows: Sequence[Sequence[str]]) -> Table | None:
    """A table of words; a heading that starts with ``#`` is over numbers. None without any row."""
    if not rows:
        return None
    columns = tuple(Column(head.removeprefix("#"), text=not head.startswith("#")) for head in heads[1:])
    lines = tuple(Row(row[0], tuple(text(cell) for cell in row[1:])) for row in rows)
    return Table(key, caption, heads[0], columns, (("", lines),))


def hospital_tables(site: HospitalSite) -> tuple[Table, ...]:
    """The numbers of a hospital by year, then its authorisations."""
    tables = (_series_table(site), _authorisations(site))
    return tuple(table for table in tables if table is not None)


def _series_table(site: HospitalSite) -> Table | None:
    years = sorted({s.year for series in site.series for s in series})
    if not years:
        return None
    rows = tuple(_series_row(series, years) for series in site.series if series)
    columns = tuple(Column(year) for year in years)
    caption = f"{site.name}{NARROW}; ce qui est publié, par année"
    sources = dict.fromkeys(s.source for series in site.series for s in series if s.source)
    notes = (f"Source{WIDE}: {listing(list(sources))}.",) if sources else ()
    return Table(f"table-site-{site.code}", caption, "Activité", columns, (("", rows),), notes)


def _series_row(series: Sequence[Statistic], years: Sequence[str]) -> Row:
    by_year = {s.year: s for s in series}
    return Row(series[0].title, tuple(_number(by_year.get(year)) for year in years))


def _number(statistic: Statistic | None) -> Shown:
    """A number of a hospital, with its unit where the title does not say it."""
    if statistic is None:
        return NO_NUMBER
    decimals = 0 if statistic.value is None else natural_decimals(statistic.value)
    told = statistic_shown(statistic, decimals)
    said = not told.number or statistic.unit.lower() in statistic.title.lower()
    return Shown(told.text, "" if said else statistic.unit, told.number)


def _authorisations(site: HospitalSite) -> Table | None:
    rows = [[a.title, french_date(a.until), a.note] for a in site.authorisations]
    heads = ("Activité autorisée", "Jusqu’au", "À noter")
    return word_table(f"table-authorisations-{site.code}", f"{site.name}{NARROW}; autorisations", heads, rows)


def quality_table(checks: Sequence[QualityCheck], scene: Scene) -> Table | None:
    """One row a check, the worst first."""
    order = list(GRADES)
    rows = [
        [
            capital(check.subject),
            GRADES[check.grade],
            _measured(check, scene.few),
            check.sentence,
            check.to_do,
            listing([_name(key, scene) for key in check.indicators]),
        ]
        for check in sorted(checks, key=lambda check: order.index(check.grade))
    ]
    heads = ("Vérification", "Avis", "#Mesure", "Constat", "À faire", "Chiffres concernés")
    return word_table("table-quality", "Ce qui a été vérifié dans les données", heads, rows)


def _measured(check: QualityCheck, few: int) -> str:
    measure = check.measure
    if measure is None:
        return ""
    if measure.value is None:
        return shown("people", measure, few).text
    if check.unit == "part":
        return percent(measure.value)
    return with_unit(number(measure.value, natural_decimals(measure.value)), check.unit)


def _name(key: str, scene: Scene) -> str:
    """Short name of an indicator, computed or official."""
    sheets = scene.texts
    if key in sheets.indicators:
        return in_sentence(sheets.indicators[key].short)
    return in_sentence(sheets.official[key].short) if key in sheets.official else key


def method_tables(scene: Scene) -> tuple[Table, ...]:
    """Sources, remarks, totals, reference figures, and the formula of every indicator."""
    territory = scene.territory
    controls = [[capital(label), number(value)] for label, value in territory.controls.items()]
    figures = figure_rows(scene.diagnosis.provenance.figures, scene.texts)
    tables = (
        word_table(
            "table-formulas", "Tous les indicateurs, un par ligne", FORMULA_HEADS, formula_rows(scene)
        ),
        word_table(
            "table-sources",
            "Ce qui a été lu, gardé et rejeté de chaque fichier",
            SOURCE_HEADS,
            source_rows(territory),
        ),
        word_table(
            "table-remarks",
            "Ce que la lecture des fichiers fait remarquer, lieu par lieu",
            REMARK_HEADS,
            remark_rows(territory, scene.texts),
        ),
        word_table(
            "table-controls",
            "Totaux officiels, pour comparer ; aucun chiffre n’est ajusté sur eux",
            ("Total", "#Valeur"),
            controls,
        ),
        word_table(
            "table-figures",
            "Les nombres de loi ou de pratique utilisés, datés et sourcés",
            FIGURE_HEADS,
            figures,
        ),
    )
    return tuple(table for table in tables if table is not None)


FORMULA_HEADS = ("Indicateur", "Calcul", "Unité", "Source", "Statut")

_STATUS = {"computed": "calculé", "estimate": "estimation", "suppressed": "masqué"}


def formula_rows(scene: Scene) -> list[list[str]]:
    """One row an indicator, computed then official, under ``FORMULA_HEADS``."""
    rows = []
    for indicator in scene.diagnosis.indicators:
        sheet = scene.texts.indicators[indicator.key]
        reason = REASONS[indicator.reason] if indicator.reason else ""
        status = _STATUS.get(indicator.status, f"non calculé{WIDE}: {reason}")
        keys = indicator_sources(scene, indicator, sheet.kind)
        source = "aucune" if indicator.reason else source_line(keys, scene.territory.sources)
        rows.append(
            [indicator.title, _ratio(sheet.numerator, sheet.denominator), indicator.unit, source, status]
        )
    for result in scene.official:
        if result.key not in scene.texts.official:
            continue
        official = scene.texts.official[result.key]
        ratio = _ratio(official.numerator, official.denominator)
        source = sources_of([result])[0].removeprefix(f"Source{WIDE}: ") if result.main else "aucune"
        status = f"publié, définition {STATUSES[official.status]}" if result.main else "non disponible"
        rows.append([title_of(result), ratio, result.unit, source, status])
    return [[typeset(cell) for cell in row] for row in rows]


def _ratio(numerator: str, denominator: str) -> str:
    return numerator if denominator in ("", "sans objet") else f"{numerator}, rapporté à : {denominator}"
