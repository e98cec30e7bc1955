"""Writing entries: one transaction, a permission, a version kept, a line in the journal, the index."""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db.models import F

from hygie.apps.core.audit.journal import Actor, decided, journalled
from hygie.apps.core.organisations.models import Organisation
from hygie.apps.core.organisations.viewer import Viewer
from hygie.apps.directory.indexing import index
from hygie.apps.directory.models import Accepts, Change, Entry, Version
from hygie.apps.directory.permissions import SUBJECT, can_edit, can_write_entries, check
from hygie.apps.directory.vocabulary import FIELDS, categories
from hygie.apps.directory.words import plain
from hygie.engines.kernel.errors import HygieError

WRITABLE = (*FIELDS, "category", "lon", "lat", "languages", "accessibility", "accepts", "published")
"""Fields that a form, a file or a correction may change."""


class StaleError(HygieError):
    """Somebody else wrote the entry in the meantime: nothing is lost, nothing is overwritten."""

    def __init__(self) -> None:
        super().__init__(
            "Cette fiche a été modifiée pendant que vous écriviez.",
            why="Enregistrer maintenant effacerait le travail d’une autre personne.",
            fix="Vos réponses sont encore là : comparez-les à la fiche, puis enregistrez de nouveau.",
        )


def add_entry(viewer: Viewer, values: Mapping[str, Any], on: date) -> Entry:
    """Write a new entry for the viewer's organisation, which answers for it from this day.

    Raises
    ------
    RefusedError
        If the viewer keeps no entries.
    HygieError
        If a value cannot be kept.
    """
    check(can_write_entries(viewer), "écrire de fiche")
    organisation = _own(viewer)
    entry = Entry(
        organisation=organisation, as_of=on, confirmed_on=on, confirmed_by=organisation, claimed=True
    )
    with journalled():
        changed = put(entry, {"languages": "", **values}, organisation, on)
        entry.save()
        keep(entry, Change.CREATED, changed, actor=viewer.actor, organisation=organisation)
    return entry


def edit_entry(viewer: Viewer, entry: Entry, values: Mapping[str, Any], *, revision: int, on: date) -> bool:
    """Change an entry, which its organisation thereby confirms; whether anything changed.

    Raises
    ------
    RefusedError
        If the viewer may not write it.
    StaleError
        If it is no longer at ``revision``.
    HygieError
        If a value cannot be kept.
    """
    check(can_edit(viewer, entry, on), "modifier cette fiche")
    with journalled():
        taken = lock(entry, revision)
        changed = put(taken, values, _own(viewer), on)
        confirm(taken, _own(viewer), on)
        taken.save()
        keep(taken, Change.EDITED, changed, actor=viewer.actor, organisation=_own(viewer))
    return bool(changed)


def confirm_entry(viewer: Viewer, entry: Entry, on: date) -> None:
    """Say that an entry is still true.

    Raises
    ------
    RefusedError
        If the viewer may not write it.
    """
    check(can_edit(viewer, entry, on), "confirmer cette fiche")
    with journalled():
        taken = lock(entry, None)
        confirm(taken, _own(viewer), on)
        taken.save()
        keep(taken, Change.CONFIRMED, {}, actor=viewer.actor, organisation=_own(viewer))


def answer_offer(viewer: Viewer, entry: Entry, accepted: bool, *, on: date) -> None:
    """Take what a source says that differs from the entry, or leave it.

    Raises
    ------
    RefusedError
        If the viewer may not write it.
    """
    check(can_edit(viewer, entry, on), "modifier cette fiche")
    with journalled():
        taken = lock(entry, None)
        offered = {key: value for key, value in dict(taken.offered).items() if key in WRITABLE}
        changed = put(taken, offered, _own(viewer), on) if accepted else {}
        taken.offered = {}
        confirm(taken, _own(viewer), on)
        taken.save()
        keep(taken, Change.EDITED, changed, actor=viewer.actor, organisation=_own(viewer))


def lock(entry: Entry, revision: int | None) -> Entry:
    """The entry, its next revision taken by one conditional update; in the transaction under way.

    Raises
    ------
    StaleError
        If it is no longer at ``revision``; None takes whichever it is at.
    """
    rows = Entry.objects.filter(pk=entry.pk)
    mine = rows if revision is None else rows.filter(revision=revision)
    if not mine.update(revision=F("revision") + 1):
        raise StaleError
    return rows.select_related("organisation").get()


def put(entry: Entry, values: Mapping[str, Any], by: Organisation | None, on: date) -> dict[str, list[Any]]:
    """Put values in an entry, unsaved; by field, what it was and what it is.

    Raises
    ------
    HygieError
        If a value cannot be kept.
    """
    changed = {}
    for name, value in values.items():
        if name not in WRITABLE:
            raise ValueError(f"{name} is not a field that is written")
        before, after = getattr(entry, name), checked(name, value)
        if before != after:
            changed[name] = [before, after]
            setattr(entry, name, after)
    if "accepts" in values and values["accepts"] != Accepts.UNKNOWN:
        entry.accepts_on, entry.accepts_by = on, by
    elif "accepts" in values:
        entry.accepts_on = entry.accepts_by = None
    if (entry.lon is None) != (entry.lat is None):
        raise HygieError(
            "Il manque une coordonnée.", fix="Donnez la longitude et la latitude, ou aucune des deux."
        )
    if not entry.name:
        raise HygieError("Une fiche a un nom.", fix="Écrivez le nom du lieu ou du service.")
    entry.sort_name = plain(entry.name)[:200]
    return changed


def checked(name: str, value: Any) -> Any:
    """A value as it may be kept in a field.

    Raises
    ------
    HygieError
        If it is too long, unknown or holds control characters.
    """
    if name in FIELDS:
        return _text(name, str(value))
    if name == "category" and value not in categories():
        raise HygieError("Cette catégorie n’existe pas.", fix="Choisissez-en une dans la liste.")
    if name == "accepts" and value not in Accepts.values:
        raise HygieError("Cette réponse n’existe pas.", fix="Choisissez oui, non ou non renseigné.")
    if name in ("lon", "lat") and value is not None:
        limit = 180 if name == "lon" else 90
        if not math.isfinite(value) or abs(value) > limit:
            raise HygieError("Cette coordonnée n’est pas sur Terre.", fix="Donnez-la en degrés décimaux.")
    return value


def _text(name: str, value: str) -> str:
    field = FIELDS[name]
    lines = [" ".join(line.split()) for line in value.replace("\r\n", "\n").split("\n")]
    text = ("\n" if name == "description" else " ").join(line for line in lines if line)
    if any(_hidden(letter) for letter in text):
        raise HygieError(f"« {field.label} » contient des caractères invisibles.", fix="Retapez ce texte.")
    if len(text) > field.longest:
        raise HygieError(f"« {field.label} » est trop long.", fix=f"Restez sous {field.longest} caractères.")
    if name == "website" and text and not text.startswith(("https://", "http://")):
        raise HygieError("L’adresse du site commence par https:// ou http://.", fix="Corrigez-la.")
    return text


def _hidden(letter: str) -> bool:
    """Control characters, and half characters that no database keeps."""
    return (letter < " " and letter != "\n") or letter == "\x7f" or "\ud800" <= letter <= "\udfff"


def confirm(entry: Entry, by: Organisation | None, on: date) -> None:
    """Say on a day, unsaved, that an entry is true; the imports no longer change it."""
    entry.as_of = entry.confirmed_on = on
    entry.confirmed_by, entry.claimed = by, True


def keep(
    entry: Entry,
    kind: Change,
    changed: Mapping[str, list[Any]],
    *,
    actor: Actor,
    organisation: Organisation | None,
) -> None:
    """Keep a version of a saved entry, journal it, and index it again."""
    Version.objects.create(
        entry=entry, revision=entry.revision, kind=kind, organisation=organisation, changes=dict(changed)
    )
    fields = " ".join(sorted(changed))
    decided(actor, f"entry.{kind.value}", subject=SUBJECT, record=str(entry.pk), fields=fields)
    if kind is Change.CREATED or {"name", "address", "description", "category"} & changed.keys():
        index([entry])


def _own(viewer: Viewer) -> Organisation:
    if viewer.organisation is None:
        raise ValueError("checked before: somebody who writes has an organisation")
    return viewer.organisation
