"""Inviting somebody: a link sent to their address, that serves once, by which they get a role."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone

from hygie.apps.core.accounts.models import User
from hygie.apps.core.audit.journal import Actor, decided, journalled, pseudonym
from hygie.apps.core.contacts.delivery import deliver
from hygie.apps.core.limits import take_or_refuse
from hygie.apps.core.messages.addresses import email_address
from hygie.apps.core.organisations.invitation_models import Invitation
from hygie.apps.core.organisations.models import Organisation
from hygie.apps.core.organisations.permissions import check_can_manage_members
from hygie.apps.core.organisations.roles import Role
from hygie.apps.core.organisations.services import (
    RoleGiven,
    check_role,
    give_role,
    give_role_from_command_line,
)
from hygie.apps.core.organisations.viewer import Viewer, viewer_of
from hygie.apps.core.practice import practice
from hygie.engines.kernel.errors import HygieError
from hygie.engines.kernel.french import long_date

SUBJECT = "core.invitation"
ENDED = HygieError(
    "Cette invitation ne sert plus.",
    why="Elle a déjà servi, elle a été annulée, ou elle est trop ancienne.",
    fix="Demandez-en une nouvelle à la personne qui vous a invité.",
)


@dataclass(frozen=True)
class Invited:
    """Who is invited, and to what."""

    email: str
    name: str
    given: RoleGiven


def unanswered(organisation: Organisation) -> QuerySet[Invitation]:
    """Invitations of an organisation neither accepted nor cancelled, the last one first.

    Those that are too old are there too, until they are erased: they can be sent again.
    """
    return Invitation.objects.filter(organisation=organisation, used=None, cancelled=None)


def invite(viewer: Viewer, organisation: Organisation, invited: Invited, *, site: str) -> Invitation:
    """Invite somebody, and send them the link.

    The answer is the same whether the address has an account already or not. An earlier invitation of
    the same address to the same role is cancelled.

    Parameters
    ----------
    site
        Address of this site, to write the link: ``https://hygie.example/``.

    Raises
    ------
    RefusedError
        If the viewer does not administer the organisation.
    HygieError
        If the address, the name, the dates or the order are off.
    TooManyError
        After too many invitations.
    """
    check_can_manage_members(viewer, organisation)
    take_or_refuse(practice().signing_in.invitations_sent, str(organisation.pk))
    made, secret = _made(viewer.user, organisation, invited, viewer.actor)
    _send(made, secret, site)
    return made


def send_again(viewer: Viewer, invitation: Invitation, *, site: str) -> Invitation:
    """Send an invitation again: a new link, for as long as a new invitation; the old link serves no more.

    Parameters
    ----------
    site
        Address of this site, to write the link.

    Returns
    -------
    The invitation that replaces it.

    Raises
    ------
    RefusedError
        If the viewer does not administer its organisation.
    HygieError
        If it was accepted or cancelled meanwhile.
    TooManyError
        After too many invitations of the organisation, or to this address.
    """
    organisation = invitation.organisation
    check_can_manage_members(viewer, organisation)
    limits = practice().signing_in
    take_or_refuse(limits.invitations_again, f"{organisation.pk}:{invitation.mark}")
    take_or_refuse(limits.invitations_sent, str(organisation.pk))
    with journalled():
        held = Invitation.objects.filter(pk=invitation.pk, used=None, cancelled=None)
        if not held.update(cancelled=timezone.now()):
            raise HygieError(
                "Cette invitation a déjà servi, ou elle est annulée.",
                fix="Rechargez la page pour voir où elle en est.",
            )
        made, secret = _made(viewer.user, organisation, _as_offered(invitation), viewer.actor)
    _send(made, secret, site)
    return made


def invite_from_command_line(organisation: Organisation, invited: Invited, *, site: str) -> str:
    """Invite somebody as the operator; the link, to hand over.

    Raises
    ------
    HygieError
        If the address, the name, the dates or the order are off.
    """
    made, secret = _made(None, organisation, invited, Actor(""))
    return _send(made, secret, site)


def cancel(viewer: Viewer, invitation: Invitation) -> None:
    """Cancel an invitation that waits: its link serves no more.

    Raises
    ------
    RefusedError
        If the viewer does not administer its organisation.
    """
    check_can_manage_members(viewer, invitation.organisation)
    with journalled():
        ended = Invitation.objects.filter(pk=invitation.pk, used=None, cancelled=None)
        if ended.update(cancelled=timezone.now()):
            decided(viewer.actor, "invitation.cancel", subject=SUBJECT, record=str(invitation.pk))


def invitation_of(secret: str) -> Invitation | None:
    """The invitation of a link that still serves; None otherwise, whatever the reason."""
    found = Invitation.objects.select_related("organisation").filter(digest=_digest(secret)).first()
    return found if found is not None and found.waits(timezone.now()) else None


def account_of(invitation: Invitation) -> User | None:
    """The account, with a password, of the address invited."""
    found = User.objects.filter(email=invitation.email).first()
    return found if found is not None and found.has_usable_password() else None


def accept(secret: str, *, on: date, name: str = "", password: str = "", by: User | None = None) -> User:
    """Take the role offered: with a new password, or as the person who has the account already.

    Raises
    ------
    HygieError
        If the invitation serves no more, or belongs to another account.
    RefusedError
        If who invited no longer administers the organisation.
    """
    with journalled():
        held = Invitation.objects.filter(
            digest=_digest(secret), used=None, cancelled=None, expires__gt=timezone.now()
        )
        if not held.update(used=timezone.now()):  # of two at once, one only
            raise ENDED
        invitation = Invitation.objects.select_related("organisation", "by").get(digest=_digest(secret))
        user = _holder(invitation, name, password, by)
        _give(invitation, user, on)
        decided(Actor(str(user.pk)), "invitation.accept", subject=SUBJECT, record=str(invitation.pk))
    return user


def forget_invitations(now: datetime) -> int:
    """Erase the invitations that ended long ago; how many."""
    return Invitation.objects.filter(expires__lte=now - practice().signing_in.invitation_kept).delete()[0]


def _made(
    by: User | None, organisation: Organisation, invited: Invited, actor: Actor
) -> tuple[Invitation, str]:
    email, name, given = email_address(invited.email), _name(invited.name), invited.given
    check_role(given)
    secret = secrets.token_urlsafe(32)
    mark = pseudonym("invitation", email)
    with journalled():
        earlier = Invitation.objects.filter(organisation=organisation, mark=mark, role=given.role)
        earlier.filter(used=None, cancelled=None).update(cancelled=timezone.now())
        made = Invitation.objects.create(
            organisation=organisation,
            by=by,
            email=email,
            name=name,
            mark=mark,
            digest=_digest(secret),
            role=given.role,
            schemes=list(given.schemes),
            since=given.since,
            until=given.until,
            order_number=given.order_number,
            order_date=given.order_date,
            expires=timezone.now() + practice().signing_in.invitation_age,
        )
        decided(actor, "invitation.send", subject=SUBJECT, record=str(made.pk), role=given.role.value)
    return made, secret


def _send(invitation: Invitation, secret: str, site: str) -> str:
    link = site.rstrip("/") + reverse("invitation", args=[secret])
    last = timezone.localtime(invitation.expires)
    body = (
        f"Bonjour {invitation.name},\n\n"
        f"{invitation.organisation.name} vous invite à utiliser Hygie.\n"
        f"Ouvrez ce lien pour accepter, jusqu’au {long_date(last.date())} :\n\n{link}\n\n"
        "Ce lien ne sert qu’une fois. Ne le transmettez à personne.\n"
        "Si vous n’attendiez pas ce message, ne faites rien\u00a0: il ne se passera rien.\n"
    )
    deliver("email", invitation.email, "Une invitation", body)
    return link


def _holder(invitation: Invitation, name: str, password: str, by: User | None) -> User:
    known = User.objects.filter(email=invitation.email).first()
    if known is not None and known.has_usable_password():
        if by is None or by.pk != known.pk:
            raise HygieError(
                "Cette invitation est pour un compte qui existe déjà.", fix="Connectez-vous avec ce compte."
            )
        return known
    if not password:
        raise HygieError("Il manque un mot de passe.", fix="Choisissez-en un.")
    if known is None:
        return User.objects.create_user(invitation.email, _name(name or invitation.name), password)
    known.set_password(password)
    known.save()
    return known


def _as_offered(invitation: Invitation) -> Invited:
    return Invited(invitation.email, invitation.name, _given(invitation))


def _given(invitation: Invitation) -> RoleGiven:
    return RoleGiven(
        Role(invitation.role),
        invitation.since,
        invitation.until,
        tuple(invitation.schemes),
        invitation.order_number,
        invitation.order_date,
    )


def _give(invitation: Invitation, user: User, on: date) -> None:
    given = _given(invitation)
    if invitation.by is None:
        give_role_from_command_line(invitation.organisation, user, given)
    else:  # whoever invited must still have the right to
        asked_by = viewer_of(invitation.by, str(invitation.organisation_id), on)
        give_role(asked_by, invitation.organisation, user, given)


def _name(text: str) -> str:
    name = " ".join(text.split())
    if not name or len(name) > 120 or not name.isprintable():
        raise HygieError(
            "Ce nom n’est pas lisible.", fix="Écrivez le prénom et le nom, en 120 lettres au plus."
        )
    return name


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode("utf-8", "replace")).hexdigest()
