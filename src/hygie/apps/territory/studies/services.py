"""Writes about studies: one transaction, a permission, a line in the journal."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from django.db.models import F
from django.utils import timezone

from hygie.apps.core.audit.journal import decided, journalled
from hygie.apps.core.jobs.running import cancel as cancel_job
from hygie.apps.core.jobs.running import enqueue
from hygie.apps.core.limits import Limit, take
from hygie.apps.core.organisations.models import Grant, Level, Organisation
from hygie.apps.core.organisations.services import share
from hygie.apps.core.organisations.viewer import Viewer
from hygie.apps.territory.live_folders import shown_version
from hygie.apps.territory.studies.computing import JOB, compute
from hygie.apps.territory.studies.fields import Form, plain
from hygie.apps.territory.studies.kinds import kind_of
from hygie.apps.territory.studies.models import SUBJECT, Stage, Study
from hygie.apps.territory.studies.permissions import check_can_change, check_can_write
from hygie.apps.territory.studies.registry import FileRead, Kind
from hygie.apps.territory.studies.selectors import held_by
from hygie.engines.kernel.errors import HygieError

LONGEST_NAME = 120
LONGEST_NOTE = 4000
MOST_STUDIES = 300
"""Studies of one organisation: beyond, somebody has to sort them."""

ASKED = Limit("studies.asked", 60, 3600)
"""Computations that one organisation asks for in an hour."""


@dataclass(frozen=True)
class Asked:
    """A study as somebody asks it."""

    kind: Kind
    name: str
    form: Form
    file: FileRead | None = None


def ask_study(viewer: Viewer, asked: Asked) -> Study:
    """Keep a study and compute it: at once where its kind is quick, else by a job.

    Raises
    ------
    RefusedError
        If the viewer may not.
    HygieError
        If the name is wrong, or too much was asked already.
    """
    organisation = check_can_write(viewer)
    title = clean_name(asked.name)
    _room(organisation)
    _count(organisation)
    with journalled():
        made = Study.objects.create(
            organisation=organisation,
            author=viewer.user,
            kind=asked.kind.key,
            name=title,
            typed=asked.form.typed,
            file=asked.file.content if asked.file else "",
            file_note=_note_of(asked.file),
        )
        decided(viewer.actor, "study.ask", subject=SUBJECT, record=str(made.pk), kind=made.kind)
        _start(made, asked.kind)
    _at_once(made, asked.kind)
    return made


def ask_again(viewer: Viewer, study: Study) -> None:
    """Compute a study again, on the data shown now; its last answer stays until there is another.

    Raises
    ------
    RefusedError
        If the viewer may not.
    HygieError
        If its kind is not of this version, or too much was asked already.
    """
    check_can_change(viewer, study)
    kind = _kind(study)
    _count(study.organisation)
    with journalled():
        Study.objects.filter(pk=study.pk).update(
            stage=Stage.WAITING, turn=F("turn") + 1, progress=0.0, doing="", refusal="", asked=timezone.now()
        )
        study.refresh_from_db(fields=["stage", "turn", "progress", "doing", "refusal", "asked"])
        decided(viewer.actor, "study.recompute", subject=SUBJECT, record=str(study.pk))
        _start(study, kind)
    _at_once(study, kind)


def stop_study(viewer: Viewer, study: Study) -> bool:
    """Stop a computation; whether there was one.

    Raises
    ------
    RefusedError
        If the viewer may not.
    """
    check_can_change(viewer, study)
    with journalled():
        live = Study.objects.filter(pk=study.pk, stage__in=(Stage.WAITING, Stage.RUNNING))
        stopped = live.update(stage=Stage.CANCELLED, turn=F("turn") + 1, progress=0.0, doing="") == 1
        if stopped:
            if study.job is not None:
                cancel_job(study.job)
            decided(viewer.actor, "study.stop", subject=SUBJECT, record=str(study.pk))
    return stopped


def annotate(viewer: Viewer, study: Study, name: str, note: str) -> None:
    """Rename a study, and write what the organisation makes of it.

    Raises
    ------
    RefusedError
        If the viewer may not.
    HygieError
        If the name says nothing, or the note is too long.
    """
    check_can_change(viewer, study)
    title, words = clean_name(name), clean_note(note)
    with journalled():
        Study.objects.filter(pk=study.pk).update(name=title, note=words)
        decided(viewer.actor, "study.annotate", subject=SUBJECT, record=str(study.pk), note=bool(words))


def clean_name(text: str) -> str:
    """A name on one line.

    Raises
    ------
    HygieError
        If nothing is left, or it is too long.
    """
    name = re.sub(r"\s+", " ", plain(text, LONGEST_NAME + 1))
    if not name:
        raise HygieError("Il manque le nom de l’étude.", fix="Donnez-lui quelques mots.")
    if len(text.strip()) > LONGEST_NAME:
        raise HygieError("Le nom de l’étude est trop long.", fix=f"Gardez {LONGEST_NAME} caractères au plus.")
    return name


def clean_note(text: str) -> str:
    """A note without control nor direction characters, its lines kept.

    Raises
    ------
    HygieError
        If it is too long.
    """
    if len(text) > LONGEST_NOTE:
        raise HygieError("La note est trop longue.", fix=f"Gardez {LONGEST_NOTE} caractères au plus.")
    return "\n".join(plain(line, LONGEST_NOTE) for line in text.splitlines()).strip()


def delete_study(viewer: Viewer, study: Study) -> None:
    """Delete a study, what it holds about people, and its grants.

    Raises
    ------
    RefusedError
        If the viewer may not.
    """
    check_can_change(viewer, study)
    with journalled():
        record = str(study.pk)
        Grant.objects.filter(owner=study.organisation, subject=SUBJECT, record=record).delete()
        study.delete()
        decided(viewer.actor, "study.delete", subject=SUBJECT, record=record)


def share_study(viewer: Viewer, study: Study, receiver: Organisation, until: date | None) -> Grant:
    """Let another organisation read a study, but what it says about people one by one.

    Raises
    ------
    RefusedError
        If the viewer may not, or shares with their own organisation.
    """
    check_can_change(viewer, study)
    return share(viewer, SUBJECT, str(study.pk), receiver=receiver, level=Level.READ, until=until)


def is_stale(study: Study) -> bool:
    """Whether a study was computed on other data than those shown now."""
    version = shown_version()
    return bool(study.territory) and (version is None or study.territory != version.digest)


def _kind(study: Study) -> Kind:
    found = kind_of(study.kind)
    if found is None:
        raise HygieError("Cette version de Hygie ne connaît plus ce genre d’étude.", fix="Gardez-la en PDF.")
    return found


def _note_of(file: FileRead | None) -> dict[str, object]:
    if file is None:
        return {}
    return {"kept": file.kept, "rejected": file.rejected, "rejects": list(file.rejects)[:50]}


def _start(study: Study, kind: Kind) -> None:
    """Ask for the job of a study whose kind is not quick; within the transaction."""
    if kind.quick:
        return
    study.job = enqueue(JOB, {"study": str(study.pk), "turn": study.turn}, organisation=study.organisation)
    Study.objects.filter(pk=study.pk).update(job=study.job)


def _at_once(study: Study, kind: Kind) -> None:
    """Compute a study whose kind is quick, once it is kept."""
    if not kind.quick:
        return
    done = False
    try:
        compute(study.pk, study.turn)
        done = True
    finally:
        if not done:
            broken = Study.objects.filter(pk=study.pk, turn=study.turn)
            broken.update(stage=Stage.REFUSED, refusal="Erreur inattendue. Signalez-la avec l’heure.")


def _room(organisation: Organisation) -> None:
    if held_by(organisation) >= MOST_STUDIES:
        raise HygieError(
            f"Votre organisation garde déjà {MOST_STUDIES} études.",
            fix="Supprimez-en avant d’en demander une autre.",
        )


def _count(organisation: Organisation) -> None:
    if not take(ASKED, str(organisation.pk)):
        raise HygieError(
            "Votre organisation a demandé beaucoup de calculs depuis une heure.",
            fix="Attendez un peu, puis recommencez : ce que vous avez écrit est gardé ci-dessous.",
        )
