"""Addresses of the site."""

from __future__ import annotations

from django.urls import include, path
from django.views.generic import RedirectView

urlpatterns = [
    path("", include("hygie.apps.territory.urls")),
    path("favicon.ico", RedirectView.as_view(url="/static/core/icon.svg", permanent=True)),
]

handler400 = "hygie.apps.core.errors.bad_request"
handler404 = "hygie.apps.core.errors.not_found"
handler500 = "hygie.apps.core.errors.server_error"
