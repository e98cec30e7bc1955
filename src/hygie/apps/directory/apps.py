"""The directory as Django knows it."""

from __future__ import annotations

from importlib import import_module

from django.apps import AppConfig


class DirectoryConfig(AppConfig):
    """Places and services."""

    name = "hygie.apps.directory"
    label = "directory"
    verbose_name = "Annuaire"

    def ready(self) -> None:
        """Declare the jobs and the messages, which the worker needs, once every model is loaded."""
        import_module("hygie.apps.directory.asking")
        import_module("hygie.apps.directory.jobs")
