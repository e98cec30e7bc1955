"""Studies: the questions one may ask, those asked, one of them, what one does with it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect

from hygie.apps.core import clock
from hygie.apps.core.audit.journal import log_reading
from hygie.apps.core.jobs.models import State
from hygie.apps.core.organisations.models import Organisation
from hygie.apps.core.organisations.viewer import viewer
from hygie.apps.territory.live_serving import on_territory, page, scripted
from hygie.apps.territory.selectors import Opened
from hygie.apps.territory.studies import selectors, services
from hygie.apps.territory.studies.fields import Form, initial_form, read_form
from hygie.apps.territory.studies.kinds import kind_of, kinds
from hygie.apps.territory.studies.models import SUBJECT, Stage, Study
from hygie.apps.territory.studies.permissions import can_change, can_read_personal, can_write
from hygie.apps.territory.studies.registry import FileRead, Kind
from hygie.apps.territory.studies.telling import asked, scene_of, stale_words, told
from hygie.engines.kernel.errors import HygieError
from hygie.engines.kernel.french import number
from hygie.reports.studies.document import figure_lines
from hygie.reports.studies.drawing import SYMBOLS, draw

NAME, NOTE, FILE, PRESET, FROM = "nom", "note", "fichier", "modele", "depuis"
"""Names of fields in addresses and forms."""

MOST_LISTED = 300


def organisation_of(request: HttpRequest) -> Organisation:
    """The organisation that asks; without any, nothing exists."""
    found = viewer(request).organisation
    if found is None:
        raise Http404
    return found


def found_study(request: HttpRequest, identifier: UUID) -> Study:
    """A study that one may read."""
    study = selectors.study(organisation_of(request), identifier, clock.today())
    if study is None:
        raise Http404
    return study


def own_study(request: HttpRequest, identifier: UUID) -> Study:
    """A study that one may change; one that is only shared is not found, as any other."""
    study = found_study(request, identifier)
    if not can_change(viewer(request), study):
        raise Http404
    return study


def reading_personal(request: HttpRequest, study: Study) -> bool:
    """Whether the reader is told of people one by one; the reading is then journalled, first."""
    if not study.personal or not can_read_personal(viewer(request), study):
        return False
    log_reading(viewer(request).actor, "study.personal", subject=SUBJECT, record=str(study.pk))
    return True


@on_territory()
def listing(request: HttpRequest, opened: Opened) -> HttpResponse:
    """The questions that may be asked, and the studies of the organisation and those shared with it."""
    return _listed(request, opened)


def _listed(request: HttpRequest, opened: Opened) -> HttpResponse:
    organisation = organisation_of(request)
    found = selectors.studies(organisation, clock.today())[:MOST_LISTED]
    return page(
        request,
        "territory/studies/list.html",
        opened,
        lines=[
            {
                "study": one,
                "kind": kind_of(one.kind),
                "mine": one.organisation_id == organisation.pk,
                "stale": services.is_stale(one),
            }
            for one in found
        ],
        doors=[(kind, door, kind.missing(opened)) for kind in kinds() for door in kind.doors],
        may_write=can_write(viewer(request)),
    )


@on_territory(writes=True)
def ask(request: HttpRequest, opened: Opened, kind: str) -> HttpResponse:
    """The form of a kind of study; what is wrong is said beside what was typed."""
    found = kind_of(kind)
    if found is None or found.missing(opened):
        raise Http404
    if request.method != "POST":
        name, given = _given(request, found)
        return _form(request, opened, found, initial_form(found.fields(opened), given), name=name)
    form = read_form(found.fields(opened), dict(request.POST.lists()))
    name = request.POST.get(NAME, "")
    if form.errors:
        return _form(request, opened, found, form, name=name, error="Quelque chose est à corriger.")
    try:
        file = _file(request, found)
        made = services.ask_study(viewer(request), services.Asked(found, name, form, file))
    except HygieError as error:
        return _form(request, opened, found, form, name=name, error=str(error))
    return redirect("study", identifier=made.pk)


def _given(request: HttpRequest, kind: Kind) -> tuple[str, dict[str, Any]]:
    """What fills the form beforehand: a preset, or an earlier study."""
    preset = next((one for one in kind.presets if one.key == request.GET.get(PRESET)), None)
    if preset is not None:
        return preset.title.rstrip(" ?\u202f"), dict(preset.typed)
    earlier = request.GET.get(FROM, "")
    if not earlier:
        return "", {}
    try:
        study = found_study(request, UUID(earlier))
    except ValueError as error:
        raise Http404 from error
    return study.name, dict(study.typed) if study.kind == kind.key else {}


def _file(request: HttpRequest, kind: Kind) -> FileRead | None:
    """The file that was sent, read by its kind; None without."""
    sent = request.FILES.get(FILE)
    if kind.read_file is None or not isinstance(sent, UploadedFile):
        return None
    if sent.size is None or sent.size > kind.largest_file:
        most = number(kind.largest_file / 1024**2, 0 if kind.largest_file >= 1024**2 else 1)
        raise HygieError(f"Ce fichier dépasse {most} Mo.", fix="Gardez seulement ce qui est demandé.")
    return kind.read_file((sent.name or "fichier")[-120:], sent.read())


def _form(
    request: HttpRequest, opened: Opened, kind: Kind, form: Form, *, name: str, error: str = ""
) -> HttpResponse:
    response = page(
        request,
        "territory/studies/ask.html",
        opened,
        kind=kind,
        form=form,
        name=name[: services.LONGEST_NAME + 80],
        error=error,
        takes_file=kind.read_file is not None,
        presets=kind.presets,
    )
    response.status_code = 422 if error else 200
    return response


@on_territory()
def show(request: HttpRequest, opened: Opened, identifier: UUID) -> HttpResponse:
    """One study: its answer, what proves it, how sure it is, what one can do now."""
    return _shown(request, opened, found_study(request, identifier))


def _shown(request: HttpRequest, opened: Opened, study: Study, error: str = "") -> HttpResponse:
    kind = kind_of(study.kind)
    mine = can_change(viewer(request), study)
    presentation = told(study, opened, personal=reading_personal(request, study))
    scene = scene_of(opened)
    drawn = None if presentation is None or presentation.map is None else draw(presentation.map, scene)
    others = Organisation.objects.filter(active=True).exclude(pk=study.organisation_id)
    failed = study.live and study.job is not None and study.job.state == State.FAILED
    response = page(
        request,
        "territory/studies/study.html",
        opened,
        study=study,
        kind=kind,
        told=presentation,
        drawn=drawn,
        symbols=SYMBOLS,
        figures=() if presentation is None else figure_lines(presentation, opened.catalogue),
        asked=() if kind is None else asked(study, kind, opened, mine=mine),
        stale=stale_words(study) if services.is_stale(study) else "",
        live=study.live and not failed,
        trouble=study.job.error if failed and study.job else study.refusal,
        stages=Stage,
        mine=mine,
        others=others if mine else (),
        error=error,
    )
    response.status_code = 422 if error else 200
    return scripted(response)


@on_territory(writes=True)
def again(request: HttpRequest, opened: Opened, identifier: UUID) -> HttpResponse:
    """Compute a study again on the data shown now."""
    study = own_study(request, identifier)
    if request.method == "POST":
        try:
            services.ask_again(viewer(request), study)
        except HygieError as error:
            return _shown(request, opened, study, str(error))
    return redirect("study", identifier=identifier)


@on_territory(writes=True)
def stop(request: HttpRequest, opened: Opened, identifier: UUID) -> HttpResponse:
    """Stop a computation."""
    del opened
    study = own_study(request, identifier)
    if request.method == "POST":
        if services.stop_study(viewer(request), study):
            messages.success(request, "Le calcul est arrêté.")
        else:
            messages.warning(request, "Ce calcul était déjà terminé : rien n’a changé.")
    return redirect("study", identifier=identifier)


@on_territory(writes=True)
def annotate(request: HttpRequest, opened: Opened, identifier: UUID) -> HttpResponse:
    """Rename a study, and write what the team makes of it."""
    study = own_study(request, identifier)
    if request.method == "POST":
        name, note = request.POST.get(NAME, ""), request.POST.get(NOTE, "")
        try:
            services.annotate(viewer(request), study, name, note)
        except HygieError as error:
            study.name, study.note = name[: services.LONGEST_NAME + 80], note[: 2 * services.LONGEST_NOTE]
            return _shown(request, opened, study, str(error))
    return redirect("study", identifier=identifier)


@on_territory(writes=True)
def share_with(request: HttpRequest, opened: Opened, identifier: UUID) -> HttpResponse:
    """Let another organisation read a study."""
    study = own_study(request, identifier)
    if request.method == "POST":
        slug = request.POST.get("organisation", "")[:60]
        receiver = Organisation.objects.filter(slug=slug, active=True).first()
        try:
            if receiver is None:
                raise HygieError("Il manque l’organisation.", fix="Choisissez-la dans la liste.")
            services.share_study(viewer(request), study, receiver, None)
        except HygieError as error:
            return _shown(request, opened, study, str(error))
        messages.success(request, f"{receiver.name} peut lire cette étude.")
    return redirect("study", identifier=identifier)


@on_territory(writes=True)
def delete(request: HttpRequest, opened: Opened, identifier: UUID) -> HttpResponse:
    """Delete a study; asked twice, since it cannot be undone."""
    study = own_study(request, identifier)
    if request.method != "POST":
        return page(request, "territory/studies/delete.html", opened, study=study)
    services.delete_study(viewer(request), study)
    messages.success(request, "L’étude est supprimée.")
    return redirect("studies")
