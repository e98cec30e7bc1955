"""A file of entries: read, shown with what it would change, then taken in as somebody decides."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path, PurePath
from typing import Any

from django.core.files.uploadedfile import UploadedFile

from hygie.apps.core.audit.journal import Actor, journalled
from hygie.apps.core.jobs.registry import Report
from hygie.apps.core.jobs.running import again, enqueue
from hygie.apps.core.organisations.models import Organisation
from hygie.apps.core.organisations.viewer import Viewer
from hygie.apps.core.storable import storable
from hygie.apps.directory.drafts import Draft
from hygie.apps.directory.importing import Plan, apply_import, import_lines, plan_import
from hygie.apps.directory.models import Entry, Stage, Upload
from hygie.apps.directory.permissions import can_import, check
from hygie.apps.directory.services import checked
from hygie.apps.directory.vocabulary import FIELDS, LANGUAGES, categories, languages_text
from hygie.apps.directory.words import plain, words
from hygie.engines.kernel.errors import HygieError
from hygie.readers.directory_files import ListedFile, ListedPlace, read_listed

LARGEST = 8 << 20
"""Bytes of a file that is taken."""

NEAR_M = 60.0
"""Metres within which a like name in one category may be the same place (« same_place_distance »)."""

_METRES = 111_320.0


MOST_ALIKE = 200
"""Rows like an entry that one page asks about; further ones are left out, and said so."""

SHOWN = 50
"""New entries and differences listed on the page; their numbers are whole."""

READ, TAKE = "directory.read", "directory.take"


@dataclass(frozen=True)
class Preview:
    """What a file would do: its plan, and the entries that some new rows may already be."""

    plan: Plan
    alike: Mapping[str, Entry]


def keep_upload(viewer: Viewer, organisation: Organisation, file: UploadedFile[Any]) -> Upload:
    """Keep a file as it was sent and ask a job to read it; nothing of the directory is written.

    Raises
    ------
    RefusedError
        If the viewer may not import.
    HygieError
        If the file is too large.
    """
    check(can_import(viewer) and viewer.organisation == organisation, "importer de fichier")
    if file.size is None or file.size > LARGEST:
        raise HygieError("Ce fichier est trop lourd.", fix="Coupez-le en fichiers de 8 Mo au plus.")
    name = "".join(
        letter for letter in PurePath((file.name or "").replace("\\", "/")).name if letter.isprintable()
    )
    with journalled():
        upload = Upload.objects.create(
            organisation=organisation, file=name[-120:] or "fichier", content=file.read()
        )
        upload.job = enqueue(READ, {"upload": str(upload.pk)}, organisation=organisation)
        upload.save(update_fields=["job"])
    return upload


def read_kept(upload: Upload, report: Report) -> None:
    """Read a file that waits, and say what it would change; called by its job.

    What cannot be read at all is noted on the upload: nobody has to look for it among the jobs.
    """
    report(0.1, "Lecture du fichier")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"fichier{PurePath(upload.file).suffix.lower()[:10]}"
        path.write_bytes(bytes(upload.content))
        try:
            listed = read_listed(path, _category_of)
        except HygieError as error:
            _note(upload, Stage.WAITING, stage=Stage.REFUSED, refusal=storable(str(error))[:500], content=b"")
            return
    drafts, rejects = _drafts(listed, upload.file)
    rejects = storable(rejects)
    report(0.5, "Comparaison avec l’annuaire")
    seen = _seen(upload.organisation, drafts)
    kept = [draft.as_json() for draft in drafts]
    _note(
        upload, Stage.WAITING, stage=Stage.READ, drafts=kept, rejects=rejects, told=_told(seen), content=b""
    )


def _drafts(listed: ListedFile, file: str) -> tuple[list[Draft], list[list[str]]]:
    """Rows as drafts, and those that cannot be; ``read = drafts + rejects``."""
    found: dict[str, Draft] = {}
    rejects = [[r.row, r.column, r.value, r.reason] for r in listed.rejects]
    for place in listed.places:
        try:
            draft = _draft(place, file)
        except HygieError as error:
            rejects.append([place.row, "", place.texts["name"][:60], str(error)])
            continue
        first = found.setdefault(draft.place, draft)
        if first is not draft:
            why = f"même identifiant, ou même nom et même sorte, que la ligne {first.row}"
            rejects.append([place.row, "", place.texts["name"][:60], why])
    return list(found.values()), rejects


def _note(upload: Upload, before: Stage, **values: Any) -> bool:
    """Move an upload on from a stage, once: a job done twice changes nothing more."""
    with journalled():
        return Upload.objects.filter(pk=upload.pk, stage=before).update(**values) == 1


def preview(upload: Upload) -> Preview:
    """What an upload would change now."""
    return _seen(upload.organisation, [Draft(**raw) for raw in upload.drafts])


def _seen(organisation: Organisation, drafts: Sequence[Draft]) -> Preview:
    plan = plan_import(organisation, drafts)
    return Preview(plan, {d.place: found for d in plan.new if (found := _alike(organisation, d))})


def _told(seen: Preview) -> dict[str, Any]:
    """What the page of a file shows, without asking the database about each row again.

    Returns
    -------
    dict
        ``lines`` (sentences), ``new`` ([name, category]) and ``more`` (how many others), ``alike``
        ([place, row, name, entry, its name, its address]), ``unasked`` (places beyond ``MOST_ALIKE``),
        ``differences`` ([entry, field, before, after]).
    """
    plan = seen.plan
    new = [draft for draft in plan.new if draft.place not in seen.alike]
    alike = [
        [draft.place, draft.row, draft.values["name"], entry.pk, entry.name, entry.address]
        for draft in plan.new
        if (entry := seen.alike.get(draft.place))
    ]
    return {
        "lines": list(import_lines(plan)),
        "new": [[draft.values["name"], draft.values["category"]] for draft in new[:SHOWN]],
        "more": max(len(new) - SHOWN, 0),
        "alike": alike[:MOST_ALIKE],
        "unasked": [row[0] for row in alike[MOST_ALIKE:]],
        "differences": [
            [entry.name, key, before, after]
            for entry, _, fields in (*plan.changed, *plan.offered)[:SHOWN]
            for key, (before, after) in fields.items()
        ],
    }


def ask_taking(viewer: Viewer, upload: Upload, choices: Mapping[str, str]) -> None:
    """Ask for an upload to be taken in by a job.

    Parameters
    ----------
    choices
        By place of a new row that is like an entry: ``new`` for another place; anything else leaves
        the row out.

    Raises
    ------
    RefusedError
        If the viewer may not import there.
    HygieError
        If it was taken in already, or is not read yet.
    """
    check(can_import(viewer) and viewer.organisation == upload.organisation, "importer de fichier")
    told = upload.told
    asked = [row[0] for row in told.get("alike", []) if choices.get(row[0]) != "new"]
    left_out = [*asked, *told.get("unasked", [])]
    with journalled():
        mine = Upload.objects.filter(pk=upload.pk, stage=Stage.READ)
        if not mine.update(stage=Stage.TAKING, left_out=left_out):
            raise HygieError(
                "Ce fichier n’attend pas de réponse.", fix="Rechargez la page pour voir où il en est."
            )
        payload = {"upload": str(upload.pk), "user": viewer.actor.user}
        job = enqueue(TAKE, payload, organisation=upload.organisation)
        Upload.objects.filter(pk=upload.pk).update(job=job)


def take_kept(upload: Upload, *, actor: Actor, on: date, report: Report) -> None:
    """Take an upload in; called by its job, and again after a cut: what was written is then skipped.

    Raises
    ------
    HygieError
        If a value of the source cannot be kept.
    """
    left_out = set(upload.left_out)
    drafts = [draft for raw in upload.drafts if (draft := Draft(**raw)).place not in left_out]
    plan = plan_import(upload.organisation, drafts)
    apply_import(upload.organisation, plan, actor=actor, on=on, report=report)
    told = {"lines": list(import_lines(plan)), "left_out": len(left_out)}
    _note(upload, Stage.TAKING, stage=Stage.TAKEN, drafts=[], told=told)


def take_up_again(viewer: Viewer, upload: Upload) -> bool:
    """Try again the job of an upload that failed; whether it had.

    Raises
    ------
    RefusedError
        If the viewer may not import there.
    """
    check(can_import(viewer) and viewer.organisation == upload.organisation, "importer de fichier")
    with journalled():
        return upload.job is not None and again(upload.job)


def leave_upload(viewer: Viewer, upload: Upload) -> bool:
    """Forget a file that is not being taken in; whether it could be.

    Raises
    ------
    RefusedError
        If the viewer may not import there.
    """
    check(can_import(viewer) and viewer.organisation == upload.organisation, "importer de fichier")
    with journalled():
        left = Upload.objects.filter(pk=upload.pk).exclude(stage=Stage.TAKING)
        return left.delete()[0] > 0


def _category_of(text: str) -> str | None:
    """Category named by its key, its title or its plural."""
    wanted = plain(text)
    named = (c for c in categories().values() if wanted in (c.key, plain(c.title), plain(c.plural)))
    found = next(named, None)
    return found.key if found else None


def _draft(place: ListedPlace, file: str) -> Draft:
    """A row as a draft.

    Raises
    ------
    HygieError
        If a value cannot be kept.
    """
    texts = place.texts
    values: dict[str, Any] = {key: checked(key, texts[key]) for key in FIELDS if key in texts}
    values |= {"category": texts["category"]}
    if texts["accepts"] != "unknown":
        values["accepts"] = texts["accepts"]
    if texts.get("languages"):
        values["languages"] = languages_text(_languages(texts["languages"]))
    if place.lon is not None and place.lat is not None:
        values |= {"lon": place.lon, "lat": place.lat}
    texts = storable(dict(place.texts))
    named = texts.get("place") or f"{texts['category']}:{plain(values['name'])}"
    return Draft(
        f"fichier:{named}"[:160],
        texts.get("site", "")[:160],
        f"fichier {file}"[:60],
        "",
        "",
        values,
        place.row,
    )


def _languages(text: str) -> list[str]:
    said = {plain(part.strip()) for part in text.replace(";", ",").split(",")}
    return [key for key, name in LANGUAGES.items() if {key, plain(name)} & said]


def _alike(organisation: Organisation, draft: Draft) -> Entry | None:
    """An entry that a new row may already be: the same site, or near it with a like name."""
    lon, lat = draft.values.get("lon"), draft.values.get("lat")
    mine = Entry.objects.filter(organisation=organisation, category=draft.values["category"])
    if draft.site:
        same = mine.filter(site=draft.site).first()
        if same is not None:
            return same
    if lon is None or lat is None:
        return mine.filter(sort_name=plain(str(draft.values["name"]))[:200]).first()
    side = NEAR_M / _METRES
    near = mine.filter(
        lat__gte=lat - side, lat__lte=lat + side, lon__gte=lon - 2 * side, lon__lte=lon + 2 * side
    )
    asked = set(words(str(draft.values["name"])))
    for entry in near[:50]:
        held = set(words(entry.name))
        if asked and held and len(asked & held) / len(asked | held) >= 0.5:
            return entry
    return None
