"""The live what-if: one page, its answers, what its map draws. The address holds every change."""

from __future__ import annotations

from dataclasses import replace
from time import perf_counter
from typing import Any

from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from hygie.apps.core.access import roles
from hygie.apps.core.jobs.models import Job
from hygie.apps.core.jobs.running import enqueue
from hygie.apps.core.organisations.viewer import viewer
from hygie.apps.territory.live_answers import answer, answer_html, live_cells, map_scene
from hygie.apps.territory.live_basemap import PARTS, basemap_file, has_basemap
from hygie.apps.territory.live_folders import shown_version
from hygie.apps.territory.live_forms import (
    DO,
    category_options,
    place_options,
    step_asked,
    typed,
    zone_options,
)
from hygie.apps.territory.live_ranges import ranged
from hygie.apps.territory.live_serving import READERS, on_territory, page, scripted
from hygie.apps.territory.live_steps import (
    FIELD,
    MOST,
    Steps,
    step_words,
    steps_of_query,
    steps_query,
    summary,
)
from hygie.apps.territory.scenarios.limiting import what_if_or_refuse, what_if_wait
from hygie.apps.territory.scenarios.permissions import can_write
from hygie.apps.territory.selectors import Opened
from hygie.engines.kernel.errors import HygieError
from hygie.engines.kernel.french import counted

BASEMAP_JOB = "territory.basemap"
TILES = "application/vnd.pmtiles"


@on_territory()
def scenario(request: HttpRequest, opened: Opened) -> HttpResponse:
    """Try changes: forms, the list of changes, the answer, and the live map where scripts run."""
    if request.GET.get(DO) or request.GET.getlist(FIELD):
        what_if_or_refuse(request)
    form, trouble = typed(request.GET.dict()), ""
    steps: Steps = ()
    try:
        steps = steps_of_query(request.GET.getlist(FIELD))
    except HygieError as error:
        trouble = str(error)
    if request.GET.get(DO) and not trouble:
        try:
            return redirect(address(_checked(opened, (*steps, *step_asked(form, opened)))))
        except HygieError as error:
            form = replace(form, error=str(error))
    values = _regions(request, opened, steps, trouble, maps=True)
    return scripted(
        page(
            request,
            "territory/live/scenario.html",
            opened,
            form=form,
            categories=category_options(opened, form.category),
            places=place_options(opened, form.place),
            zones=zone_options(opened, form.zone),
            **values,
        )
    )


@on_territory()
def reply(request: HttpRequest, opened: Opened) -> HttpResponse:
    """The answer as JSON for the live map: fragments of HTML, and the cells of one indicator."""
    began = perf_counter()
    wait = what_if_wait(request) if request.GET.getlist(FIELD) else 0
    if wait:
        minutes = counted(-(-wait // 60), "minute", "minutes")
        said = f"Trop de changements essayés. Recommencez dans {minutes}."
        return JsonResponse({"error": said}, status=429, headers={"Retry-After": str(wait)})
    try:
        steps = _checked(opened, steps_of_query(request.GET.getlist(FIELD)))
        found = answer(opened, steps) if steps else None
    except HygieError as error:
        # an answer like another: a point in a field is no fault of the request, the console stays quiet
        return JsonResponse({"error": str(error)})
    maps = request.GET.get("cartes") == "1"
    values = _regions(request, opened, steps, "", maps=maps)
    told = {
        "question": found.question if found else "",
        "address": address(steps),
        "steps": render(request, "territory/live/_steps.html", values).content.decode(),
        "answer": values["fragment"],
        "maps": maps,
        "indicators": [[one.key, one.title] for one in found.moved] if found else [],
        "cells": live_cells(opened, found, request.GET.get("indicateur", "")) if found else None,
    }
    response = JsonResponse(told)
    response.headers["Server-Timing"] = f"calcul;dur={(perf_counter() - began) * 1000:.0f}"
    response.headers["Cache-Control"] = "private, no-cache"
    return response


def _checked(opened: Opened, steps: Steps) -> Steps:
    """The same steps, once the engine accepts them."""
    if len(steps) > MOST:
        raise HygieError(f"Un scénario compte {MOST} changements au plus.", fix="Retirez-en un d’abord.")
    if steps:
        answer(opened, steps)
    return steps


def _regions(
    request: HttpRequest, opened: Opened, steps: Steps, trouble: str, *, maps: bool
) -> dict[str, Any]:
    """What changes with the steps: their list and the answer."""
    fragment = ""
    if steps and not trouble:
        try:
            fragment = answer_html(opened, steps, maps=maps)
        except HygieError as error:
            trouble = str(error)
    places, catalogue = opened.territory.places, opened.catalogue
    lines = [
        (step_words(step, places, catalogue), address(steps[:rank] + steps[rank + 1 :]))
        for rank, step in enumerate(steps)
    ]
    return {
        "steps": steps,
        "lines": lines,
        "fields": [step.text for step in steps],
        "undo": address(steps[:-1]) if steps else "",
        "summary": summary(steps),
        "fragment": fragment,
        "trouble": trouble,
        "may_save": can_write(viewer(request)) and bool(fragment),
    }


def address(steps: Steps) -> str:
    """Address of the page with these changes."""
    query = steps_query(steps)
    return f"{reverse('scenario')}?{query}" if query else reverse("scenario")


@on_territory()
def map_data(request: HttpRequest, opened: Opened) -> HttpResponse:
    """What the live map draws, and where its tiles are once they are made."""
    del request
    answer(opened, ())  # computes once what every change is compared with, before the first click
    version = shown_version()
    digest = "" if version is None else version.digest
    ready = has_basemap(digest)
    if not ready:
        ask_for_basemap(digest)
        ready = has_basemap(digest)  # where jobs are done at once
    tiles = {part.name: reverse("basemap", args=(digest, part.name)) for part in PARTS} if ready else {}
    told = [words for words, _ in opened.attributions]
    return JsonResponse({**map_scene(opened), "tiles": tiles, "credits": told})


def ask_for_basemap(digest: str) -> None:
    """Ask once for the base map of a version of the data."""
    with transaction.atomic():
        if not Job.objects.filter(name=BASEMAP_JOB, payload__digest=digest).exists():
            enqueue(BASEMAP_JOB, {"digest": digest})


@roles(*READERS)
def basemap(request: HttpRequest, digest: str, part: str) -> HttpResponseBase:
    """A part of the base map, by ranges."""
    file = basemap_file(digest, part)
    if part not in {one.name for one in PARTS} or not file.is_file():
        raise Http404
    return ranged(request, file, TILES)
