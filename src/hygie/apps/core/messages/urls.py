"""Addresses of the pages about messages."""

from __future__ import annotations

from django.urls import path

from hygie.apps.core.messages import views

urlpatterns = [
    path("gestion/messages", views.messages, name="messages"),
    path("gestion/messages/essai", views.trial, name="messages_trial"),
    path("gestion/messages/mots/<str:name>", views.words, name="message_words"),
    path("gestion/messages/<uuid:identifier>", views.message_page, name="message"),
    path("gestion/messages/<uuid:identifier>/<slug:action>", views.message_action, name="message_action"),
    path("m/<str:token>", views.stop_messages, name="stop_messages"),
]
