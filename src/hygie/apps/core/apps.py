"""The core as Django knows it."""

from __future__ import annotations

from importlib import import_module

from django.apps import AppConfig


class CoreConfig(AppConfig):
    """Organisations, accounts, journals, jobs, messages, page shell."""

    name = "hygie.apps.core"
    label = "core"
    verbose_name = "Socle"

    def ready(self) -> None:
        """Load what listens to others: it needs the tables, which are known from here on.

        The kinds of messages too: the worker sends them, and never loads the pages that ask for them.
        """
        import_module("hygie.apps.core.accounts.watching")
        import_module("hygie.apps.core.accounts.forgetting")
        import_module("hygie.apps.core.messages.delivery")
        import_module("hygie.apps.core.organisations.second_factors")
        import_module("hygie.apps.core.jobs.services")
        import_module("hygie.apps.core.operations.sealing")
