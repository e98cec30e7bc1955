"""Addresses of the public face and of what manages it."""

from __future__ import annotations

from django.urls import path

from hygie.apps.core.public import design_views, desk_views, views

urlpatterns = [
    path("", views.home, name="home"),
    path("numeros-utiles", views.help_lines, name="help_lines"),
    path("mentions-legales", views.legal, name="legal"),
    path("donnees-personnelles", views.privacy, name="privacy"),
    path("accessibilite", views.accessibility, name="accessibility"),
    path("plan-du-site", views.site_map, name="site_map"),
    path("design", design_views.design, name="design"),
    path("gestion", desk_views.management, name="management"),
    path("gestion/editeur", desk_views.publisher, name="publisher"),
    path("gestion/accessibilite", desk_views.accessibility_audit, name="accessibility_audit"),
    path("gestion/acces", desk_views.access_matrix, name="access_matrix"),
    path("gestion/acces.csv", desk_views.access_csv, name="access_csv"),
]
