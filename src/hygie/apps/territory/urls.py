"""Addresses of the pages of a territory."""

from __future__ import annotations

from django.urls import path

from hygie.apps.territory import views

urlpatterns = [
    path("", views.diagnosis, name="diagnosis"),
    path("fermeture", views.closure, name="closure"),
    path("rapport", views.report, name="report"),
    path("sources", views.sources, name="sources"),
]
