"""Addresses of the site."""

from __future__ import annotations

from django.urls import include, path
from django.views.generic import RedirectView

from hygie.apps.core.access import public

urlpatterns = [
    path("", include("hygie.apps.core.public.urls")),
    path("", include("hygie.apps.territory.urls")),
    path("", include("hygie.apps.territory.live_urls")),
    path("", include("hygie.apps.territory.studies.urls")),
    path("", include("hygie.apps.core.accounts.urls")),
    path("", include("hygie.apps.core.organisations.urls")),
    path("contact/", include("hygie.apps.core.contacts.urls")),
    path("", include("hygie.apps.core.operations.urls")),
    path("", include("hygie.apps.core.messages.urls")),
    path("", include("hygie.apps.core.jobs.urls")),
    path("", include("hygie.apps.directory.urls")),
    path("favicon.ico", public()(RedirectView.as_view(url="/static/core/icon.svg", permanent=True))),
]

handler400 = "hygie.apps.core.errors.bad_request"
handler404 = "hygie.apps.core.errors.not_found"
handler500 = "hygie.apps.core.errors.server_error"
