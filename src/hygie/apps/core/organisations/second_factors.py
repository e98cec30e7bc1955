"""Taking away the second factor of somebody who lost it, by an administrator of their organisation.

Whoever can do that to another, and knows their password, enters as them: so it is never for oneself, nor
for somebody whose roles reach further than one's own; it says why, and the person is told at once.
"""

from __future__ import annotations

from datetime import date

from allauth.mfa.models import Authenticator
from django.db import models
from django.db.models import Q, QuerySet

from hygie.apps.core.accounts.models import User
from hygie.apps.core.accounts.selectors import has_second_factor
from hygie.apps.core.accounts.services import end_sessions
from hygie.apps.core.audit.journal import decided, journalled
from hygie.apps.core.messages.addresses import Contact
from hygie.apps.core.messages.kinds import MessageKind, Nature, message_kind
from hygie.apps.core.messages.services import Note, send
from hygie.apps.core.organisations.models import Membership, Organisation
from hygie.apps.core.organisations.permissions import (
    RefusedError,
    can_manage_members,
    can_manage_organisations,
)
from hygie.apps.core.organisations.roles import STAFF
from hygie.apps.core.organisations.viewer import Viewer
from hygie.engines.kernel.errors import HygieError


class Reason(models.TextChoices):
    """Why a second factor is taken away: a closed list, since a journal holds no free words on people."""

    LOST = "lost", "téléphone perdu ou volé"
    CHANGED = "changed", "téléphone changé ou réinitialisé"
    CODES = "codes", "codes de secours perdus"
    DOUBT = "doubt", "quelqu’un d’autre a peut-être ses codes"


class Check(models.TextChoices):
    """How the administrator made sure that the request comes from that person."""

    FACE = "face", "en personne"
    CALL = "call", "par un appel à son numéro connu du service"


RESET = message_kind(
    MessageKind(
        "account.second_factor_reset",
        "Double vérification retirée",
        Nature.OWED,
        {"nom": "Camille Démo", "raison": Reason.LOST.label},
        body=(
            "Bonjour {{ nom }},\n\n"
            "La double vérification de votre compte Hygie vient d’être retirée par la personne qui "
            "administre {{ organisation }}. Raison donnée : {{ raison }}. Toutes vos sessions sont "
            "fermées.\n\n"
            "À votre prochaine connexion, vous donnerez votre mot de passe, puis vous activerez une "
            "nouvelle double vérification.\n\n"
            "Vous n’avez rien demandé ? Changez votre mot de passe et prévenez tout de suite la personne "
            "qui administre Hygie chez vous : quelqu’un essaie peut-être d’entrer à votre place.\n"
        ),
    )
)


def people_to_reset(viewer: Viewer, organisation: Organisation, on: date) -> set[int]:
    """Keys of the people whose second factor somebody may take away, whether they have one or not.

    An administrator of an organisation where the person has a role, for another person than themselves.
    Whoever has a role of staff elsewhere too is for the administrators of the organisation that runs the
    instance.
    """
    if viewer.user is None or not can_manage_members(viewer, organisation):
        return set()
    ahead = Membership.objects.filter(Q(until=None) | Q(until__gte=on))
    mine = _people(ahead.filter(organisation=organisation)) - {viewer.user.pk}
    if can_manage_organisations(viewer):
        return mine
    return mine - _people(ahead.exclude(organisation=organisation).filter(role__in=STAFF))


def can_reset_second_factor(viewer: Viewer, organisation: Organisation, user: User, on: date) -> bool:
    """Whether somebody may take away the second factor of a person."""
    return user.pk in people_to_reset(viewer, organisation, on)


def resettable(viewer: Viewer, organisation: Organisation, on: date) -> set[int]:
    """Keys of the people who have a second factor that somebody may take away."""
    people = people_to_reset(viewer, organisation, on)
    held = Authenticator.objects.filter(user_id__in=people, type=Authenticator.Type.TOTP)
    return set(held.values_list("user_id", flat=True))


def reset_second_factor_of(
    viewer: Viewer, organisation: Organisation, user: User, *, reason: Reason, check: Check, on: date
) -> None:
    """Take away the second factor and the recovery codes of a person, close their sessions, and tell them.

    Raises
    ------
    RefusedError
        If the viewer may not.
    HygieError
        If the person has no second factor.
    """
    if not can_reset_second_factor(viewer, organisation, user, on):
        raise RefusedError(
            "Vous ne pouvez pas retirer cette double vérification.",
            why="Personne ne retire la sienne, ni celle d’une personne qui a aussi un rôle ailleurs.",
            fix="Demandez-le à une autre personne qui administre l’organisation qui fait fonctionner Hygie.",
        )
    with journalled():
        if not has_second_factor(user):
            raise HygieError("Ce compte n’a pas de double vérification.")
        Authenticator.objects.filter(user_id=user.pk).delete()
        end_sessions(user)
        decided(
            viewer.actor,
            "second_factor.reset",
            subject="core.user",
            record=str(user.pk),
            reason=reason.value,
            check=check.value,
        )
        values = {"nom": user.name, "raison": reason.label}
        send(organisation, Note(RESET.name, Contact(email=user.email), values))


def _people(held: QuerySet[Membership]) -> set[int]:
    return set(held.values_list("user_id", flat=True))
