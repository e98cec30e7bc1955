"""Addresses of the pages about the people of an organisation."""

from __future__ import annotations

from django.urls import path

from hygie.apps.core.organisations import views

urlpatterns = [
    path("gestion/personnes", views.people, name="people"),
    path("gestion/personnes/inviter", views.invitation_new, name="people_invite"),
    path("gestion/personnes/<int:identifier>/fin", views.role_end, name="people_end"),
    path(
        "gestion/personnes/invitations/<int:identifier>/annuler",
        views.invitation_cancel,
        name="invitation_cancel",
    ),
    path(
        "gestion/personnes/invitations/<int:identifier>/renvoyer",
        views.invitation_again,
        name="invitation_again",
    ),
    path(
        "gestion/personnes/<int:identifier>/double-verification",
        views.second_factor_reset,
        name="second_factor_reset",
    ),
    path("invitation/<str:secret>", views.invitation, name="invitation"),
]
