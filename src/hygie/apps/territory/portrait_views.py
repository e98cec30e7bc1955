"""Pages of the portrait: official numbers, one of them, supply of care, hospitals, quality of the data."""

from __future__ import annotations

from dataclasses import replace

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.http import urlencode

from hygie.apps.territory.selectors import Opened, chapters
from hygie.apps.territory.serving import View, page, with_territory
from hygie.engines.kernel.french import NARROW, WIDE, counted
from hygie.engines.kernel.measures import Status
from hygie.engines.portrait.result import OfficialResult
from hygie.reports.chapters import Chapter
from hygie.reports.official import (
    decimals_of,
    known,
    missing_table,
    official_answer,
    official_table,
    title_of,
    values_table,
)
from hygie.reports.standing import standing_chart, trend_chart
from hygie.reports.tables import Row, Table
from hygie.reports.themes import CHAPTERS, official_chapter

THEME = "theme"
"""Name of the field in addresses."""


@with_territory
def portrait(request: HttpRequest, opened: Opened) -> HttpResponse:
    """Official numbers by theme."""
    by_theme = _by_theme(opened)
    theme = request.GET.get(THEME, "")
    if theme and theme not in by_theme:
        raise Http404
    shown = {key: results for key, results in by_theme.items() if theme in ("", key)}
    return page(
        request,
        "territory/portrait.html",
        opened,
        here="portrait",
        theme=theme,
        themes=[(CHAPTERS[key], _theme_address(key), key == theme) for key in by_theme],
        answer=_counts(opened),
        parts=[_part(opened, key, results) for key, results in shown.items()],
        peers=opened.portrait.peers,
    )


def _by_theme(opened: Opened) -> dict[str, list[OfficialResult]]:
    """Official indicators by chapter of the report, in its order."""
    found: dict[str, list[OfficialResult]] = {key: [] for key in CHAPTERS}
    for result in opened.portrait.official:
        found[official_chapter(result.theme)].append(result)
    return {key: results for key, results in found.items() if results}


def _theme_address(key: str) -> str:
    return f"{reverse('portrait')}?{urlencode({THEME: key})}"


def _counts(opened: Opened) -> str:
    """« 38 chiffres officiels connus, 15 non disponibles. »."""
    total, told = len(opened.portrait.official), len(known(opened.portrait.official))
    if not total:
        return f"Non disponible{WIDE}: aucun tableau officiel n’a été fourni."
    missing = counted(total - told, "non disponible", "non disponibles")
    return f"{counted(told, 'chiffre officiel connu', 'chiffres officiels connus')}, {missing}."


def _part(opened: Opened, key: str, results: list[OfficialResult]) -> dict[str, object]:
    """One theme: its title, its drawing, its tables."""
    sheets = opened.catalogue.official
    tables = (
        official_table(f"table-official-{key}", _caption(key), results, sheets),
        missing_table(f"table-missing-{key}", CHAPTERS[key], results, sheets),
    )
    title = f"{CHAPTERS[key]}{WIDE}: parmi les communes comparables"
    return {
        "key": key,
        "title": CHAPTERS[key],
        "tables": [_linked(table, results) for table in tables if table is not None],
        "standing": standing_chart(f"standing-{key}", title, results, lambda r: decimals_of(r, sheets)),
    }


def _caption(key: str) -> str:
    return f"{CHAPTERS[key]}{WIDE}: chiffres officiels"


def _linked(table: Table, results: list[OfficialResult]) -> Table:
    """The table with each indicator leading to its own page."""
    addresses = {title_of(r): reverse("portrait-indicator", kwargs={"key": r.key}) for r in results}
    groups = tuple((title, tuple(_link(row, addresses) for row in rows)) for title, rows in table.groups)
    return replace(table, groups=groups)


def _link(row: Row, addresses: dict[str, str]) -> Row:
    return replace(row, address=addresses.get(row.name, ""))


@with_territory
def indicator(request: HttpRequest, opened: Opened, key: str) -> HttpResponse:
    """One official number: levels, years, similar communes, formula, source, limits."""
    result = next((r for r in opened.portrait.official if r.key == key), None)
    if result is None:
        raise Http404
    sheets = opened.catalogue.official
    decimals = decimals_of(result, sheets)
    title = (
        f"Parmi {counted(result.standing.known, 'commune comparable', 'communes comparables')}"
        if (result.standing)
        else ""
    )
    return page(
        request,
        "territory/official.html",
        opened,
        here="portrait",
        result=result,
        answer=official_answer(result, sheets),
        missing=result.status is Status.NOT_COMPUTED,
        sheet=sheets.get(key),
        standing=standing_chart("standing", title, [result], lambda _: decimals),
        trend=trend_chart(result, decimals),
        table=values_table(result, sheets),
        peers=opened.portrait.peers if result.standing else None,
        theme=_theme_address(official_chapter(result.theme)),
    )


def _chapter_page(key: str, here: str, question: str, *, nothing: str, read_next: str) -> View:
    """View of one chapter of the report."""

    def view(request: HttpRequest, opened: Opened) -> HttpResponse:
        chapter: Chapter | None = chapters(opened).get(key)
        return page(
            request,
            "territory/chapter.html",
            opened,
            here=here,
            question=question,
            chapter=chapter,
            nothing=nothing,
            read_next=read_next,
            windows=opened.scene.stage.windows,
        )

    return with_territory(view)


supply = _chapter_page(
    "supply",
    "portrait",
    f"Y a-t-il assez de médecins pour chacun, et pour combien de temps{NARROW}?",
    nothing=f"Non calculé{WIDE}: aucune source fournie pour les cabinets de médecine générale.",
    read_next="portrait",
)
hospital = _chapter_page(
    "hospital",
    "hospital",
    f"Que devient l’hôpital{NARROW}?",
    nothing=f"Non disponible{WIDE}: aucun fichier sur les établissements de santé n’a été fourni.",
    read_next="closure",
)
quality = _chapter_page(
    "quality",
    "sources",
    f"Peut-on se fier à ces données{NARROW}?",
    nothing="Aucune vérification n’a été faite.",
    read_next="sources",
)
