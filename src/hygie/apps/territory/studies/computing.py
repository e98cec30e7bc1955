"""Computing a study: by a job or at once, told as it goes, stopped when asked, refused in words."""

from __future__ import annotations

import json
import time
from functools import lru_cache
from pathlib import Path
from uuid import UUID

from django.utils import timezone

from hygie.apps.core.jobs.registry import Report, job
from hygie.apps.territory.live_folders import DataVersion, shown_folder, shown_version
from hygie.apps.territory.selectors import current_territory
from hygie.apps.territory.studies.fields import read_form
from hygie.apps.territory.studies.kinds import kind_of
from hygie.apps.territory.studies.models import Stage, Study
from hygie.apps.territory.studies.registry import Answers, Kind, Material, Outcome, StoppedError
from hygie.engines.kernel.errors import HygieError
from hygie.readers.territory_folder import StoredTerritory, open_territory

JOB = "territory.study"
LARGEST_RESULT = 6 * 1024**2
"""Bytes of a result: a page draws it and a database keeps it."""

PAUSE_S = 0.4
"""Progress is written no more often."""


@job(JOB, "Calculer une étude", tries=2)
def compute_by_job(report: Report, study: str, turn: int) -> None:
    """Compute one turn of a study."""
    compute(UUID(study), int(turn), report)


def compute(identifier: UUID, turn: int, report: Report | None = None) -> None:
    """Compute a turn of a study and keep what was found, or why there is no answer.

    Nothing is done when that turn is over: stopped, asked again, or already computed.
    """
    waiting = Study.objects.filter(pk=identifier, turn=turn, stage__in=(Stage.WAITING, Stage.RUNNING))
    study = waiting.first()
    if study is None:
        return
    waiting.update(stage=Stage.RUNNING)
    try:
        version, outcome = _found(study, _Progress(identifier, turn, report))
    except StoppedError:
        return
    except HygieError as error:
        waiting.update(stage=Stage.REFUSED, refusal=str(error)[:1000], progress=0.0, doing="")
        return
    _keep(study, version, outcome)


def _found(study: Study, progress: _Progress) -> tuple[DataVersion, Outcome]:
    kind = kind_of(study.kind)
    if kind is None:
        raise HygieError("Cette version de Hygie ne connaît pas ce genre d’étude.")
    version = shown_version()
    if version is None:
        raise HygieError("Aucune donnée du territoire n’est affichée.", fix="Importez-en d’abord.")
    material = material_now()
    outcome = kind.run(material, _answers(kind, study, material), study.file, progress)
    outcome.result["format"] = kind.format
    if len(json.dumps(outcome.result, allow_nan=False)) > LARGEST_RESULT:
        raise HygieError(
            "La réponse est trop grande pour être gardée.", fix="Resserrez la question, puis recommencez."
        )
    progress(1.0)
    return version, outcome


def _answers(kind: Kind, study: Study, material: Material) -> Answers:
    form = read_form(kind.fields(material.opened), study.typed)
    if form.errors:
        key, words = next(iter(form.errors.items()))
        label = next(one.label for one in form.fields if one.key == key)
        raise HygieError(
            f"« {label} » ne convient plus : {words}",
            fix="Les données ont changé depuis. Reprenez la question, puis demandez une nouvelle étude.",
        )
    return form.answers


def _keep(study: Study, version: DataVersion, outcome: Outcome) -> None:
    told = "" if outcome.personal is None else json.dumps(outcome.personal, allow_nan=False)
    # the same row only if its turn is still the same: a stop that came last wins
    Study.objects.filter(pk=study.pk, turn=study.turn, stage=Stage.RUNNING).update(
        stage=Stage.DONE,
        result=outcome.result,
        personal=told,
        refusal="",
        progress=1.0,
        doing="",
        territory=version.digest,
        territory_name=material_now().opened.territory.name[:160],
        data_day=version.day,
        computed=timezone.now(),
    )


class _Progress:
    """Writes how far a turn is, now and then; stops it when it is over."""

    def __init__(self, identifier: UUID, turn: int, report: Report | None) -> None:
        self._turn = Study.objects.filter(pk=identifier, turn=turn, stage=Stage.RUNNING)
        self._report = report
        self._last = 0.0

    def __call__(self, progress: float, message: str = "") -> None:
        now = time.monotonic()
        if now - self._last < PAUSE_S and progress < 1.0:
            return
        self._last = now
        share = min(max(progress, 0.0), 1.0)
        if not self._turn.update(progress=share, doing=message[:200]):
            raise StoppedError
        if self._report is not None:
            self._report(share, message)


def material_now() -> Material:
    """The territory that is shown, and its folder.

    Raises
    ------
    HygieError
        If it cannot be opened.
    """
    opened = current_territory()
    version = shown_version()
    return Material(opened, _stored(shown_folder(), "" if version is None else version.digest))


@lru_cache(maxsize=1)
def _stored(folder: Path, digest: str) -> StoredTerritory:
    del digest  # the folder is opened again once it was written again
    return open_territory(folder)
