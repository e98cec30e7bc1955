"""Pages of a territory, read-only. What was chosen is in the address, so every page can be shared."""

from __future__ import annotations

import base64
import hashlib
import re

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.http import urlencode

from hygie.apps.core.middleware import content_policy
from hygie.apps.core.organisations.viewer import viewer
from hygie.apps.core.public.navigation import opens
from hygie.apps.territory.choices import (
    CATEGORY,
    PLACE,
    choice_query,
    group_options,
    indicator_options,
    read_choice,
    zone_options,
)
from hygie.apps.territory.closing import category_options, place_options, read_closing
from hygie.apps.territory.exploring import explore
from hygie.apps.territory.selectors import (
    Opened,
    closure_fragment,
    first_question,
    overview,
    report_page,
)
from hygie.apps.territory.serving import page, with_territory
from hygie.engines.diagnosis.result import ClosureLine
from hygie.engines.kernel.french import counted, number
from hygie.reports.closures import CLOSURES, ClosureRow, closure_heads, closure_row
from hygie.reports.provenance import (
    FIGURE_HEADS,
    REMARK_HEADS,
    SOURCE_HEADS,
    figure_rows,
    remark_rows,
    source_rows,
)
from hygie.reports.tables import layers_of

_STYLE = re.compile(r"<style[^>]*>(.*?)</style>", re.DOTALL)


@with_territory
def diagnosis(request: HttpRequest, opened: Opened) -> HttpResponse:
    """One question, its answer, and the others beside it."""
    choice = read_choice(request.GET.dict(), opened.diagnosis, first_question(opened.diagnosis))
    shown = explore(opened, choice)

    def address(indicator: str) -> str:
        return f"{reverse('diagnosis')}?{urlencode(choice_query(choice, indicator))}"

    return page(
        request,
        "territory/diagnosis.html",
        opened,
        here="diagnosis",
        shown=shown,
        sourced=bool(opened.diagnosis.indicator(choice.indicator).sources),
        choice=choice,
        questions=indicator_options(opened.diagnosis, opened.catalogue, choice),
        zones=zone_options(opened.diagnosis, layers_of(opened.territory), choice),
        groups=group_options(opened.diagnosis, choice),
        closures=_costliest(opened) if choice.indicator == CLOSURES else [],
        heads=closure_heads(opened.diagnosis.closures),
        may_study=opens(viewer(request), "studies"),
        overview=[
            (title, [(line, address(line.key)) for line in lines]) for title, lines in overview(opened)
        ],
    )


@with_territory
def closure(request: HttpRequest, opened: Opened) -> HttpResponse:
    """What closing one place would change, for whom."""
    chosen = read_closing(request.GET.dict(), opened.closures)
    return page(
        request,
        "territory/closure.html",
        opened,
        here="closure",
        chosen=chosen,
        fragment=closure_fragment(opened, chosen.place) if chosen.place else None,
        categories=category_options(opened.closures, opened.catalogue, chosen),
        places=place_options(opened.closures, opened.catalogue, chosen),
        costliest=_costliest(opened),
        heads=closure_heads(opened.diagnosis.closures),
    )


def _costliest(opened: Opened) -> list[tuple[ClosureRow, str]]:
    """The closures that the diagnosis lists, each with the address of its page."""
    return [(closure_row(line, opened.scene), _closing_address(line)) for line in opened.diagnosis.closures]


def _closing_address(line: ClosureLine) -> str:
    query = {CATEGORY: line.category, PLACE: line.place}
    return f"{reverse('closure')}?{urlencode(query)}"


@with_territory
def report(request: HttpRequest, opened: Opened) -> HttpResponse:
    """The whole report, the same file as ``hygie diagnose --html``: its own style, named by its digest."""
    del request
    written = report_page(opened)
    response = HttpResponse(written)
    response.headers["Content-Security-Policy"] = report_policy(written)
    return response


def report_policy(written: str) -> str:
    """The content policy that lets exactly this page's style elements in, and the fonts they hold."""
    digests = (hashlib.sha256(style.encode()).digest() for style in _STYLE.findall(written))
    allowed = " ".join(f"'sha256-{base64.b64encode(digest).decode()}'" for digest in digests)
    return content_policy(style_src=allowed or "'none'", font_src="data:")


@with_territory
def sources(request: HttpRequest, opened: Opened) -> HttpResponse:
    """Where every figure comes from: files read, reference figures."""
    return page(
        request,
        "territory/sources.html",
        opened,
        here="sources",
        counts=_counts(opened),
        source_heads=SOURCE_HEADS,
        source_rows=source_rows(opened.territory),
        source_warnings=[(a.title, w) for a in opened.territory.sources for w in a.warnings],
        controls=list(opened.territory.controls.items()),
        remark_heads=REMARK_HEADS,
        remark_rows=remark_rows(opened.territory, opened.catalogue),
        figure_heads=FIGURE_HEADS,
        figure_rows=figure_rows(opened.diagnosis.provenance.figures, opened.catalogue),
    )


def _counts(opened: Opened) -> str:
    """« 7 fichiers lus, 13 valeurs de référence, dont 12 à vérifier. »."""
    figures = opened.diagnosis.provenance.figures
    pending = sum(use.status == "to-verify" for use in figures)
    parts = [
        counted(len(opened.territory.sources), "fichier lu", "fichiers lus"),
        counted(len(figures), "valeur de référence", "valeurs de référence"),
    ]
    return f"{', '.join(parts)}, dont {number(pending)} à vérifier."
