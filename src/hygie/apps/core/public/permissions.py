"""Who may say who publishes the site, and enter an accessibility audit."""

from __future__ import annotations

from hygie.apps.core.organisations.permissions import RefusedError, can_manage_organisations
from hygie.apps.core.organisations.viewer import Viewer


def can_publish(viewer: Viewer) -> bool:
    """Whether somebody answers for the site: administrators of the organisation that runs it."""
    return can_manage_organisations(viewer)


def check_can_publish(viewer: Viewer) -> None:
    """Refuse whoever does not answer for the site.

    Raises
    ------
    RefusedError
        For anybody but an administrator of the organisation that runs the instance.
    """
    if not can_publish(viewer):
        raise RefusedError(
            "Vous ne pouvez pas changer ce que ce site dit de son éditeur.",
            why="Ce droit appartient à l’organisation qui fait fonctionner Hygie sur ce territoire.",
            fix="Écrivez à la personne qui l’administre.",
        )
