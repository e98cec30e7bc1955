"""Who may write scenarios, and share them."""

from __future__ import annotations

from hygie.apps.core.organisations.models import Organisation
from hygie.apps.core.organisations.permissions import RefusedError
from hygie.apps.core.organisations.viewer import Viewer
from hygie.apps.territory.planning import can_change, can_read, can_write
from hygie.apps.territory.scenarios.models import Scenario

__all__ = ["can_change", "can_read", "can_write", "check_can_change", "check_can_write"]


def check_can_write(viewer: Viewer) -> Organisation:
    """Refuse whoever may not save scenarios; the organisation that will hold them.

    Raises
    ------
    RefusedError
        For anybody but administrators, coordinators and agents.
    """
    if viewer.organisation is None or not can_write(viewer):
        raise RefusedError(
            "Vous ne pouvez pas enregistrer de scénario.",
            why="Ce droit appartient à l’administration, à la coordination et aux agents.",
            fix="Envoyez l’adresse de cette page à l’une d’elles : elle contient tous les changements.",
        )
    return viewer.organisation


def check_can_change(viewer: Viewer, scenario: Scenario) -> None:
    """Refuse whoever may not change a scenario.

    Raises
    ------
    RefusedError
        For another organisation's scenario, shared or not, and for who only reads.
    """
    if not can_change(viewer, scenario):
        raise RefusedError(
            "Vous ne pouvez pas changer ce scénario.",
            why="Il appartient à une autre organisation, ou votre rôle permet seulement de le lire.",
            fix="Ouvrez-le, puis enregistrez-en une copie sous un autre nom.",
        )
