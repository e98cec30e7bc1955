"""Founding Clairval: organisations, accounts, roles."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.conf import settings

from hygie.apps.core import clock
from hygie.apps.core.accounts.handing_over import Keys, hand_over
from hygie.apps.core.accounts.models import User
from hygie.apps.core.accounts.selectors import is_staff_somewhere
from hygie.apps.core.accounts.services import create_account
from hygie.apps.core.audit.journal import journalled
from hygie.apps.core.contacts.services import Contact, send_code
from hygie.apps.core.organisations.invitation_models import Invitation
from hygie.apps.core.organisations.invitations import Invited, invite
from hygie.apps.core.organisations.models import Organisation
from hygie.apps.core.organisations.roles import Role
from hygie.apps.core.organisations.selectors import members
from hygie.apps.core.organisations.services import (
    RoleGiven,
    add_organisation,
    found_instance,
    give_first_administrator,
    give_role,
    give_role_from_command_line,
)
from hygie.apps.core.organisations.viewer import Viewer, viewer_of
from hygie.config.demo.cast import (
    ADMINISTRATOR,
    HOST,
    HOUSES,
    INVITED,
    PEOPLE,
    RESIDENT,
    STORY_BEGINS,
    Part,
    Person,
    address,
)
from hygie.engines.kernel.errors import HygieError


@dataclass(frozen=True, slots=True)
class Login:
    """Somebody of Clairval; ``keys`` is None when they were given before: nothing keeps them."""

    name: str
    email: str
    roles: tuple[str, ...]
    keys: Keys | None


def bring_people(*, new_keys: bool) -> tuple[Login, ...]:
    """Found Clairval and give everybody their roles; who signs in, with what.

    Parameters
    ----------
    new_keys
        Draw again the passwords and second factors of everybody.

    Raises
    ------
    HygieError
        If the instance belongs to another town.
    """
    _host()
    for house in HOUSES:
        if not Organisation.objects.filter(slug=house.slug).exists():
            add_organisation(acting(ADMINISTRATOR, HOST.slug), house.name, house.slug, house.kind)
    for person in PEOPLE:
        user = User.objects.filter(email=person.email).first() or create_account(person.email, person.name)
        for part in person.parts:
            _give(user, part)
    return tuple(_login(person, new_keys) for person in PEOPLE)


def invite_others() -> None:
    """Invite who has not answered yet; their messages go to the outbox."""
    town = organisation(HOST.slug)
    if not Invitation.objects.filter(organisation=town).exists():
        for name, role in INVITED:
            invited = Invited(address(name), name, RoleGiven(role, STORY_BEGINS))
            invite(acting(ADMINISTRATOR, HOST.slug), town, invited, site=settings.SITE_ADDRESS)


def send_resident_code() -> None:
    """Ask for a code as a resident does, without account; it waits in the outbox.

    The limits of codes hold here too: filling again, day after day, sends no more than anybody may ask.
    """
    send_code(Contact("email", address(RESIDENT)))


def organisation(slug: str) -> Organisation:
    """An organisation of Clairval."""
    return Organisation.objects.get(slug=slug)


def acting(name: str, house: str, on: date | None = None) -> Viewer:
    """Somebody of Clairval, by their name, acting for one of their organisations."""
    user = User.objects.get(email=address(name))
    return viewer_of(user, str(organisation(house).pk), on or clock.today())


def _host() -> None:
    """Found the town, or find it again."""
    found = Organisation.objects.filter(hosts=True).first()
    administrator = address(ADMINISTRATOR)
    if found is None and not User.objects.exists():
        with journalled():
            user = create_account(administrator, ADMINISTRATOR)
            found_instance(HOST.name, HOST.slug, HOST.kind, administrator=user, on=STORY_BEGINS)
    elif found is None or not members(found).filter(user__email=administrator).exists():
        raise HygieError(
            "Cette instance n’est pas celle de la démonstration.",
            why="Elle a déjà une organisation ou des comptes, qui n’ont pas été touchés.",
            fix="Donnez à la démonstration un dossier à elle : HYGIE_HOME=var/demo make demo.",
        )


def _give(user: User, part: Part) -> None:
    house, given = organisation(part.house), part.given
    if members(house).filter(user=user, role=given.role).exists():
        return
    if given.role is Role.ADMINISTRATOR:
        give_first_administrator(acting(ADMINISTRATOR, HOST.slug), house, user, given.since)
    elif members(house).filter(user__email=address(ADMINISTRATOR), role=Role.ADMINISTRATOR).exists():
        give_role(acting(ADMINISTRATOR, house.slug), house, user, given)
    else:  # a partner whose own administrator is not of the story
        give_role_from_command_line(house, user, given)


def _login(person: Person, new_keys: bool) -> Login:
    user = User.objects.get(email=person.email)
    held = tuple(f"{part.given.role.label} ({organisation(part.house).name})" for part in person.parts)
    if user.has_usable_password() and not new_keys:
        return Login(person.name, person.email, held, None)
    staff = is_staff_somewhere(user, clock.today())
    return Login(person.name, person.email, held, hand_over(user, second_factor=staff))
