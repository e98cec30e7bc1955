"""Addresses of the pages that prove a contact."""

from __future__ import annotations

from django.urls import path

from hygie.apps.core.contacts import views

urlpatterns = [
    path("", views.contact, name="contact"),
    path("code", views.contact_code, name="contact_code"),
    path("oublier", views.contact_forget, name="contact_forget"),
]
