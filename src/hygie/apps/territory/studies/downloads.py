"""What one takes away from a study: its PDF, its sheets, its tables, its map."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse

from hygie.apps.territory.live_serving import on_territory
from hygie.apps.territory.selectors import Opened
from hygie.apps.territory.studies import services
from hygie.apps.territory.studies.kinds import kind_of
from hygie.apps.territory.studies.models import Study
from hygie.apps.territory.studies.registry import Kind
from hygie.apps.territory.studies.telling import facts_of, scene_of, told
from hygie.apps.territory.studies.views import found_study, reading_personal
from hygie.reports.studies.document import sheets_pdf, study_pdf
from hygie.reports.studies.files import study_csv, study_geojson
from hygie.reports.studies.presentation import Presentation

PDF, CSV, GEOJSON = "application/pdf", "text/csv; charset=utf-8", "application/geo+json"


@on_territory()
def note_pdf(request: HttpRequest, opened: Opened, identifier: UUID) -> HttpResponse:
    """The study as a PDF, without what it says about people one by one."""
    study, kind, presentation = _answered(request, opened, identifier, personal=False)
    facts = facts_of(study, kind, opened, stale=services.is_stale(study))
    return _file(study_pdf(presentation, scene_of(opened), facts), PDF, "etude.pdf")


@on_territory()
def sheets(request: HttpRequest, opened: Opened, identifier: UUID) -> HttpResponse:
    """The sheets to print and hand out."""
    study, kind, presentation = _answered(request, opened, identifier, personal=True)
    if not presentation.sheets:
        raise Http404
    facts = facts_of(study, kind, opened, stale=services.is_stale(study))
    return _file(sheets_pdf(presentation, scene_of(opened), facts), PDF, "fiches.pdf")


@on_territory()
def tables_csv(request: HttpRequest, opened: Opened, identifier: UUID) -> HttpResponse:
    """Every table for a spreadsheet, without what it says about people one by one."""
    _, _, presentation = _answered(request, opened, identifier, personal=False)
    return _file(study_csv(presentation), CSV, "etude.csv")


@on_territory()
def map_geojson(request: HttpRequest, opened: Opened, identifier: UUID) -> HttpResponse:
    """Every layer of the map, without what it says about people one by one."""
    _, _, presentation = _answered(request, opened, identifier, personal=False)
    return _file(study_geojson(presentation), GEOJSON, "etude.geojson")


def _answered(
    request: HttpRequest, opened: Opened, identifier: UUID, *, personal: bool
) -> tuple[Study, Kind, Presentation]:
    """A study that has an answer, what it is and what it says; else it is not found."""
    study = found_study(request, identifier)
    kind = kind_of(study.kind)
    presentation = told(study, opened, personal=personal and reading_personal(request, study))
    if kind is None or presentation is None:
        raise Http404
    return study, kind, presentation


def _file(content: bytes, kind: str, name: str) -> HttpResponse:
    response = HttpResponse(content, content_type=kind)
    # a fixed file name: the study's own could carry anything in a header
    response.headers["Content-Disposition"] = f'attachment; filename="hygie-{name}"'
    response.headers["Cache-Control"] = "private, no-store"
    return response
