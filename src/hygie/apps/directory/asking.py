"""Asking the owner of an entry whether it is still true: one signed link, used once, no account."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from uuid import UUID

from django.core.signing import BadSignature, Signer

from hygie.apps.core import clock
from hygie.apps.core.audit.journal import Actor, decided, journalled
from hygie.apps.core.messages.addresses import Contact
from hygie.apps.core.messages.kinds import MessageKind, Nature, message_kind
from hygie.apps.core.messages.services import Note, send
from hygie.apps.core.organisations.viewer import Viewer
from hygie.apps.directory.models import Ask, Change, Entry
from hygie.apps.directory.permissions import SUBJECT, can_edit, check
from hygie.apps.directory.policies import link_lasts
from hygie.apps.directory.services import confirm, keep, lock, put
from hygie.engines.kernel.errors import HygieError
from hygie.engines.kernel.french import long_date

Address = Callable[[str], str]
"""From the token of a link to its whole address."""

_SIGNER = Signer(salt="hygie.directory.ask")

CONFIRM = message_kind(
    MessageKind(
        name="directory.confirm",
        title="Demande de confirmer une fiche de l’annuaire",
        nature=Nature.OWED,
        variables={
            "fiche": "Pharmacie du Port",
            "lien": "https://hygie.example/annuaire/confirmer/…",
            "jusque": "24 décembre 2026",
        },
        body=(
            "Bonjour,\n\n« {{ fiche }} » figure dans l’annuaire {{ de_qui }}. Est-ce toujours juste ? "
            "Ce lien montre la fiche : elle se confirme d’un clic, ou se corrige.\n\n{{ lien }}\n\n"
            "Il sert une fois, jusqu’au {{ jusque }}. Aucun compte n’est nécessaire.\n"
        ),
    )
)
"""Message to whoever can confirm an entry; its subject says only who writes."""


def set_owner(viewer: Viewer, entry: Entry, email: str, now: datetime) -> None:
    """Say who is asked to confirm an entry; empty forgets them. The address is encrypted and never shown.

    Raises
    ------
    RefusedError
        If the viewer may not write the entry.
    HygieError
        If this is no e-mail address.
    """
    check(can_edit(viewer, entry, now.date()), "modifier cette fiche")
    address = email.strip()
    if address:
        Contact(email=address).read()
    with journalled():
        Entry.objects.filter(pk=entry.pk).update(owner_email=address)
        decided(viewer.actor, "entry.owner", subject=SUBJECT, record=str(entry.pk), known=bool(address))


def ask_owner(viewer: Viewer, entry: Entry, address: Address, now: datetime) -> Ask:
    """Send the owner of an entry the link that confirms it.

    Raises
    ------
    RefusedError
        If the viewer may not write the entry.
    HygieError
        If nobody is known to be asked.
    """
    check(can_edit(viewer, entry, now.date()), "demander de confirmer cette fiche")
    to = entry.owner_email or entry.email
    if not to:
        raise HygieError(
            "Cette fiche n’a pas d’adresse à qui demander.",
            fix="Donnez l’adresse de la personne qui peut la confirmer.",
        )
    with journalled():
        return send_ask(viewer, entry, to, address, now)


def send_ask(viewer: Viewer, entry: Entry, to: str, address: Address, now: datetime) -> Ask:
    """Queue the message of one ask, in the transaction under way; who may was checked before."""
    expires = now + link_lasts(now.date())
    ask = Ask.objects.create(entry=entry, sent=now, expires=expires)
    Entry.objects.filter(pk=entry.pk).update(asked_on=clock.today())
    decided(viewer.actor, "entry.ask", subject=SUBJECT, record=str(entry.pk))
    note = Note(
        CONFIRM.name,
        Contact(email=to),
        {"fiche": entry.name, "lien": address(token(ask)), "jusque": long_date(expires.date())},
        about=SUBJECT,
        record=str(entry.pk),
    )
    send(entry.organisation, note)
    return ask


def token(ask: Ask) -> str:
    """What the link of an ask holds."""
    return _SIGNER.sign(ask.pk.hex)


def ask_of(text: str, now: datetime) -> Ask | None:
    """The ask of a link; None when it is forged, used, or too old: they are told alike."""
    try:
        identifier = UUID(hex=_SIGNER.unsign(text))
    except (BadSignature, ValueError):
        return None
    waiting = Ask.objects.filter(pk=identifier, used=None, expires__gt=now)
    return waiting.select_related("entry__organisation").first()


def answer(ask: Ask, values: Mapping[str, str] | None, now: datetime) -> None:
    """Confirm an entry by its link, with corrections or (None) as it is; the link is then used.

    Raises
    ------
    HygieError
        If the link was used in the meantime, or a text cannot be kept: the link then still serves.
    """
    owner = ask.entry.organisation
    with journalled():
        if not Ask.objects.filter(pk=ask.pk, used=None, expires__gt=now).update(used=now):
            raise HygieError("Ce lien a déjà servi.", fix="Demandez-en un autre à la ville.")
        entry = lock(ask.entry, None)
        today = clock.today()  # the link lives by the real clock, what is written by that of the pages
        changed = put(entry, values or {}, owner, today)
        confirm(entry, owner, today)
        entry.save()
        kind = Change.EDITED if changed else Change.CONFIRMED
        keep(entry, kind, changed, actor=Actor("", str(owner.pk)), organisation=owner)
