"""What the operator of an instance does from the command line, without an account."""

from __future__ import annotations

from typing import TypeVar

from django.db.models import Q
from django.utils.text import slugify

from hygie.apps.core import clock
from hygie.apps.core.accounts.models import User
from hygie.apps.core.accounts.services import create_account
from hygie.apps.core.audit.journal import journalled
from hygie.apps.core.messages.addresses import email_address
from hygie.apps.core.organisations.invitations import Invited, invite_from_command_line
from hygie.apps.core.organisations.models import Organisation
from hygie.apps.core.organisations.roles import Kind, Role
from hygie.apps.core.organisations.services import RoleGiven, found_instance
from hygie.engines.kernel.errors import HygieError

Choice = TypeVar("Choice", Kind, Role)


def found(email: str, name: str, *, organisation: str, kind: str, site: str) -> str:
    """Found a new instance: its organisation, and the person who administers it; their link.

    Raises
    ------
    HygieError
        If the instance is founded already, or a word is not understood.
    """
    chosen, today, read = _one_of(Kind, kind), clock.today(), email_address(email)
    with journalled():  # all or nothing: a refused instance leaves no account
        user = User.objects.filter(email=read).first() or create_account(read, name)
        made = found_instance(
            organisation, slugify(organisation)[:60] or "instance", chosen, administrator=user, on=today
        )
    return _invited(made, email, name, Role.ADMINISTRATOR, site)


def invite(email: str, name: str, *, organisation: str, role: str, site: str) -> str:
    """Invite somebody; their link.

    Raises
    ------
    HygieError
        If the organisation or the role is not known.
    """
    mine = Organisation.objects.filter(Q(name=organisation) | Q(slug=organisation)).first()
    if mine is None:
        names = ", ".join(Organisation.objects.values_list("name", flat=True)) or "aucune"
        raise HygieError("Cette organisation n’existe pas ici.", fix=f"Choisissez parmi\u00a0: {names}.")
    return _invited(mine, email, name, _one_of(Role, role), site)


def _invited(organisation: Organisation, email: str, name: str, role: Role, site: str) -> str:
    person = Invited(email, name, RoleGiven(role, clock.today()))
    return invite_from_command_line(organisation, person, site=site)


def _one_of(choices: type[Choice], word: str) -> Choice:
    try:
        return choices(word)
    except ValueError as error:
        raise HygieError(
            f"«\u00a0{word}\u00a0» n’est pas connu.",
            fix=f"Choisissez parmi\u00a0: {', '.join(choices.values)}.",
        ) from error
