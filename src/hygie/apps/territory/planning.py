"""Who plans: the same people write scenarios and ask studies, each for their own organisation."""

from __future__ import annotations

from typing import Protocol
from uuid import UUID

from hygie.apps.core.organisations.viewer import Viewer
from hygie.apps.territory.live_serving import PLANNERS, READERS


class Plan(Protocol):
    """What an organisation keeps: a scenario, a study."""

    organisation_id: UUID


def can_read(viewer: Viewer) -> bool:
    """Whether somebody reads what their organisation keeps, and what is shared with it."""
    return viewer.organisation is not None and viewer.has(*READERS)


def can_write(viewer: Viewer) -> bool:
    """Whether somebody keeps plans for their organisation."""
    return viewer.organisation is not None and viewer.has(*PLANNERS)


def can_change(viewer: Viewer, plan: Plan) -> bool:
    """Whether somebody may rename, share, compute again or delete a plan: their organisation's."""
    return can_write(viewer) and plan.organisation_id == getattr(viewer.organisation, "pk", None)
