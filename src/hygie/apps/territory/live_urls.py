"""Addresses of the live what-if, the scenarios and the versions of the data."""

from __future__ import annotations

from django.urls import path, re_path

from hygie.apps.territory import live_views
from hygie.apps.territory.scenarios import views as scenarios
from hygie.apps.territory.versions import views as versions

urlpatterns = [
    path("scenario", live_views.scenario, name="scenario"),
    path("scenario/reponse", live_views.reply, name="scenario_reply"),
    path("scenario/carte", live_views.map_data, name="scenario_map"),
    re_path(
        r"^scenario/fond/(?P<digest>[0-9a-f]{64})-(?P<part>far|near)\.pmtiles\Z",
        live_views.basemap,
        name="basemap",
    ),
    path("scenarios", scenarios.listing, name="scenarios"),
    path("scenarios/enregistrer", scenarios.save, name="scenario_save"),
    path("scenarios/comparer", scenarios.compare, name="scenario_compare"),
    path("scenarios/<uuid:identifier>", scenarios.show, name="scenario_show"),
    path("scenarios/<uuid:identifier>/note", scenarios.note, name="scenario_note"),
    path("scenarios/<uuid:identifier>/note.pdf", scenarios.note_pdf, name="scenario_note_pdf"),
    path("scenarios/<uuid:identifier>/recalculer", scenarios.recompute_now, name="scenario_recompute"),
    path("scenarios/<uuid:identifier>/supprimer", scenarios.delete, name="scenario_delete"),
    path("scenarios/<uuid:identifier>/partager", scenarios.share_with, name="scenario_share"),
    path("scenarios/<uuid:identifier>/lien", scenarios.link, name="scenario_link"),
    path("scenarios/lien/<uuid:identifier>/fermer", scenarios.unlink, name="scenario_unlink"),
    path("lecture/<str:token>", scenarios.by_link, name="scenario_by_link"),
    path("gestion/territoire", versions.versions_page, name="territory_versions"),
    path("gestion/territoire/importer", versions.ask, name="territory_import"),
    path("gestion/territoire/<uuid:identifier>", versions.version_page, name="territory_version"),
    path("gestion/territoire/<uuid:identifier>/afficher", versions.show, name="territory_show"),
    path("gestion/territoire/<uuid:identifier>/retirer", versions.remove, name="territory_remove"),
]
