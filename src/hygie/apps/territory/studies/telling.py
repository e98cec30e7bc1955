"""From a study as it is kept to what its page, its PDF and its files say."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from hygie.apps.territory.selectors import Opened
from hygie.apps.territory.studies.fields import asked_words, initial_form
from hygie.apps.territory.studies.kinds import kind_of
from hygie.apps.territory.studies.models import Study
from hygie.apps.territory.studies.registry import Kind
from hygie.engines.kernel.french import NARROW, WIDE, long_date
from hygie.reports.studies.document import StudyFacts
from hygie.reports.studies.presentation import Presentation, StudyScene


def scene_of(opened: Opened) -> StudyScene:
    """What presentations are written from."""
    scene = opened.scene
    return StudyScene(opened.territory, opened.catalogue, scene.stage.windows, opened.streets, scene.few)


def told(study: Study, opened: Opened, *, personal: bool) -> Presentation | None:
    """What a study says; None when it has no answer that this version knows how to tell.

    Parameters
    ----------
    personal
        Whether what tells of people one by one is read too: the reader must be allowed, the reading
        journalled.
    """
    kind = kind_of(study.kind)
    if kind is None or study.result.get("format") != kind.format:
        return None
    held = _personal(study) if personal else None
    return kind.present(study.result, held, scene_of(opened))


def _personal(study: Study) -> dict[str, Any] | None:
    if not study.personal:
        return None
    found: dict[str, Any] = json.loads(study.personal)
    return found


def asked(study: Study, kind: Kind, opened: Opened, *, mine: bool) -> tuple[tuple[str, str], ...]:
    """What was typed, in words; how many rows a file had is for its own planners: they may be children."""
    typed: Mapping[str, list[str]] = study.typed
    fields = [one for one in kind.fields(opened) if not (one.without_file and study.file_note)]
    words = asked_words(initial_form(fields, typed))
    if study.file_note:
        rows = f"{study.file_note['kept']} lignes gardées, {study.file_note['rejected']} rejetées"
        words = (*words, ("Fichier envoyé", rows if mine else "oui"))
    return words


def stale_words(study: Study) -> str:
    """« Calculé sur des données antérieures… »."""
    day = "" if study.data_day is None else f" du {long_date(study.data_day)}"
    return (
        f"Calculé sur des données antérieures{WIDE}: celles{day}. Le territoire affiché a changé "
        f"depuis{NARROW}; recalculez l’étude avant de décider."
    )


def facts_of(study: Study, kind: Kind, opened: Opened, *, stale: bool) -> StudyFacts:
    """What goes around the presentation in its PDF."""
    computed = "" if study.computed is None else f", calculé le {long_date(study.computed.date())}"
    return StudyFacts(
        name=f"{study.name}. {study.organisation.name}{computed}.",
        kind=f"Étude{WIDE}: {kind.short}",
        asked=asked(study, kind, opened, mine=False),
        note=study.note,
        stale=stale_words(study) if stale else "",
        day=study.data_day or opened.day,
    )
