"""Asking many owners at once: what would be sent is shown, then sent."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseBase, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone

from hygie.apps.core.access import roles
from hygie.apps.core.organisations.models import Organisation
from hygie.apps.directory.asking_many import MONTHS, ask_many, chosen, older_than, plan_asking
from hygie.apps.directory.desk_views import ROWS, asking_link, who_writes
from hygie.apps.directory.models import Entry
from hygie.apps.directory.permissions import WRITERS
from hygie.apps.directory.policies import ASKS_AT_ONCE, ASKS_TO_ONE, ENTRY_AGE, LINK_AGE, figure
from hygie.engines.kernel.errors import HygieError
from hygie.engines.kernel.french import counted

USUAL_MONTHS = 6
LIMITS = {
    ENTRY_AGE: "Âge d’une fiche à confirmer",
    LINK_AGE: "Durée du lien, pendant laquelle la même fiche n’est pas demandée de nouveau",
    ASKS_AT_ONCE: "Fiches demandées en une fois",
    ASKS_TO_ONE: "Demandes à une même adresse en une fois",
}


@roles(*WRITERS, writes=True)
def ask(request: HttpRequest) -> HttpResponseBase:
    """Whom a request would ask, by age or by choice; a POST sends it."""
    who, organisation, today = who_writes(request)
    months, picked = _months(request), _picked(request)
    rows = _rows(organisation, months, picked, today)
    if request.method == "POST":
        try:
            done = ask_many(who, rows, asking_link, on=today, now=timezone.now())
        except HygieError as error:
            messages.error(request, str(error))
        else:
            messages.success(request, f"{counted(len(done.asked), 'demande envoyée', 'demandes envoyées')}.")
        return redirect("directory_desk")
    return _asked_page(request, plan_asking(rows, today), months, picked, today)


def _asked_page(request: HttpRequest, plan: Any, months: int, picked: list[int], on: date) -> HttpResponse:
    values = {
        "here": "directory_desk",
        "said": [],
        "plan": plan,
        "months": months,
        "ages": MONTHS,
        "picked": picked,
        "rows": ROWS,
        "figures": [(words, figure(key, on)) for key, words in LIMITS.items()],
    }
    return render(request, "directory/ask.html", values)


def _sent(request: HttpRequest) -> QueryDict:
    return request.POST if request.method == "POST" else request.GET


def _months(request: HttpRequest) -> int:
    """Months asked; the usual ones for anything that is no choice of the list."""
    text = _sent(request).get("mois", "")
    months = int(text) if text.isascii() and text.isdigit() and len(text) < 3 else 0
    return months if months in MONTHS else USUAL_MONTHS


def _picked(request: HttpRequest) -> list[int]:
    """Entries chosen on the desk, at most one page of them."""
    texts = _sent(request).getlist("fiche")[:ROWS]
    return [int(text) for text in texts if text.isascii() and text.isdigit() and len(text) < 16]


def _rows(organisation: Organisation, months: int, picked: list[int], on: date) -> QuerySet[Entry]:
    return chosen(organisation, picked, on) if picked else older_than(organisation, months, on)
