"""Files to take away: the report as PDF, every table as a spreadsheet; each written once, then kept."""

from __future__ import annotations

from functools import lru_cache
from threading import Lock

from django.http import HttpRequest, HttpResponse
from django.utils.text import slugify

from hygie.apps.core.errors import unavailable
from hygie.apps.territory.selectors import Opened
from hygie.apps.territory.serving import with_territory
from hygie.engines.kernel.errors import HygieError
from hygie.reports.ods.document import render_ods
from hygie.reports.pdf.document import render_pdf

PDF, ODS = "application/pdf", "application/vnd.oasis.opendocument.spreadsheet"

_WRITING = Lock()
"""Two readers who ask at once wait for one writing."""


@with_territory
def report_pdf(request: HttpRequest, opened: Opened) -> HttpResponse:
    """The report to print and send."""
    try:
        with _WRITING:
            content = _pdf(opened)
    except HygieError as error:
        return unavailable(request, error)
    return _file(opened, content, PDF, "rapport", "pdf")


@with_territory
def tables_ods(request: HttpRequest, opened: Opened) -> HttpResponse:
    """Every table, for a spreadsheet."""
    try:
        with _WRITING:
            content = _ods(opened)
    except HygieError as error:
        return unavailable(request, error)
    return _file(opened, content, ODS, "tableaux", "ods")


@lru_cache(maxsize=1)
def _pdf(opened: Opened) -> bytes:
    return render_pdf(opened.scene, opened.day)


@lru_cache(maxsize=1)
def _ods(opened: Opened) -> bytes:
    return render_ods(opened.territory, opened.portrait, opened.catalogue, day=opened.day.isoformat())


def _file(opened: Opened, content: bytes, kind: str, name: str, suffix: str) -> HttpResponse:
    """A file to save, named after the territory and its reference date, in plain letters."""
    where = slugify(opened.territory.name) or "territoire"
    response = HttpResponse(content, content_type=kind)
    named = f"hygie-{name}-{where}-{opened.day.isoformat()}.{suffix}"
    response.headers["Content-Disposition"] = f'attachment; filename="{named}"'
    response.headers["Cache-Control"] = "no-cache"
    return response
