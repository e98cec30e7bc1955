"""Who looks: a person in one organisation, with the roles they hold there today."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import Q
from django.http import HttpRequest

from hygie.apps.core.accounts.models import User
from hygie.apps.core.audit.journal import Actor
from hygie.apps.core.organisations.models import Membership, Organisation
from hygie.apps.core.organisations.roles import STAFF, Role

CHOSEN = "organisation"
"""Session key of the organisation that a person of several chose."""


@dataclass(frozen=True)
class Viewer:
    """A person acting for one organisation, or anybody when ``user`` is None.

    Attributes
    ----------
    user, organisation
        None for somebody who has not signed in; a person without any role has no organisation.
    roles
        Held today in that organisation.
    schemes
        Keys of the schemes an agent works for there.
    organisations
        Every organisation the person may act for today, by name.
    """

    user: User | None = None
    organisation: Organisation | None = None
    roles: frozenset[Role] = frozenset()
    schemes: frozenset[str] = frozenset()
    organisations: tuple[Organisation, ...] = ()

    @property
    def signed_in(self) -> bool:
        """Whether somebody has signed in."""
        return self.user is not None

    @property
    def staff(self) -> bool:
        """Whether the second factor is compulsory."""
        return bool(self.roles & STAFF)

    @property
    def actor(self) -> Actor:
        """How the journals call them."""
        user = "" if self.user is None else str(self.user.pk)
        return Actor(user, "" if self.organisation is None else str(self.organisation.pk))

    def has(self, *roles: Role) -> bool:
        """Whether one of these roles is held."""
        return not self.roles.isdisjoint(roles)


ANYBODY = Viewer()


def memberships_in_force(user: User, on: date) -> list[Membership]:
    """Roles a person holds on a day, in active organisations, by name of organisation."""
    found = Membership.objects.filter(user=user, since__lte=on, organisation__active=True).filter(
        Q(until=None) | Q(until__gte=on)
    )
    return list(found.select_related("organisation").order_by("organisation__name", "role"))


def viewer_of(user: User | None, chosen: str, on: date) -> Viewer:
    """The viewer of a person, who acts for the organisation chosen.

    When it is not theirs: for the territory's own, else for the first of theirs.

    One query.
    """
    if user is None or not user.is_active:
        return ANYBODY
    held = memberships_in_force(user, on)
    if not held:
        return Viewer(user)
    first = next((m for m in held if m.organisation.hosts), held[0]).organisation_id
    mine = [m for m in held if str(m.organisation_id) == chosen] or [
        m for m in held if m.organisation_id == first
    ]
    schemes = frozenset(str(key) for m in mine if m.role == Role.AGENT for key in m.schemes)
    theirs = tuple({m.organisation_id: m.organisation for m in held}.values())
    return Viewer(user, mine[0].organisation, frozenset(Role(m.role) for m in mine), schemes, theirs)


def viewer(request: HttpRequest) -> Viewer:
    """The viewer of a request, as the middleware ``who`` found it."""
    found = getattr(request, "viewer", ANYBODY)
    return found if isinstance(found, Viewer) else ANYBODY
