"""Who may write entries, and who answers the corrections that people propose."""

from __future__ import annotations

from datetime import date

from hygie.apps.core.organisations.permissions import RefusedError
from hygie.apps.core.organisations.roles import Role
from hygie.apps.core.organisations.selectors import may_write_shared
from hygie.apps.core.organisations.viewer import Viewer
from hygie.apps.directory.models import Entry

WRITERS = (Role.COORDINATOR, Role.AGENT, Role.PARTNER, Role.ADMINISTRATOR)
IMPORTERS = (Role.COORDINATOR, Role.ADMINISTRATOR, Role.PARTNER)
MODERATORS = (Role.COORDINATOR, Role.AGENT)
SUBJECT = "directory.entry"


def can_write_entries(viewer: Viewer) -> bool:
    """Whether somebody keeps entries for their organisation."""
    return viewer.organisation is not None and viewer.has(*WRITERS)


def can_edit(viewer: Viewer, entry: Entry, on: date) -> bool:
    """Whether somebody may write an entry: their organisation's own, or one shared with it to write."""
    if viewer.organisation is None or not can_write_entries(viewer):
        return False
    own = entry.organisation_id == viewer.organisation.pk
    return own or may_write_shared(viewer.organisation, SUBJECT, str(entry.pk), on)


def can_moderate(viewer: Viewer, entry: Entry, on: date) -> bool:
    """Whether somebody may answer a correction: who writes the entry, or the town's coordination."""
    return moderates_all(viewer) or can_edit(viewer, entry, on)


def moderates_all(viewer: Viewer) -> bool:
    """Whether somebody answers corrections of any entry: coordination and agents of the host town."""
    return viewer.organisation is not None and viewer.organisation.hosts and viewer.has(*MODERATORS)


def can_import(viewer: Viewer) -> bool:
    """Whether somebody may bring a file of entries into their organisation."""
    return viewer.organisation is not None and viewer.has(*IMPORTERS)


def can_import_territory(viewer: Viewer) -> bool:
    """Whether somebody may bring the places of the territory in: the town that runs the instance."""
    host = viewer.organisation is not None and viewer.organisation.hosts
    return host and viewer.has(Role.COORDINATOR, Role.ADMINISTRATOR)


def check(allowed: bool, what: str) -> None:
    """Refuse with words.

    Raises
    ------
    RefusedError
        When it is not allowed.
    """
    if not allowed:
        raise RefusedError(
            f"Vous ne pouvez pas {what}.",
            why="Une fiche est tenue par son organisation.",
            fix="Demandez-le à la coordination de la ville, ou proposez une correction depuis la fiche.",
        )
