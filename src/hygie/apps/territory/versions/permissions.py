"""Who may change the data of the territory."""

from __future__ import annotations

from hygie.apps.core.organisations.permissions import RefusedError, can_manage_organisations
from hygie.apps.core.organisations.viewer import Viewer


def can_manage_versions(viewer: Viewer) -> bool:
    """Whether somebody may import and show versions: administrators of the organisation that hosts.

    The territory is the same for all organisations of the instance.
    """
    return can_manage_organisations(viewer)


def check_can_manage_versions(viewer: Viewer) -> None:
    """Refuse whoever may not import and show versions.

    Raises
    ------
    RefusedError
        For anybody but an administrator of the organisation that runs the instance.
    """
    if not can_manage_versions(viewer):
        raise RefusedError(
            "Vous ne pouvez pas changer les données du territoire.",
            why="Elles servent à toutes les organisations de ce site.",
            fix="Demandez-le à l’administration de l’organisation qui le fait fonctionner.",
        )
