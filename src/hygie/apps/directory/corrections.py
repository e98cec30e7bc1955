"""What anybody may propose, without saying who they are, and what whoever keeps the entry answers."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

from hygie.apps.core.audit.journal import SYSTEM, decided, journalled
from hygie.apps.core.limits import Limit, take
from hygie.apps.core.organisations.viewer import Viewer
from hygie.apps.directory.models import Change, Correction, Entry, Outcome
from hygie.apps.directory.permissions import can_moderate, check
from hygie.apps.directory.services import checked, confirm, keep, lock, put
from hygie.apps.directory.vocabulary import FIELDS
from hygie.engines.kernel.errors import HygieError

SUBJECT = "directory.correction"
LONGEST_MESSAGE = 1000
FROM_ONE_NETWORK = Limit("directory.correction.network", 10, 3600)
ABOUT_ONE_ENTRY = Limit("directory.correction.entry", 10, 24 * 3600)


def propose(entry: Entry, values: Mapping[str, str], message: str, *, network: str) -> Correction:
    """Propose to correct a published entry.

    Parameters
    ----------
    values
        Texts of ``FIELDS`` as they should be; those that are already so are left out.
    network
        Where the proposal comes from: counted as a keyed digest, never kept.

    Raises
    ------
    HygieError
        If nothing is proposed, a text cannot be kept, or there were too many proposals.
    """
    fields = {key: checked(key, text) for key, text in values.items() if key in FIELDS}
    changes = {key: text for key, text in fields.items() if text != getattr(entry, key)}
    said = "".join(letter for letter in message.strip() if letter >= " " or letter == "\n")
    if len(said) > LONGEST_MESSAGE:
        raise HygieError("Le message est trop long.", fix=f"Restez sous {LONGEST_MESSAGE} caractères.")
    if not changes and not said:
        raise HygieError(
            "Rien n’a été changé.", fix="Corrigez au moins une ligne, ou écrivez ce qui ne va pas."
        )
    if not take(FROM_ONE_NETWORK, network) or not take(ABOUT_ONE_ENTRY, str(entry.pk)):
        raise HygieError(
            "Trop de corrections viennent d’être proposées.",
            why="Cette limite protège l’annuaire des envois automatiques.",
            fix="Réessayez plus tard, ou téléphonez au service.",
        )
    with journalled():
        made = Correction.objects.create(entry=entry, changes=changes, message=said)
        fields_said = " ".join(sorted(changes))
        decided(SYSTEM, "correction.propose", subject=SUBJECT, record=str(made.pk), fields=fields_said)
    return made


def accept(viewer: Viewer, correction: Correction, values: Mapping[str, str], now: datetime) -> None:
    """Take a correction in, as it is or as the moderator rewrote it.

    Parameters
    ----------
    values
        Texts as the moderator leaves them, by field.

    Raises
    ------
    RefusedError
        If the viewer may not answer it.
    HygieError
        If it was already answered, or a text cannot be kept.
    """
    _check(viewer, correction, now.date())
    edited = any(checked(key, text) != correction.changes.get(key) for key, text in values.items())
    with journalled():
        _close(correction, Outcome.EDITED if edited else Outcome.ACCEPTED, now, reason="")
        entry = lock(correction.entry, None)
        changed = put(
            entry, {k: v for k, v in values.items() if k in FIELDS}, viewer.organisation, now.date()
        )
        confirm(entry, viewer.organisation, now.date())
        entry.save()
        keep(entry, Change.CORRECTED, changed, actor=viewer.actor, organisation=viewer.organisation)
        decided(viewer.actor, "correction.accept", subject=SUBJECT, record=str(correction.pk), edited=edited)


def refuse(viewer: Viewer, correction: Correction, reason: str, now: datetime) -> None:
    """Refuse a correction, saying why.

    Raises
    ------
    RefusedError
        If the viewer may not answer it.
    HygieError
        Without a reason, or if it was already answered.
    """
    _check(viewer, correction, now.date())
    said = " ".join(reason.split())[:500]
    if not said:
        raise HygieError("Un refus a une raison.", fix="Écrivez en une phrase pourquoi vous refusez.")
    with journalled():
        _close(correction, Outcome.REFUSED, now, reason=said)
        decided(viewer.actor, "correction.refuse", subject=SUBJECT, record=str(correction.pk))


def _check(viewer: Viewer, correction: Correction, on: date) -> None:
    check(can_moderate(viewer, correction.entry, on), "répondre à cette correction")


def _close(correction: Correction, outcome: Outcome, now: datetime, *, reason: str) -> None:
    """Close a correction once: the second of two moderators is told so."""
    pending = Correction.objects.filter(pk=correction.pk, outcome=Outcome.PENDING)
    if not pending.update(outcome=outcome, decided_at=now, reason=reason):
        raise HygieError("Cette correction a déjà reçu une réponse.", fix="Revenez à la liste.")
