"""A file of entries: read, shown with what it would change, then taken in as somebody decides."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path, PurePath
from typing import Any

from django.core.files.uploadedfile import UploadedFile

from hygie.apps.core.audit.journal import journalled
from hygie.apps.core.jobs.registry import Report
from hygie.apps.core.organisations.models import Organisation
from hygie.apps.core.organisations.viewer import Viewer
from hygie.apps.directory.drafts import Draft
from hygie.apps.directory.importing import Plan, apply_import, plan_import
from hygie.apps.directory.models import Entry, Upload
from hygie.apps.directory.permissions import can_import, check
from hygie.apps.directory.services import checked
from hygie.apps.directory.vocabulary import FIELDS, LANGUAGES, categories, languages_text
from hygie.apps.directory.words import plain, words
from hygie.engines.kernel.errors import HygieError
from hygie.readers.directory_files import ListedPlace, read_listed

LARGEST = 8 << 20
"""Bytes of a file that is taken."""

NEAR_M = 60.0
"""Metres within which a like name in one category may be the same place (« same_place_distance »)."""

_METRES = 111_320.0


@dataclass(frozen=True)
class Preview:
    """What a file would do: its plan, and the entries that some new rows may already be."""

    plan: Plan
    alike: Mapping[str, Entry]


def read_upload(viewer: Viewer, organisation: Organisation, file: UploadedFile[Any]) -> Upload:
    """Read a file and keep it aside; nothing of the directory is written.

    Raises
    ------
    RefusedError
        If the viewer may not import.
    HygieError
        If the file is too large or cannot be read.
    """
    check(can_import(viewer) and viewer.organisation == organisation, "importer de fichier")
    if file.size is None or file.size > LARGEST:
        raise HygieError("Ce fichier est trop lourd.", fix="Coupez-le en fichiers de 8 Mo au plus.")
    name = PurePath((file.name or "fichier").replace("\\", "/")).name[:120]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"fichier{PurePath(name).suffix.lower()[:10]}"
        path.write_bytes(file.read())
        listed = read_listed(path, _category_of)
    drafts, rejects = [], [[r.row, r.column, r.value, r.reason] for r in listed.rejects]
    for place in listed.places:
        try:
            drafts.append(_draft(place, name).as_json())
        except HygieError as error:
            rejects.append([place.row, "", place.texts["name"][:60], str(error)])
    with journalled():
        return Upload.objects.create(organisation=organisation, file=name, drafts=drafts, rejects=rejects)


def preview(upload: Upload) -> Preview:
    """What an upload would change."""
    plan = plan_import(upload.organisation, [Draft(**raw) for raw in upload.drafts])
    alike = {draft.place: found for draft in plan.new if (found := _alike(upload.organisation, draft))}
    return Preview(plan, alike)


def take_upload(
    viewer: Viewer, upload: Upload, choices: Mapping[str, str], *, on: date, report: Report
) -> Plan:
    """Take an upload in.

    Parameters
    ----------
    choices
        By place of a new row that is like an entry: ``new`` for another place; anything else leaves
        the row out.

    Raises
    ------
    RefusedError
        If the viewer may not import there.
    """
    check(can_import(viewer) and viewer.organisation == upload.organisation, "importer de fichier")
    seen = preview(upload)
    kept = tuple(d for d in seen.plan.new if d.place not in seen.alike or choices.get(d.place) == "new")
    plan = replace(seen.plan, new=kept)
    apply_import(upload.organisation, plan, actor=viewer.actor, on=on, report=report)
    upload.delete()
    return plan


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
