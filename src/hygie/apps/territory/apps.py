"""The territory pages as Django knows them."""

from __future__ import annotations

from importlib import import_module

from django.apps import AppConfig


class TerritoryConfig(AppConfig):
    """Diagnosis, live what-if, scenarios, versions of the data."""

    name = "hygie.apps.territory"
    label = "territory"
    verbose_name = "Territoire"

    def ready(self) -> None:
        """Declare the jobs, so that a worker knows them."""
        import_module("hygie.apps.territory.jobs")
        import_module("hygie.apps.territory.naming")
        import_module("hygie.apps.territory.studies.computing")
        import_module("hygie.apps.territory.studies.keeping")
