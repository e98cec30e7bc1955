"""Two versions of a territory as one page: what changed, in tables."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from hygie.engines.diagnosis.groups import group_label
from hygie.engines.diagnosis.result import WHOLE
from hygie.engines.kernel.french import WIDE, capital, counted, long_date, number, typeset
from hygie.engines.kernel.measures import Status
from hygie.engines.kernel.statistic import LEVEL_LABELS, Statistic
from hygie.engines.kernel.territory import Territory
from hygie.engines.portrait.place_changes import PlaceChange, PlaceState
from hygie.engines.portrait.versions import (
    CellChange,
    IndicatorChange,
    MeasureChange,
    SourceChange,
    StatisticChange,
    VersionChange,
)
from hygie.reports.measured import head_of
from hygie.reports.official_words import natural_decimals, statistic_shown, with_unit
from hygie.reports.provenance import attributions
from hygie.reports.rendering import inline_style, render
from hygie.reports.tables import Column, Row, Table
from hygie.reports.texts import Texts
from hygie.reports.words import Shown, shown, signed

SOURCE_KINDS = {
    "added": "ajoutée",
    "gone": "retirée",
    "vintage": "autre millésime",
    "content": "même millésime, contenu différent",
}
PLACE_KINDS = {
    "moved": "déplacé",
    "renamed": "renommé",
    "category": "autre catégorie",
    "capacity": "autre capacité",
    "hours": "autres horaires",
    "identifier": "autre identifiant",
}
STATISTIC_KINDS = {
    "added": "ajouté",
    "gone": "retiré",
    "year": "autre année",
    "value": "révisé",
    "status": "autre statut",
}
STATUS_WORDS = {
    Status.COMPUTED: "calculé",
    Status.ESTIMATE: "estimation",
    Status.NOT_COMPUTED: "non calculé",
    Status.SUPPRESSED: "masqué",
}

LAYERS = {"commune": "commune", "quarter": "quartier", "iris": "IRIS", "qpv": "QPV"}

MOST_ROWS = 200
"""Rows printed of one table; the others are in the CSV and JSON files, and the page says how many."""

NOTHING = Shown("–", number=False)
BOTH = (Column("Avant"), Column("Après"), Column("Écart"))
TEXTS = (Column("Avant", text=True), Column("Après", text=True))


def render_versions(
    change: VersionChange, territory: Territory, texts: Texts, *, few: int, main: float
) -> str:
    """Write the page, complete in one file.

    Parameters
    ----------
    change
        What changed.
    territory
        The newest version: its sources ask for words at the foot of the page.
    texts
        The catalogue.
    few
        Counts under this number are kept back.
    main
        Threshold, in minutes, that answers an indicator of access.
    """
    moved = [one for one in change.indicators if one.differs]
    tables = (
        _source_table(change.sources),
        _figure_table(change, texts),
        _place_table("table-gone", "Lieux disparus", change.places.gone, texts),
        _place_table("table-added", "Lieux ajoutés", change.places.added, texts),
        _changed_table(change.places.changed, texts),
        _indicator_table(moved, few=few, main=main),
        _zone_table(moved, few=few, main=main),
        _statistic_table(change.statistics),
    )
    return render(
        "versions.html",
        {
            "style": inline_style(),
            "change": change,
            "title": _title(change, moved),
            "dates": [long_date(date.fromisoformat(day)) for day in change.dates],
            "people": _people(change.residents, few),
            "facts": [typeset(fact) for fact in _facts(change, moved)],
            "tables": [table for table in tables if table is not None],
            "few": few,
            "attributions": attributions(territory, texts),
        },
    )


def _title(change: VersionChange, moved: Sequence[IndicatorChange]) -> str:
    places = change.places
    told = len(places.added) + len(places.gone) + len(places.changed)
    if not (told or moved or change.sources or change.statistics or change.figures):
        return "Rien n’a changé entre les deux versions"
    return (
        f"{counted(told, 'lieu a', 'lieux ont')} changé et "
        f"{counted(len(moved), 'indicateur', 'indicateurs')} sur {len(change.indicators)}"
    )


def _facts(change: VersionChange, moved: Sequence[IndicatorChange]) -> list[str]:
    places = change.places
    facts = [
        _said(len(change.sources), "Aucune source n’a", "source a", "sources ont") + " changé.",
        (
            f"{counted(len(places.added), 'lieu ajouté', 'lieux ajoutés')}, "
            f"{counted(len(places.gone), 'lieu disparu', 'lieux disparus')}, "
            f"{counted(len(places.changed), 'lieu modifié', 'lieux modifiés')}, "
            f"{counted(places.kept, 'lieu inchangé', 'lieux inchangés')}, marge comprise."
        ),
        _said(len(moved), "Aucun indicateur ne change", "indicateur change", "indicateurs changent") + ".",
        _said(
            len(change.statistics),
            "Aucun nombre officiel ne change",
            "nombre officiel change",
            "nombres officiels changent",
        )
        + ".",
    ]
    if change.figures:
        facts.append(
            "Des valeurs de référence du catalogue ont changé : une partie des écarts en vient, pas du "
            "territoire."
        )
    if change.labels[0] != change.labels[1]:
        facts.append(
            "Les habitants ne sont pas comptés de la même façon : "
            f"{change.labels[0]}, puis {change.labels[1]}."
        )
    return facts


def _said(count: int, none: str, singular: str, plural: str) -> str:
    return counted(count, singular, plural) if count else none


def _people(residents: MeasureChange, few: int) -> str:
    """« 41 533, puis 41 900 habitants »."""
    before, after = (shown("people", one, few).text for one in (residents.before, residents.after))
    return f"{before}, puis {after} habitants"


def _table(
    key: str, caption: str, first: str, columns: Sequence[Column], rows: Sequence[Row]
) -> Table | None:
    """A table cut to what a page holds, which says what it leaves out; None without rows."""
    if not rows:
        return None
    left = len(rows) - MOST_ROWS
    notes = (
        (f"{counted(left, 'autre ligne', 'autres lignes')} dans les fichiers CSV et JSON.",)
        if left > 0
        else ()
    )
    return Table(key, caption, first, tuple(columns), (("", tuple(rows[:MOST_ROWS])),), notes)


def _text(value: str) -> Shown:
    return Shown(value) if value else NOTHING


def _count(value: int | None) -> Shown:
    return NOTHING if value is None else Shown(number(value))


def _source_table(sources: Sequence[SourceChange]) -> Table | None:
    columns = (
        Column("Changement", text=True),
        *(Column(column.head, "Millésime", text=True) for column in TEXTS),
        *(Column(column.head, "Lignes gardées") for column in TEXTS),
    )
    rows = [
        Row(
            one.title,
            (
                Shown(SOURCE_KINDS[one.kind]),
                *map(_text, (one.before, one.after)),
                *map(_count, (one.kept_before, one.kept_after)),
            ),
        )
        for one in sources
    ]
    return _table("table-sources", "Sources qui ont changé", "Source", columns, rows)


def _figure_table(change: VersionChange, texts: Texts) -> Table | None:
    rows = []
    for one in change.figures:
        told = [
            NOTHING if use is None else Shown(f"{use.value:g}".replace(".", ","))
            for use in (one.before, one.after)
        ]
        known = one.after or one.before
        title = texts.figures[one.key].title if one.key in texts.figures else one.key
        rows.append(Row(title, (*told, _text(known.unit if known else ""))))
    columns = (*BOTH[:2], Column("Unité", text=True))
    return _table("table-figures", "Valeurs de référence qui ont changé", "Valeur", columns, rows)


def _kind(category: str, texts: Texts) -> str:
    return capital(texts.categories[category].title) if category in texts.categories else category


def _name(place: PlaceState) -> str:
    return place.name or f"Lieu sans nom ({place.id})"


def _place_table(key: str, caption: str, places: Sequence[PlaceState], texts: Texts) -> Table | None:
    columns = [Column(head, text=True) for head in ("Catégorie", "Commune", "Où", "Identifiant")]
    rows = [
        Row(
            _name(one),
            (
                Shown(_kind(one.category, texts)),
                _text(one.commune),
                Shown("territoire" if one.inside else "marge"),
                Shown(one.id),
            ),
        )
        for one in places
    ]
    return _table(key, caption, "Lieu", columns, rows)


def _changed_table(changes: Sequence[PlaceChange], texts: Texts) -> Table | None:
    columns = (Column("Catégorie", text=True), Column("Changement", text=True), *TEXTS)
    rows = [
        Row(
            _name(one.after),
            (
                Shown(_kind(one.after.category, texts)),
                Shown(PLACE_KINDS[kind]),
                *(_text(told) for told in _states(one, kind, texts)),
            ),
        )
        for one in changes
        for kind in one.kinds
    ]
    return _table("table-changed", "Lieux modifiés", "Lieu", columns, rows)


def _states(change: PlaceChange, kind: str, texts: Texts) -> tuple[str, str]:
    before, after = change.before, change.after
    if kind == "moved":
        return "", f"à {number(change.metres)}{WIDE}m"
    told = {
        "renamed": (before.name, after.name),
        "category": (_kind(before.category, texts), _kind(after.category, texts)),
        "capacity": (_capacity(before), _capacity(after)),
        "hours": (before.hours, after.hours),
        "identifier": (before.id, after.id),
    }
    return told[kind]


def _capacity(place: PlaceState) -> str:
    return "inconnue" if place.capacity is None else number(place.capacity, natural_decimals(place.capacity))


def _main_key(cell: CellChange, main: float) -> str:
    """Measure that answers the indicator in one line."""
    first = (f"beyond_{main:g}", "under_half", "underserved", "trees_per_hectare", "school_main")
    aged = (
        [key for key in cell.measures if key.startswith("lost_")] if "practitioners" in cell.measures else []
    )
    return next((key for key in (*first, *aged) if key in cell.measures), next(iter(cell.measures), ""))


def _heading(key: str) -> str:
    """Name of a measure in a row: « à plus de 15 min », « Par hectare »."""
    if key.startswith("beyond_"):
        return f"Part à plus de {key.removeprefix('beyond_')}{WIDE}min"
    head = head_of(key)
    return key if head is None else " ".join(part for part in (head[1], head[0].lower()) if part)


def _indicator_table(indicators: Iterable[IndicatorChange], *, few: int, main: float) -> Table | None:
    columns = (Column("Qui", text=True), Column("Mesure", text=True), *BOTH)
    rows = [row for one in indicators for row in _rows(one, few=few, main=main, whole=True)]
    rows += [_status_row(one) for one in indicators if one.before != one.after]
    return _table("table-indicators", "Indicateurs, ensemble du territoire", "Indicateur", columns, rows)


def _zone_table(indicators: Iterable[IndicatorChange], *, few: int, main: float) -> Table | None:
    columns = (Column("Zone", text=True), Column("Mesure", text=True), *BOTH)
    rows = [row for one in indicators for row in _rows(one, few=few, main=main, whole=False)]
    return _table("table-zones", "Indicateurs, zone par zone", "Indicateur", columns, rows)


def _rows(one: IndicatorChange, *, few: int, main: float, whole: bool) -> list[Row]:
    """Rows of the whole territory by group, or of zones with all residents, where the measure differs.

    The whole territory with all residents is always told when the indicator changes somewhere.
    """
    rows = []
    for cell in one.cells:
        wanted = (cell.layer == WHOLE) if whole else (cell.layer != WHOLE and cell.group == WHOLE)
        key = _main_key(cell, main)
        measure = cell.measures.get(key)
        everyone = whole and cell.group == WHOLE
        if not wanted or measure is None or (measure.before == measure.after and not everyone):
            continue
        zone = f"{cell.zone_name} ({LAYERS.get(cell.layer, cell.layer)})"
        who = group_label(cell.group) if whole else zone
        rows.append(Row(one.title, (Shown(who), Shown(_heading(key)), *_told(key, measure, few))))
    return rows


def _told(key: str, change: MeasureChange, few: int) -> tuple[Shown, ...]:
    sides = tuple(NOTHING if one is None else shown(key, one, few) for one in (change.before, change.after))
    if change.change.value is None:
        return (*sides, NOTHING)
    return (*sides, Shown(signed(key, change.change.value)))


def _status_row(one: IndicatorChange) -> Row:
    sides = [
        Shown(STATUS_WORDS[side] if side else "absent", number=False) for side in (one.before, one.after)
    ]
    return Row(one.title, (Shown("–"), Shown("Statut"), *sides, NOTHING))


def _statistic_table(changes: Sequence[StatisticChange]) -> Table | None:
    columns = (
        Column("Zone", text=True),
        Column("Changement", text=True),
        Column("Avant"),
        Column("Après"),
        Column("Source", text=True),
    )
    rows = []
    for one in changes:
        known = one.after or one.before
        if known is not None:
            where = f"{known.name or known.code} ({LEVEL_LABELS[known.level]})"
            told = [_number(side) for side in (one.before, one.after)]
            values = (Shown(where), Shown(STATISTIC_KINDS[one.kind]), *told, Shown(known.source))
            rows.append(Row(known.title, values))
    return _table("table-statistics", "Nombres officiels qui ont changé", "Nombre", columns, rows)


def _number(one: Statistic | None) -> Shown:
    if one is None:
        return NOTHING
    told = statistic_shown(one, natural_decimals(one.value) if one.value is not None else 0)
    return Shown(with_unit(told.text, one.unit) if told.number else told.text, one.year, told.number)
