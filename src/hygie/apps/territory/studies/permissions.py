"""Who may ask studies, change them, and read what they say about people one by one."""

from __future__ import annotations

from hygie.apps.core.organisations.models import Organisation
from hygie.apps.core.organisations.permissions import RefusedError
from hygie.apps.core.organisations.viewer import Viewer
from hygie.apps.territory.planning import can_change, can_read, can_write
from hygie.apps.territory.studies.models import Study

__all__ = ["can_change", "can_read", "can_read_personal", "can_write", "check_can_change", "check_can_write"]


def check_can_write(viewer: Viewer) -> Organisation:
    """Refuse whoever may not ask a study; the organisation that will hold it.

    Raises
    ------
    RefusedError
        For anybody but administrators, coordinators and agents.
    """
    if viewer.organisation is None or not can_write(viewer):
        raise RefusedError(
            "Vous ne pouvez pas demander d’étude.",
            why="Ce droit appartient à l’administration, à la coordination et aux agents.",
            fix="Demandez-la à l’une de ces personnes.",
        )
    return viewer.organisation


def check_can_change(viewer: Viewer, study: Study) -> None:
    """Refuse whoever may not change a study.

    Raises
    ------
    RefusedError
        For another organisation's study, shared or not, and for who only reads.
    """
    if not can_change(viewer, study):
        raise RefusedError(
            "Vous ne pouvez pas changer cette étude.",
            why="Elle appartient à une autre organisation, ou votre rôle permet seulement de la lire.",
            fix="Demandez une étude semblable pour votre organisation.",
        )


def can_read_personal(viewer: Viewer, study: Study) -> bool:
    """Whether somebody reads what a study says about people one by one; a share never gives it."""
    return can_change(viewer, study)
