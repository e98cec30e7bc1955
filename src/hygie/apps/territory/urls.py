"""Addresses of the pages of a territory."""

from __future__ import annotations

from django.urls import path

from hygie.apps.territory import download_views, offset_views, portrait_views, views

urlpatterns = [
    path("", views.diagnosis, name="diagnosis"),
    path("portrait", portrait_views.portrait, name="portrait"),
    path("portrait/<path:key>", portrait_views.indicator, name="portrait-indicator"),
    path("apl", portrait_views.supply, name="supply"),
    path("hopital", portrait_views.hospital, name="hospital"),
    path("fermeture", views.closure, name="closure"),
    path("compenser", offset_views.offset, name="offset"),
    path("rapport", views.report, name="report"),
    path("rapport.pdf", download_views.report_pdf, name="report-pdf"),
    path("tableaux.ods", download_views.tables_ods, name="tables"),
    path("sources", views.sources, name="sources"),
    path("qualite", portrait_views.quality, name="quality"),
]
