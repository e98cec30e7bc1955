"""Who may see how messages go, and choose their words."""

from __future__ import annotations

from hygie.apps.core.organisations.models import Organisation
from hygie.apps.core.organisations.permissions import RefusedError
from hygie.apps.core.organisations.roles import Role
from hygie.apps.core.organisations.viewer import Viewer

MANAGERS = (Role.ADMINISTRATOR, Role.COORDINATOR)


def can_manage_messages(viewer: Viewer, organisation: Organisation | None) -> bool:
    """Whether somebody may manage the messages of an organisation: who coordinates or administers it."""
    return organisation is not None and viewer.has(*MANAGERS) and viewer.organisation == organisation


def check_can_manage_messages(viewer: Viewer, organisation: Organisation | None) -> Organisation:
    """The organisation, for whoever may manage its messages.

    Raises
    ------
    RefusedError
        For anybody else.
    """
    if organisation is None or not can_manage_messages(viewer, organisation):
        raise RefusedError(
            "Vous ne pouvez pas gérer les messages de cette organisation.",
            why="Ce droit appartient aux personnes qui la coordonnent ou l’administrent.",
            fix="Demandez-le à l’une d’elles.",
        )
    return organisation
