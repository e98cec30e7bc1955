"""The public pages of the directory: searching, one entry, correcting it, confirming it by a link.

A typed address is sent by POST and used for the answer alone: no address of a page, no session and no
journal holds it. That form changes nothing, so it needs no token, and its readers get no cookie.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, QueryDict, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt

from hygie.apps.core import clock
from hygie.apps.core.access import public
from hygie.apps.core.addresses import network_of
from hygie.apps.directory import asking, corrections, selectors
from hygie.apps.directory.exporting import ODBL, OTHER, csv_lines, geojson_parts
from hygie.apps.directory.forms import EntryForm, choices, corrected_texts, is_machine
from hygie.apps.directory.models import Entry
from hygie.apps.directory.openings import UNKNOWN, hours_lines
from hygie.apps.directory.origins import Spot, origin_at, spot_of, spots_for, zone_spots
from hygie.apps.directory.presenting import card, cards, count_words, languages_words, pin_map, source_words
from hygie.apps.directory.searching import PAGE, Hit, Query, find
from hygie.apps.directory.vocabulary import FACTS, categories, category_title, read_facts
from hygie.apps.territory.selectors import Opened, current_territory
from hygie.engines.kernel.errors import HygieError
from hygie.engines.reach.days import Calendar
from hygie.engines.reach.opening import State

LONGEST_TEXT = 120
"""Letters of a search, or of a typed address, that are read."""


@dataclass(frozen=True)
class Asked:
    """What a search form holds. ``origin_text`` is typed, ``spot`` chosen by its key."""

    text: str
    category: str
    open_now: bool
    facts: tuple[str, ...]
    new_patients: bool
    origin_text: str
    spot: str
    page: int

    @property
    def anything(self) -> bool:
        """Whether something is asked."""
        wanted = (self.text, self.category, self.open_now, self.facts, self.new_patients)
        return any(wanted) or bool(self.spot or self.origin_text)


def read_asked(data: QueryDict, *, typed: bool) -> Asked:
    """The form as it was sent; an address is read from the body of a POST only.

    Raises
    ------
    Http404
        If it names a category or a fact that does not exist.
    """
    category, facts = data.get("categorie", ""), tuple(dict.fromkeys(data.getlist("acces")))
    if (category and category not in categories()) or not set(facts) <= set(FACTS):
        raise Http404
    page = data.get("page", "1")
    spot = data.get("depuis_lieu", "") if typed else ""
    return Asked(
        text=" ".join(data.get("q", "").split())[:LONGEST_TEXT],
        category=category,
        open_now=data.get("ouvert") == "oui",
        facts=facts,
        new_patients=data.get("patients") == "oui",
        origin_text=" ".join(data.get("depuis", "").split())[:LONGEST_TEXT] if typed else "",
        spot=spot or data.get("zone", ""),
        page=min(int(page), 30)
        if page.isascii() and page.isdigit() and 0 < len(page) < 4 and int(page)
        else 1,
    )


@csrf_exempt
@public(writes=True)
def search(request: HttpRequest) -> HttpResponse:
    """Search the directory; a POST carries a typed address and changes nothing."""
    typed = request.method == "POST"
    if not typed and not {"depuis", "depuis_lieu"}.isdisjoint(request.GET):
        return redirect("directory")  # an address never stays in the address of a page
    asked = read_asked(request.POST if typed else request.GET, typed=typed)
    opened, now = territory(), local_now()
    spots, spot = _spots(opened, asked)
    origin = origin_at(opened, spot) if opened and spot else None
    values = _form_values(asked, opened, spot=spot, spots=spots)
    if asked.anything:
        query = Query(
            asked.text, asked.category, asked.open_now, asked.facts, asked.new_patients, origin, asked.page
        )
        known = calendar_of(opened)
        found = find(query, now, known)
        shown = cards(found, now, (asked.page - 1) * PAGE + 1, known)
        where = (spot.lon, spot.lat) if spot else None
        values |= {"found": found, "cards": shown, "map": pin_map(opened, shown, where)}
        values |= {"count": count_words(found), "links": _page_links(asked, found.pages, typed)}
    else:
        values["counts"] = selectors.category_counts()
    return render(request, "directory/search.html", values)


def _form_values(
    asked: Asked, opened: Opened | None, *, spot: Spot | None, spots: tuple[Spot, ...]
) -> dict[str, Any]:
    return {
        "here": "directory",
        "opened": opened,
        "asked": asked,
        "categories": categories(),
        "facts": FACTS,
        "zones": zone_spots(opened) if opened else (),
        "spot": spot,
        "spots": spots if len(spots) > 1 else (),
        "lost": bool(asked.origin_text) and not spots,
        "found": None,
        "map": None,
    }


def _spots(opened: Opened | None, asked: Asked) -> tuple[tuple[Spot, ...], Spot | None]:
    """Points that the typed address may mean, and the one that is taken.

    Raises
    ------
    Http404
        If a chosen point does not exist.
    """
    if opened is None:
        return (), None
    if asked.spot:
        spot = spot_of(opened, asked.spot)
        if spot is None:
            raise Http404
        return (), spot
    spots = spots_for(opened, asked.origin_text) if asked.origin_text else ()
    return spots, spots[0] if spots else None


def _page_links(asked: Asked, pages: int, typed: bool) -> list[tuple[int, str]]:
    """Pages by number and address; without address when the answer holds a typed one: buttons then."""
    if pages < 2:
        return []
    fields: list[tuple[str, str]] = [("q", asked.text), ("categorie", asked.category)]
    fields += [("ouvert", "oui" if asked.open_now else ""), ("patients", "oui" if asked.new_patients else "")]
    fields += [("acces", fact) for fact in asked.facts] + [("zone", asked.spot)]
    kept = [(name, value) for name, value in fields if value]
    here = "" if typed else f"{reverse('directory')}?"
    return [(n, here and here + urlencode([*kept, ("page", str(n))])) for n in range(1, pages + 1)]


@public()
def entry(request: HttpRequest, identifier: int) -> HttpResponse:
    """One entry, with everything that is known."""
    found, now = _published(identifier), local_now()
    opened = territory()
    shown = card(Hit(found, State.UNKNOWN), now, 1, known=calendar_of(opened))
    return render(
        request,
        "directory/entry.html",
        {
            "here": "directory",
            "opened": opened,
            "entry": found,
            "card": shown,
            "hours": hours_lines(found.hours),
            "facts": [(FACTS[key], held) for key, held in read_facts(found.accessibility).items()],
            "languages": languages_words(found),
            "source": source_words(found),
            "others": [(o, category_title(o.category)) for o in selectors.same_site(found)[:20]],
            "map": pin_map(opened, [shown], None),
        },
    )


@public(writes=True)
def correct(request: HttpRequest, identifier: int) -> HttpResponseBase:
    """Propose to correct an entry, without account; somebody reads it before anything changes."""
    found, fault, message = _published(identifier), "", ""
    form = EntryForm.of(found)
    if request.method == "POST":
        form = EntryForm({**form.typed, **corrected_texts(request.POST)})
        message = request.POST.get("message", "")
        fault = _proposed(request, found, form, message)
        if not fault:
            return redirect("directory_thanks")
    values = {"entry": found, "form": form, "fault": fault, "message": message, "confirming": False}
    return render(request, "directory/correct.html", _public_values(values))


def _proposed(request: HttpRequest, found: Entry, form: EntryForm, message: str) -> str:
    """Keep a proposal; what is wrong with it, or empty. A machine is thanked and ignored."""
    if is_machine(request.POST):
        return ""
    texts = form.values(texts_only=True)
    if texts is None:
        return "Une ligne ne peut pas être gardée telle quelle."
    try:
        corrections.propose(found, texts, message, network=network_of(request))
    except HygieError as error:
        return str(error)
    return ""


@public()
def thanks(request: HttpRequest) -> HttpResponse:
    """What happens next to a proposal."""
    return render(request, "directory/thanks.html", _public_values({"confirmed": False}))


@public(writes=True)
def confirm(request: HttpRequest, token: str) -> HttpResponse:
    """Confirm or correct an entry by the link its owner received; no account, used once."""
    now = timezone.now()
    ask = asking.ask_of(token, now)
    if ask is None:
        return render(request, "directory/link_over.html", _public_values({}), status=404)
    form, fault = EntryForm.of(ask.entry), ""
    if request.method == "POST":
        if request.POST.get("reponse") == "corriger":
            form = EntryForm({**form.typed, **corrected_texts(request.POST)})
        texts = form.values(texts_only=True)
        fault = "Une ligne ne peut pas être gardée telle quelle." if texts is None else ""
        if texts is not None:
            try:
                asking.answer(ask, texts if request.POST.get("reponse") == "corriger" else None, now)
            except HygieError as error:
                fault = str(error)
            else:
                return render(request, "directory/thanks.html", _public_values({"confirmed": True}))
    values = {"entry": ask.entry, "form": form, "fault": fault, "message": "", "confirming": True}
    return render(request, "directory/correct.html", _public_values(values))


@public()
def export(request: HttpRequest, part: str, kind: str) -> HttpResponseBase:
    """Published entries of one licence, as CSV or GeoJSON."""
    del request
    if part not in (ODBL, OTHER) or kind not in ("csv", "geojson"):
        raise Http404
    today = clock.today()
    lines: Iterator[str] = csv_lines(part, today) if kind == "csv" else geojson_parts(part, today)
    media = "text/csv; charset=utf-8" if kind == "csv" else "application/geo+json"
    response = StreamingHttpResponse(lines, content_type=media)
    response.headers["Content-Disposition"] = f'attachment; filename="annuaire-{part}.{kind}"'
    return response


def _published(identifier: int) -> Entry:
    found = selectors.published_entry(identifier)
    if found is None:
        raise Http404
    return found


def _public_values(values: dict[str, Any]) -> dict[str, Any]:
    return {"here": "directory", "opened": territory(), **choices(), **values}


def territory() -> Opened | None:
    """The territory, or None: the directory answers without it, with no map and no minutes."""
    try:
        return current_territory()
    except HygieError:
        return None


def local_now() -> datetime:
    """The local moment of the pages, without time zone: hours are local."""
    return clock.now().replace(tzinfo=None)


def calendar_of(opened: Opened | None) -> Calendar:
    """Holidays of the territory; unknown without it."""
    return UNKNOWN if opened is None else opened.study.calendar
