"""Addresses of the pages about jobs."""

from __future__ import annotations

from django.urls import path

from hygie.apps.core.jobs import views

urlpatterns = [
    path("gestion/travaux", views.jobs, name="jobs"),
    path("gestion/travaux/<uuid:identifier>", views.job_state, name="job_state"),
    path("gestion/travaux/<uuid:identifier>/relancer", views.job_retry, name="job_retry"),
    path("gestion/travaux/<uuid:identifier>/annuler", views.job_cancel, name="job_cancel"),
]
