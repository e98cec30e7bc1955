"""Who may act on organisations, memberships and grants."""

from __future__ import annotations

from hygie.apps.core.organisations.models import Organisation
from hygie.apps.core.organisations.roles import Role
from hygie.apps.core.organisations.viewer import Viewer
from hygie.engines.kernel.errors import HygieError


class RefusedError(HygieError):
    """Somebody may not do this; the message says why and whom to ask."""


def can_manage_members(viewer: Viewer, organisation: Organisation) -> bool:
    """Whether somebody may give and end roles in an organisation: its own administrators."""
    return viewer.has(Role.ADMINISTRATOR) and viewer.organisation == organisation


def check_can_manage_members(viewer: Viewer, organisation: Organisation) -> None:
    """Refuse whoever may not give and end roles.

    Raises
    ------
    RefusedError
        For anybody but an administrator of this organisation.
    """
    if not can_manage_members(viewer, organisation):
        raise RefusedError(
            "Vous ne pouvez pas changer les rôles de cette organisation.",
            why="Ce droit appartient aux personnes qui l’administrent.",
            fix="Demandez-le à l’une d’elles.",
        )


def can_manage_organisations(viewer: Viewer) -> bool:
    """Whether somebody may add organisations to the instance: administrators of the territory's own."""
    return viewer.has(Role.ADMINISTRATOR) and viewer.organisation is not None and viewer.organisation.hosts


def check_can_manage_organisations(viewer: Viewer) -> None:
    """Refuse whoever may not add organisations.

    Raises
    ------
    RefusedError
        For anybody but an administrator of the organisation that runs the instance.
    """
    if not can_manage_organisations(viewer):
        raise RefusedError(
            "Vous ne pouvez pas ajouter d’organisation.",
            why="Ce droit appartient à l’organisation qui fait fonctionner Hygie sur ce territoire.",
            fix="Écrivez à la personne qui l’administre.",
        )
