"""Writes about organisations and roles: one transaction, a permission, a line in the journal."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.db import IntegrityError, transaction

from hygie.apps.core.accounts.models import User
from hygie.apps.core.audit.journal import SYSTEM, decided, journalled
from hygie.apps.core.organisations.models import Grant, Level, Membership, Organisation
from hygie.apps.core.organisations.permissions import (
    RefusedError,
    check_can_manage_members,
    check_can_manage_organisations,
)
from hygie.apps.core.organisations.roles import Kind, Role
from hygie.apps.core.organisations.viewer import Viewer
from hygie.engines.kernel.errors import HygieError


@dataclass(frozen=True)
class RoleGiven:
    """A role to give.

    ``schemes`` matter for an agent; ``order_number`` and ``order_date`` (of the order that delegates
    the signature) are asked of who decides.
    """

    role: Role
    since: date
    until: date | None = None
    schemes: Sequence[str] = ()
    order_number: str = ""
    order_date: date | None = None


def found_instance(name: str, slug: str, kind: Kind, *, administrator: User, on: date) -> Organisation:
    """The first organisation of an instance, which runs it, with its first administrator.

    Raises
    ------
    HygieError
        If the instance already has one.
    """
    with journalled():
        if Organisation.objects.filter(hosts=True).exists():
            raise HygieError(
                "Cette instance a déjà l’organisation qui la fait fonctionner.",
                fix="Connectez-vous avec un compte qui l’administre.",
            )
        made = Organisation.objects.create(name=name, slug=slug, kind=kind, hosts=True)
        decided(
            SYSTEM, "organisation.found", subject="core.organisation", record=str(made.pk), kind=kind.value
        )
        _give(Viewer(), made, administrator, RoleGiven(Role.ADMINISTRATOR, on))
    return made


def add_organisation(viewer: Viewer, name: str, slug: str, kind: Kind) -> Organisation:
    """Add an organisation to the instance.

    Raises
    ------
    RefusedError
        If the viewer may not.
    HygieError
        If its name or its short name is taken.
    """
    check_can_manage_organisations(viewer)
    with journalled():
        try:
            with transaction.atomic():
                made = Organisation.objects.create(name=name, slug=slug, kind=kind)
        except IntegrityError as error:
            raise HygieError(
                f"Une organisation s’appelle déjà «\u00a0{name}\u00a0».", fix="Choisissez un autre nom."
            ) from error
        decided(
            viewer.actor,
            "organisation.add",
            subject="core.organisation",
            record=str(made.pk),
            kind=kind.value,
        )
    return made


def give_first_administrator(viewer: Viewer, organisation: Organisation, user: User, on: date) -> Membership:
    """Give an organisation without administrator its first one.

    Raises
    ------
    RefusedError
        If the viewer does not run the instance, or the organisation already has an administrator.
    """
    check_can_manage_organisations(viewer)
    with journalled():
        if Membership.objects.filter(organisation=organisation, role=Role.ADMINISTRATOR).exists():
            raise RefusedError(
                "Cette organisation a déjà une personne qui l’administre.",
                fix="C’est à elle de donner les rôles.",
            )
        return _give(viewer, organisation, user, RoleGiven(Role.ADMINISTRATOR, on))


def give_role(viewer: Viewer, organisation: Organisation, user: User, given: RoleGiven) -> Membership:
    """Give somebody a role in an organisation, or change the dates and schemes of the one they hold.

    Raises
    ------
    RefusedError
        If the viewer may not.
    HygieError
        If the dates are in disorder, or who decides has no order.
    """
    check_can_manage_members(viewer, organisation)
    with journalled():
        return _give(viewer, organisation, user, given)


def end_role(viewer: Viewer, membership: Membership, on: date) -> None:
    """End a role: its last day is the day before ``on``.

    Raises
    ------
    RefusedError
        If the viewer may not, or would leave the organisation without administrator.
    """
    check_can_manage_members(viewer, membership.organisation)
    with journalled():
        others = Membership.objects.filter(organisation=membership.organisation, role=Role.ADMINISTRATOR)
        if membership.role == Role.ADMINISTRATOR and not others.exclude(pk=membership.pk).exists():
            raise RefusedError(
                "Cette organisation n’aurait plus personne pour l’administrer.",
                fix="Donnez d’abord ce rôle à quelqu’un d’autre.",
            )
        if membership.since >= on:
            membership.delete()
        else:
            Membership.objects.filter(pk=membership.pk).update(until=on - timedelta(days=1))
        decided(
            viewer.actor,
            "membership.end",
            subject="core.user",
            record=str(membership.user_id),
            role=membership.role,
        )


def share(
    viewer: Viewer,
    subject: str,
    record: str,
    *,
    receiver: Organisation,
    level: Level,
    until: date | None = None,
) -> Grant:
    """Let another organisation read or write a record of the viewer's own.

    The caller has checked that the record belongs to the viewer's organisation.

    Raises
    ------
    RefusedError
        If the viewer acts for no organisation, or shares with their own.
    """
    owner = viewer.organisation
    if owner is None or owner == receiver:
        raise RefusedError("Un partage se fait avec une autre organisation que la vôtre.")
    with journalled():
        grant, _ = Grant.objects.update_or_create(
            receiver=receiver,
            subject=subject,
            record=record,
            defaults={"owner": owner, "level": level, "until": until},
        )
        decided(viewer.actor, "grant.give", subject=subject, record=record, level=level.value)
    return grant


def give_role_from_command_line(organisation: Organisation, user: User, given: RoleGiven) -> Membership:
    """Give a role as the operator of the instance, who has no account.

    Raises
    ------
    HygieError
        If the dates are in disorder, or who decides has no order.
    """
    with journalled():
        return _give(Viewer(), organisation, user, given)


def check_role(given: RoleGiven) -> None:
    """Refuse a role whose dates are in disorder, or that decides without an order.

    Raises
    ------
    HygieError
        Saying which.
    """
    if given.until is not None and given.until < given.since:
        raise HygieError("Un rôle ne peut pas finir avant de commencer.", fix="Corrigez les dates.")
    if given.role is Role.DECIDER and not (given.order_number and given.order_date):
        raise HygieError(
            "Une délégation a un arrêté.",
            why="Une décision doit pouvoir nommer l’acte qui donne le droit de la signer.",
            fix="Donnez le numéro et la date de l’arrêté.",
        )


def _give(viewer: Viewer, organisation: Organisation, user: User, given: RoleGiven) -> Membership:
    check_role(given)
    membership, _ = Membership.objects.update_or_create(
        user=user,
        organisation=organisation,
        role=given.role,
        defaults={
            "since": given.since,
            "until": given.until,
            "schemes": list(given.schemes),
            "order_number": given.order_number,
            "order_date": given.order_date,
        },
    )
    decided(viewer.actor, "membership.give", subject="core.user", record=str(user.pk), role=given.role.value)
    return membership
