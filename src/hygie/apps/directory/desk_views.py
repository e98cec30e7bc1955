"""The desk of the directory: an organisation's entries, corrections to answer, files to bring in."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from hygie.apps.core import clock
from hygie.apps.core.access import roles
from hygie.apps.core.jobs import views as jobs_views
from hygie.apps.core.jobs.running import enqueue
from hygie.apps.core.organisations.models import Organisation
from hygie.apps.core.organisations.viewer import Viewer, viewer
from hygie.apps.directory import asking, corrections, selectors, services, uploads
from hygie.apps.directory.exporting import csv_table
from hygie.apps.directory.forms import EntryForm, choices, corrected_texts
from hygie.apps.directory.jobs import IMPORT
from hygie.apps.directory.models import Entry, Stage, Upload
from hygie.apps.directory.openings import hours_lines
from hygie.apps.directory.permissions import (
    IMPORTERS,
    WRITERS,
    can_import,
    can_import_territory,
    check,
    moderates_all,
)
from hygie.apps.directory.policies import is_old
from hygie.apps.directory.presenting import age_words
from hygie.apps.directory.vocabulary import FIELDS, categories, category_title
from hygie.engines.kernel.errors import HygieError
from hygie.engines.kernel.french import counted

ROWS = 50
REJECTS = 500
"""Rejected rows listed on the page of a file; its CSV has them all."""
MOVING = (Stage.WAITING, Stage.TAKING)
"""Stages of a file in which a job is at work."""
ONLY = {"": "Toutes", "old": "À confirmer", "offered": "Différences à trancher", "hidden": "Non publiées"}


@roles(*WRITERS)
def desk(request: HttpRequest) -> HttpResponse:
    """Entries that the viewer's organisation writes, the oldest first, and what waits."""
    who, organisation, today = who_writes(request)
    text, only = request.GET.get("q", "")[:100], request.GET.get("voir", "")
    page = request.GET.get("page", "1")
    if only not in ONLY or not (page.isascii() and page.isdigit() and len(page) < 6 and int(page)):
        raise Http404
    rows = selectors.listed(organisation, today, text=text, only=only)
    start = (int(page) - 1) * ROWS
    shown = list(rows[start : start + ROWS + 1])
    return _page(
        request,
        "desk",
        counts=selectors.desk(organisation, today, all_corrections=moderates_all(who)),
        rows=[
            (entry, category_title(entry.category), age_words(entry), is_old(entry, today))
            for entry in shown[:ROWS]
        ],
        text=text,
        only=only,
        choices_only=ONLY,
        page=int(page),
        more=len(shown) > ROWS,
        may_import=can_import(who),
    )


@roles(*WRITERS, writes=True)
def write(request: HttpRequest, identifier: int | None = None) -> HttpResponseBase:
    """Write a new entry, or change one."""
    who, organisation, today = who_writes(request)
    entry = None if identifier is None else _entry(organisation, identifier)
    form, fault = EntryForm.of(entry), ""
    if request.method == "POST":
        form = EntryForm.sent(request.POST)
        values = form.values()
        fault = "Rien n’a été enregistré : une ligne est à reprendre." if values is None else ""
        if values is not None:
            try:
                entry = _written(request, who, entry, values)
            except HygieError as error:
                fault = str(error)
            else:
                return _done(request, "La fiche est enregistrée.", "directory_edit", entry.pk)
    past = selectors.history(organisation, entry, today) if entry else []
    offered = (
        [(FIELDS[k].label if k in FIELDS else k, getattr(entry, k), v) for k, v in entry.offered.items()]
        if entry
        else []
    )
    return _page(
        request, "write", entry=entry, form=form, fault=fault, past=past, offered=offered,
        age=age_words(entry) if entry else "", old=bool(entry and is_old(entry, today)), **choices(),
    )  # fmt: skip


def _written(request: HttpRequest, who: Viewer, entry: Entry | None, values: dict[str, Any]) -> Entry:
    today = clock.today()
    if entry is None:
        return services.add_entry(who, values, today)
    said = request.POST.get("revision", "")
    revision = int(said) if said.isascii() and said.isdigit() and len(said) < 9 else 0
    if values["accepts"] == entry.accepts and request.POST.get("patients_dits") != "oui":
        del values["accepts"]  # not said again: its day stays what it was
    services.edit_entry(who, entry, values, revision=revision, on=today)
    return entry


@roles(*WRITERS, writes=True)
def act(request: HttpRequest, identifier: int) -> HttpResponseBase:
    """One gesture on an entry: confirm it, ask its owner, say who that is, answer a difference."""
    who, organisation, today = who_writes(request)
    entry, now = _entry(organisation, identifier), timezone.now()
    gesture = request.POST.get("geste", "")
    try:
        if gesture == "confirmer":
            services.confirm_entry(who, entry, today)
            said = "La fiche est confirmée d’aujourd’hui."
        elif gesture == "demander":
            asking.ask_owner(who, entry, asking_link, now)
            said = "La demande est partie : le lien sert une fois."
        elif gesture == "contact":
            asking.set_owner(who, entry, request.POST.get("contact", ""), now)
            said = "L’adresse à qui demander est enregistrée."
        elif gesture in ("prendre", "laisser"):
            services.answer_offer(who, entry, gesture == "prendre", on=today)
            said = "La différence est tranchée."
        else:
            raise Http404
    except HygieError as error:
        messages.error(request, str(error))
        return redirect("directory_edit", entry.pk)
    return _done(request, said, "directory_edit", entry.pk)


@roles(*WRITERS)
def queue(request: HttpRequest) -> HttpResponse:
    """Corrections that wait for an answer, oldest first."""
    who, organisation, today = who_writes(request)
    rows = selectors.pending(organisation, today, all_corrections=moderates_all(who))
    shown = [
        (
            row,
            [
                (key, FIELDS[key], _said(key, getattr(row.entry, key)), new, _said(key, new))
                for key, new in row.changes.items()
                if key in FIELDS
            ],
        )
        for row in rows[:ROWS]
    ]
    return _page(request, "queue", rows=shown, total=rows.count())


def _said(key: str, text: str) -> str:
    """A text as one reads it: hours in words."""
    return " ; ".join(hours_lines(text)) if key == "hours" else text


@roles(*WRITERS, writes=True)
def moderate(request: HttpRequest, identifier: UUID) -> HttpResponseBase:
    """Answer a correction: take it in, as it is or rewritten, or refuse it with a reason."""
    who, organisation, today = who_writes(request)
    found = selectors.correction(organisation, identifier, today, all_corrections=moderates_all(who))
    if found is None:
        raise Http404
    now = clock.now()
    try:
        if request.POST.get("reponse") == "accepter":
            texts = {key: text for key, text in corrected_texts(request.POST).items() if key in found.changes}
            corrections.accept(who, found, texts, now)
        elif request.POST.get("reponse") == "refuser":
            corrections.refuse(who, found, request.POST.get("raison", ""), now)
        else:
            raise Http404
    except HygieError as error:
        messages.error(request, str(error))
        return redirect("directory_queue")
    return _done(request, "La réponse est enregistrée.", "directory_queue")


@roles(*IMPORTERS, writes=True)
def bring(request: HttpRequest) -> HttpResponseBase:
    """Bring entries in: from a file, shown before it counts, or from the territory."""
    who, organisation, _ = who_writes(request)
    fault = ""
    if request.method == "POST":
        try:
            if "territoire" in request.POST:
                check(can_import_territory(who), "importer le territoire")
                enqueue(IMPORT, {"user": who.actor.user}, organisation=organisation)
                return redirect("directory_bring")
            file = request.FILES.get("fichier")
            if file is None or isinstance(file, list):
                raise HygieError("Aucun fichier n’est joint.", fix="Choisissez un fichier CSV ou GeoJSON.")
            return redirect("directory_upload", uploads.keep_upload(who, organisation, file).pk)
        except HygieError as error:
            fault = str(error)
    job = selectors.last_import(organisation) if can_import_territory(who) else None
    return _page(
        request, "bring", fault=fault, job=job, may_territory=can_import_territory(who), fields=FIELDS
    )


@roles(*IMPORTERS, writes=True)
def upload(request: HttpRequest, identifier: UUID) -> HttpResponseBase:
    """A file: how far its reading is, what it would change, then how far its import is and what it did."""
    who, organisation, _ = who_writes(request)
    found = selectors.upload_of(organisation, identifier)
    if found is None:
        raise Http404
    if request.method != "POST":
        return _upload_page(request, found)
    try:
        return _answered(request, who, found)
    except HygieError as error:
        messages.error(request, str(error))
        return redirect("directory_upload", found.pk)


def _answered(request: HttpRequest, who: Viewer, found: Upload) -> HttpResponseBase:
    answer = request.POST.get("reponse")
    if answer == "laisser" and uploads.leave_upload(who, found):
        return _done(request, "Le fichier est oublié ; rien de plus n’a changé.", "directory_bring")
    if answer == "reprendre":
        uploads.take_up_again(who, found)
    elif answer == "prendre":
        chosen = {
            key.removeprefix("ligne:"): str(request.POST[key])
            for key in request.POST
            if key.startswith("ligne:")
        }
        uploads.ask_taking(who, found, chosen)
    return redirect("directory_upload", found.pk)


def _upload_page(request: HttpRequest, found: Upload) -> HttpResponse:
    titles = {one.key: one.title for one in categories().values()}
    answer = _page(
        request,
        "upload",
        upload=found,
        stages=Stage,
        told=found.told,
        titles=titles,
        rejected=counted(len(found.rejects), "ligne rejetée", "lignes rejetées"),
        rejects=found.rejects[:REJECTS],
        most=REJECTS,
        fields=FIELDS,
        progress=jobs_views.shown(found.job) if found.job is not None and found.stage in MOVING else None,
    )
    return jobs_views.with_htmx(answer)


@roles(*IMPORTERS)
def rejects(request: HttpRequest, identifier: UUID) -> HttpResponse:
    """Every rejected row of a file, as CSV."""
    found = selectors.upload_of(who_writes(request)[1], identifier)
    if found is None:
        raise Http404
    answer = HttpResponse(
        csv_table(("ligne", "colonne", "valeur", "raison"), found.rejects),
        content_type="text/csv; charset=utf-8",
    )
    answer.headers["Content-Disposition"] = 'attachment; filename="rejets.csv"'
    return answer


def asking_link(token: str) -> str:
    """The whole address of the link that confirms an entry."""
    return f"{settings.SITE_ADDRESS}{reverse('directory_confirm', args=[token])}"


def who_writes(request: HttpRequest) -> tuple[Viewer, Organisation, Any]:
    """Who keeps entries, for which organisation, on which day.

    Raises
    ------
    Http404
        Without organisation.
    """
    who = viewer(request)
    if who.organisation is None:
        raise Http404
    return who, who.organisation, clock.today()


def _entry(organisation: Organisation, identifier: int) -> Entry:
    found = selectors.entry_of(organisation, identifier, clock.today())
    if found is None:
        raise Http404
    return found


def _page(request: HttpRequest, template: str, **values: Any) -> HttpResponse:
    values = {"here": "directory_desk", "said": list(messages.get_messages(request)), **values}
    return render(request, f"directory/{template}.html", values)


def _done(request: HttpRequest, said: str, name: str, *arguments: Any) -> HttpResponseBase:
    messages.success(request, said)
    return redirect(name, *arguments)
