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
from hygie.apps.core.jobs.running import enqueue
from hygie.apps.core.organisations.models import Organisation
from hygie.apps.core.organisations.viewer import Viewer, viewer
from hygie.apps.directory import asking, corrections, selectors, services, uploads
from hygie.apps.directory.forms import EntryForm, choices, corrected_texts
from hygie.apps.directory.importing import import_lines
from hygie.apps.directory.jobs import IMPORT
from hygie.apps.directory.models import Entry, Upload
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
from hygie.apps.directory.vocabulary import FIELDS, category_title
from hygie.engines.kernel.errors import HygieError
from hygie.engines.kernel.french import counted

ROWS = 50
ONLY = {"": "Toutes", "old": "À confirmer", "offered": "Différences à trancher", "hidden": "Non publiées"}


@roles(*WRITERS)
def desk(request: HttpRequest) -> HttpResponse:
    """Entries that the viewer's organisation writes, the oldest first, and what waits."""
    who, organisation, today = _who(request)
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
    who, organisation, today = _who(request)
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
    who, organisation, today = _who(request)
    entry, now = _entry(organisation, identifier), timezone.now()
    gesture = request.POST.get("geste", "")
    try:
        if gesture == "confirmer":
            services.confirm_entry(who, entry, today)
            said = "La fiche est confirmée d’aujourd’hui."
        elif gesture == "demander":
            asking.ask_owner(who, entry, _link, now)
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
    who, organisation, today = _who(request)
    rows = selectors.pending(organisation, today, all_corrections=moderates_all(who))
    shown = [
        (
            row,
            [
                (key, FIELDS[key], getattr(row.entry, key), new)
                for key, new in row.changes.items()
                if key in FIELDS
            ],
        )
        for row in rows[:ROWS]
    ]
    return _page(request, "queue", rows=shown, total=rows.count())


@roles(*WRITERS, writes=True)
def moderate(request: HttpRequest, identifier: UUID) -> HttpResponseBase:
    """Answer a correction: take it in, as it is or rewritten, or refuse it with a reason."""
    who, organisation, today = _who(request)
    found = selectors.correction(organisation, identifier, today, all_corrections=moderates_all(who))
    if found is None:
        raise Http404
    now = timezone.localtime()
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
    who, organisation, _ = _who(request)
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
            return redirect("directory_upload", uploads.read_upload(who, organisation, file).pk)
        except HygieError as error:
            fault = str(error)
    job = selectors.last_import(organisation) if can_import_territory(who) else None
    return _page(
        request, "bring", fault=fault, job=job, may_territory=can_import_territory(who), fields=FIELDS
    )


@roles(*IMPORTERS, writes=True)
def upload(request: HttpRequest, identifier: UUID) -> HttpResponseBase:
    """What a file would change; then take it in, or leave it."""
    who, organisation, today = _who(request)
    found = selectors.upload_of(organisation, identifier)
    if found is None:
        raise Http404
    if request.method == "POST":
        if request.POST.get("reponse") == "laisser":
            found.delete()
            return _done(request, "Le fichier est oublié ; rien n’a changé.", "directory_bring")
        chosen = {
            key.removeprefix("ligne:"): str(request.POST[key])
            for key in request.POST
            if key.startswith("ligne:")
        }
        try:
            plan = uploads.take_upload(who, found, chosen, on=today, report=_silent)
        except HygieError as error:
            messages.error(request, str(error))
            return redirect("directory_upload", found.pk)
        said = f"{len(plan.new)} nouvelles, {len(plan.changed)} mises à jour, {len(plan.offered)} à trancher."
        return _done(request, said, "directory_desk")
    return _upload_page(request, found)


def _upload_page(request: HttpRequest, found: Upload) -> HttpResponse:
    seen = uploads.preview(found)
    return _page(
        request,
        "upload",
        upload=found,
        plan=seen.plan,
        lines=list(import_lines(seen.plan)),
        new=[draft for draft in seen.plan.new if draft.place not in seen.alike],
        rejected=counted(len(found.rejects), "ligne rejetée", "lignes rejetées"),
        alike=[(draft, seen.alike[draft.place]) for draft in seen.plan.new if draft.place in seen.alike],
        titles={draft.place: category_title(draft.values["category"]) for draft in seen.plan.new},
        rows=ROWS,
    )


def _silent(progress: float, message: str = "") -> None:
    """Progress that nobody watches: the page waits."""


def _link(token: str) -> str:
    return f"{settings.SITE_ADDRESS}{reverse('directory_confirm', args=[token])}"


def _who(request: HttpRequest) -> tuple[Viewer, Organisation, Any]:
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
