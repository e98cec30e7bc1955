"""Addresses about the instance itself."""

from __future__ import annotations

from django.urls import path

from hygie.apps.core.operations import views

urlpatterns = [
    path("sante-instance", views.health, name="instance_health"),
    path("journaux/sceaux", views.seals, name="journal_seals"),
]
