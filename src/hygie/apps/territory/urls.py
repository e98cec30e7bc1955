"""Addresses of the pages of a territory, and the redirections from those they had before the portal."""

from __future__ import annotations

from django.urls import URLPattern, path
from django.views.generic import RedirectView

from hygie.apps.core.access import public
from hygie.apps.territory import download_views, offset_views, portrait_views, views


def _moved(old: str, name: str) -> URLPattern:
    """A redirection that keeps what was chosen; the page it leads to has its own access."""
    return path(old, public()(RedirectView.as_view(pattern_name=name, permanent=True, query_string=True)))


urlpatterns = [
    path("diagnostic", views.diagnosis, name="diagnosis"),
    _moved("diagnostic/", "diagnosis"),
    path("diagnostic/portrait", portrait_views.portrait, name="portrait"),
    path("diagnostic/portrait/<path:key>", portrait_views.indicator, name="portrait-indicator"),
    path("diagnostic/apl", portrait_views.supply, name="supply"),
    path("diagnostic/hopital", portrait_views.hospital, name="hospital"),
    path("diagnostic/fermeture", views.closure, name="closure"),
    path("diagnostic/compenser", offset_views.offset, name="offset"),
    path("diagnostic/rapport", views.report, name="report"),
    path("diagnostic/rapport.pdf", download_views.report_pdf, name="report-pdf"),
    path("diagnostic/tableaux.ods", download_views.tables_ods, name="tables"),
    path("diagnostic/sources", views.sources, name="sources"),
    path("diagnostic/qualite", portrait_views.quality, name="quality"),
    _moved("portrait", "portrait"),
    _moved("portrait/<path:key>", "portrait-indicator"),
    _moved("apl", "supply"),
    _moved("hopital", "hospital"),
    _moved("fermeture", "closure"),
    _moved("compenser", "offset"),
    _moved("rapport", "report"),
    _moved("rapport.pdf", "report-pdf"),
    _moved("tableaux.ods", "tables"),
    _moved("sources", "sources"),
    _moved("qualite", "quality"),
]
