"""What would offset a closure: choose a place, read the smallest opening that gives back what it takes."""

from __future__ import annotations

from collections.abc import Mapping

from django.http import HttpRequest, HttpResponse

from hygie.apps.territory.closing import category_options, place_name, place_options, read_closing
from hygie.apps.territory.selectors import Opened, offset_found
from hygie.apps.territory.serving import page, with_territory
from hygie.engines.kernel.french import NARROW, WIDE, counted
from hygie.reports.offset import offset_parts
from hygie.reports.provenance import source_line


@with_territory
def offset(request: HttpRequest, opened: Opened) -> HttpResponse:
    """The smallest opening that offsets one closure, for everyone and for the worst-hit group."""
    chosen = read_closing(request.GET.dict(), opened.closures)
    found = offset_found(opened, chosen.place) if chosen.place else None
    return page(
        request,
        "territory/offset.html",
        opened,
        here="closure",
        chosen=chosen,
        question=_question(opened, chosen.place),
        parts=offset_parts(opened.scene, found) if found else (),
        candidates=_candidates(found.candidates) if found else "",
        warnings=found.provenance.warnings if found else (),
        source=source_line(found.provenance.sources, opened.territory.sources) if found else "",
        categories=category_options(opened.closures, opened.catalogue, chosen),
        places=place_options(opened.closures, opened.catalogue, chosen),
    )


def _question(opened: Opened, place: str) -> str:
    """« Qu’est-ce qui compenserait la fermeture de « Pharmacie du Port » ? »."""
    line = next((line for line in opened.closures if line.place == place), None)
    if line is None:
        return f"Qu’est-ce qui compenserait une fermeture{NARROW}?"
    name = place_name(line, opened.catalogue)
    return f"Qu’est-ce qui compenserait la fermeture de «{WIDE}{name}{WIDE}»{NARROW}?"


def _candidates(counts: Mapping[str, int]) -> str:
    """How many places were tried, by kind."""
    told = [f"{name} ({counted(count, 'lieu', 'lieux')})" for name, count in counts.items()]
    return f"Lieux essayés{WIDE}: {f'{NARROW}; '.join(told)}."
