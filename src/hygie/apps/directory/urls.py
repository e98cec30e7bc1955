"""Addresses of the directory."""

from __future__ import annotations

from django.urls import path

from hygie.apps.directory import asking_views, desk_views, views

urlpatterns = [
    path("annuaire", views.search, name="directory"),
    path("annuaire/<int:identifier>", views.entry, name="directory_entry"),
    path("annuaire/<int:identifier>/corriger", views.correct, name="directory_correct"),
    path("annuaire/merci", views.thanks, name="directory_thanks"),
    path("annuaire/confirmer/<str:token>", views.confirm, name="directory_confirm"),
    path("annuaire/export/<slug:part>.<slug:kind>", views.export, name="directory_export"),
    path("gestion/annuaire", desk_views.desk, name="directory_desk"),
    path("gestion/annuaire/nouvelle", desk_views.write, name="directory_new"),
    path("gestion/annuaire/<int:identifier>", desk_views.write, name="directory_edit"),
    path("gestion/annuaire/<int:identifier>/geste", desk_views.act, name="directory_act"),
    path("gestion/annuaire/corrections", desk_views.queue, name="directory_queue"),
    path("gestion/annuaire/corrections/<uuid:identifier>", desk_views.moderate, name="directory_moderate"),
    path("gestion/annuaire/demander", asking_views.ask, name="directory_ask"),
    path("gestion/annuaire/importer", desk_views.bring, name="directory_bring"),
    path("gestion/annuaire/importer/<uuid:identifier>", desk_views.upload, name="directory_upload"),
    path(
        "gestion/annuaire/importer/<uuid:identifier>/rejets.csv", desk_views.rejects, name="directory_rejects"
    ),
]
