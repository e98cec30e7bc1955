"""Where figures come from, as printed: sources, reference figures, notices."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from hygie.engines.kernel.french import WIDE, counted, number
from hygie.engines.kernel.measures import FigureUse
from hygie.engines.kernel.territory import SourceAccount, Territory
from hygie.reports.texts import Texts

SOURCE_HEADS = (
    "Source",
    "Millésime",
    "#Lignes lues",
    "#Gardées",
    "#dont hors zone",
    "#Rejetées",
    "Producteur, licence, adresse",
    "Empreinte SHA-256",
)
REMARK_HEADS = ("Lieu", "Catégorie", "Remarque")
FIGURE_HEADS = ("Valeur de référence", "#Valeur", "Depuis", "Statut", "Source")

MOST_WARNINGS = 4
"""Remarks printed for one file; the others are in the territory's data."""

OSM = "openstreetmap"
TREE_SOURCES = ("tree_table", OSM, "hygie_clairval")
"""Sources that trees come from, where they were read: trees are drawn things, which carry no source."""

OSM_COPYRIGHT = "https://www.openstreetmap.org/copyright"
"""The only outside address that a page links to, as the licence of OpenStreetMap asks."""

STATUSES = {"verified": "vérifiée", "to-verify": "à vérifier"}


def source_rows(territory: Territory) -> list[list[str]]:
    """One row a file, under ``SOURCE_HEADS``."""
    return [
        [
            f"{account.title} ({account.file})" if account.file else account.title,
            account.vintage,
            number(account.read),
            number(account.kept),
            number(account.outside),
            number(account.rejected),
            ". ".join(part for part in (account.publisher, account.licence, account.address) if part),
            f"{account.sha256[:12]}…" if account.sha256 else "sans fichier",
        ]
        for account in territory.sources
    ]


def source_warnings(territory: Territory) -> list[str]:
    """What was noticed while reading, the first few of each file and how many more."""
    told = []
    for account in territory.sources:
        lines = [f"{account.title}{WIDE}: {warning}" for warning in account.warnings]
        told += lines[:MOST_WARNINGS]
        if (more := len(lines) - MOST_WARNINGS) > 0:
            told.append(f"{account.title}{WIDE}: {counted(more, 'autre remarque', 'autres remarques')}.")
    return told


def remark_rows(territory: Territory, texts: Texts) -> list[list[str]]:
    """One row a place that its source, or its reading, makes a remark about, under ``REMARK_HEADS``."""
    places = territory.places
    return [
        [
            str(places.names[i]) or str(places.ids[i]),
            texts.categories[str(places.categories[i])].title,
            str(places.notes[i]),
        ]
        for i in range(len(places))
        if places.inside[i] and places.notes[i] and not str(places.notes[i]).startswith("FINESS ")
    ]


def figure_rows(figures: Sequence[FigureUse], texts: Texts) -> list[list[str]]:
    """One row a reference figure, under ``FIGURE_HEADS``."""
    return [
        [
            texts.figures[use.key].title,
            figure_value(use),
            french_date(use.since),
            STATUSES[use.status].replace(" ", WIDE),
            use.source,
        ]
        for use in figures
    ]


def figure_value(use: FigureUse) -> str:
    """« 1,33 m/s », « 15 min », « 11 personnes »."""
    decimals = next((d for d in range(4) if round(use.value, d) == use.value), 4)
    unit = "" if use.unit == "facteur" else f"{WIDE}{use.unit}"
    return number(use.value, decimals) + unit


def french_date(day: str) -> str:
    """« 1er janvier 2026 » of « 2026-01-01 »; other texts as they are."""
    try:
        found = date.fromisoformat(day)
    except ValueError:
        return day
    months = [
        "janvier",
        "février",
        "mars",
        "avril",
        "mai",
        "juin",
        "juillet",
        "août",
        "septembre",
        "octobre",
        "novembre",
        "décembre",
    ]
    return f"{'1er' if found.day == 1 else found.day} {months[found.month - 1]} {found.year}"


def source_line(keys: Sequence[str], accounts: Sequence[SourceAccount]) -> str:
    """« FINESS (2024), Insee, carreaux de 200 m (2019) »; says so when there is none."""
    told = [_dated(account) for account in accounts if account.name in set(keys)]
    return f"{WIDE}; ".join(dict.fromkeys(told)) or "voir les sources en fin de page"


def _dated(account: SourceAccount) -> str:
    """Title and vintage, the vintage left out where the title says it."""
    said = not account.vintage or account.vintage in account.title
    return account.title if said else f"{account.title}, {account.vintage}"


def to_verify(figures: Sequence[FigureUse], keys: Sequence[str], texts: Texts) -> tuple[str, ...]:
    """Titles of the reference figures of an indicator whose source was not read."""
    pending = [use for use in figures if use.key in set(keys) and use.status == "to-verify"]
    return tuple(texts.figures[use.key].title for use in pending)


def attributions(territory: Territory, texts: Texts) -> list[tuple[str, str]]:
    """(words, address or empty) that the licences of the sources ask to print, each once."""
    said: dict[str, str] = {}
    for account in territory.sources:
        sheet = texts.sources.get(account.name)
        words = sheet.attribution if sheet else ""
        if account.name == OSM:
            said[words or "© les contributeurs d’OpenStreetMap"] = OSM_COPYRIGHT
        elif words:
            said[words] = ""
    return list(said.items())


def rejected_words(territory: Territory) -> str:
    """« 12 lignes rejetées », for what to do next; empty when none."""
    rejected = sum(account.rejected for account in territory.sources)
    return counted(rejected, "ligne rejetée", "lignes rejetées") if rejected else ""
