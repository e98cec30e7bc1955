"""Addresses of the studies."""

from __future__ import annotations

from django.urls import path

from hygie.apps.territory.studies import downloads, views

urlpatterns = [
    path("etudes", views.listing, name="studies"),
    path("etudes/demander/<slug:kind>", views.ask, name="study_ask"),
    path("etudes/<uuid:identifier>", views.show, name="study"),
    path("etudes/<uuid:identifier>/etude.pdf", downloads.note_pdf, name="study_pdf"),
    path("etudes/<uuid:identifier>/fiches.pdf", downloads.sheets, name="study_sheets"),
    path("etudes/<uuid:identifier>/etude.csv", downloads.tables_csv, name="study_csv"),
    path("etudes/<uuid:identifier>/etude.geojson", downloads.map_geojson, name="study_geojson"),
    path("etudes/<uuid:identifier>/recalculer", views.again, name="study_again"),
    path("etudes/<uuid:identifier>/arreter", views.stop, name="study_stop"),
    path("etudes/<uuid:identifier>/noter", views.annotate, name="study_annotate"),
    path("etudes/<uuid:identifier>/partager", views.share_with, name="study_share"),
    path("etudes/<uuid:identifier>/supprimer", views.delete, name="study_delete"),
]
