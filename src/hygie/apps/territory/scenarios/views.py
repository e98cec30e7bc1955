"""Saved scenarios: listed, read, compared, printed, shared."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from hygie.apps.core import clock
from hygie.apps.core.access import public, roles
from hygie.apps.core.errors import unavailable
from hygie.apps.core.organisations.models import Organisation
from hygie.apps.core.organisations.viewer import viewer
from hygie.apps.territory.live_serving import PLANNERS, on_territory, page
from hygie.apps.territory.live_steps import (
    FIELD,
    step_words,
    steps_of_json,
    steps_of_query,
    steps_query,
    summary,
)
from hygie.apps.territory.scenarios import selectors, services
from hygie.apps.territory.scenarios.comparing import MOST, comparisons
from hygie.apps.territory.scenarios.limiting import saving_or_refuse
from hygie.apps.territory.scenarios.mapping import scenario_maps
from hygie.apps.territory.scenarios.models import Scenario, ScenarioLink
from hygie.apps.territory.scenarios.notes import council_note, note_document
from hygie.apps.territory.scenarios.permissions import can_change, can_write
from hygie.apps.territory.scenarios.results import FORMAT
from hygie.apps.territory.selectors import Opened, current_territory
from hygie.engines.kernel.errors import HygieError
from hygie.reports.pdf_note.writing import note_pdf as write_pdf


def _organisation(request: HttpRequest) -> Organisation:
    """The organisation that asks; without any, nothing exists."""
    found = viewer(request).organisation
    if found is None:
        raise Http404
    return found


def _own(request: HttpRequest, identifier: UUID) -> Scenario:
    """A scenario that one may change; one that is only shared is not found, as any other."""
    scenario = _found(request, identifier)
    if not can_change(viewer(request), scenario):
        raise Http404
    return scenario


def _found(request: HttpRequest, identifier: UUID) -> Scenario:
    scenario = selectors.scenario(_organisation(request), identifier, clock.today())
    if scenario is None or scenario.results.get("format") != FORMAT:
        raise Http404
    return scenario


@on_territory()
def listing(request: HttpRequest, opened: Opened) -> HttpResponse:
    """Scenarios of the organisation and those shared with it."""
    return page(request, "territory/live/scenarios.html", opened, **_listed(request))


def _listed(request: HttpRequest) -> dict[str, Any]:
    organisation, asking = _organisation(request), viewer(request)
    found = selectors.scenarios(organisation, clock.today())
    return {
        "lines": [
            {
                "scenario": one,
                "mine": one.organisation_id == organisation.pk,
                "stale": services.is_stale(one),
                "summary": summary(steps_of_json(one.steps)),
            }
            for one in found
        ],
        "may_save": can_write(asking),
        "most": MOST,
    }


@on_territory(writes=True)
def save(request: HttpRequest, opened: Opened) -> HttpResponse:
    """Save what the page shows under a name; what is wrong is said beside what was typed."""
    if request.method != "POST":
        return redirect("scenario")
    saving_or_refuse(viewer(request))
    name = request.POST.get("nom", "")
    try:
        steps = steps_of_query(request.POST.getlist(FIELD))
    except HygieError as error:
        return _not_saved(request, opened, name, [], error)
    try:
        made = services.save_scenario(viewer(request), opened, name, steps)
    except HygieError as error:
        return _not_saved(request, opened, name, [step.text for step in steps], error)
    return redirect("scenario_show", identifier=made.pk)


def _not_saved(
    request: HttpRequest, opened: Opened, name: str, fields: list[str], error: HygieError
) -> HttpResponse:
    values = {"name": name[:300], "fields": fields, "error": str(error)}
    response = page(request, "territory/live/save.html", opened, **values)
    response.status_code = 422
    return response


@on_territory()
def show(request: HttpRequest, opened: Opened, identifier: UUID) -> HttpResponse:
    """One scenario: its changes, what they do, what one can do now."""
    return _shown(request, opened, _found(request, identifier))


def _shown(
    request: HttpRequest, opened: Opened, scenario: Scenario, error: str = "", made: str = ""
) -> HttpResponse:
    asking, mine = viewer(request), can_change(viewer(request), scenario)
    steps = steps_of_json(scenario.steps)
    others = Organisation.objects.filter(active=True).exclude(pk=scenario.organisation_id)
    response = page(
        request,
        "territory/live/saved.html",
        opened,
        scenario=scenario,
        note=council_note(scenario, opened, stale=services.is_stale(scenario)),
        changes=[step_words(step, opened.territory.places, opened.catalogue) for step in steps],
        live=f"{reverse('scenario')}?{steps_query(steps)}",
        stale=services.is_stale(scenario),
        mine=mine,
        may_save=can_write(asking),
        links=selectors.links(scenario.organisation, scenario) if mine else [],
        others=others if mine else [],
        days=services.LINK_DAYS,
        today=clock.today(),
        error=error,
        made=made,
    )
    response.status_code = 422 if error else 200
    return response


@on_territory()
def compare(request: HttpRequest, opened: Opened) -> HttpResponse:
    """Up to four scenarios side by side, on one scale."""
    asked = []
    for text in request.GET.getlist("s")[: 10 * MOST]:
        try:
            asked.append(UUID(text))
        except ValueError as error:
            raise Http404 from error
    found = selectors.compared(_organisation(request), asked, clock.today())
    kept = [one for one in found if one.results.get("format") == FORMAT][:MOST]
    if len(kept) < 2:
        values = {**_listed(request), "error": f"Choisissez de 2 à {MOST} scénarios à comparer."}
        return page(request, "territory/live/scenarios.html", opened, **values)
    return page(
        request,
        "territory/live/compare.html",
        opened,
        scenarios=[
            (chr(65 + rank), one, summary(steps_of_json(one.steps)), services.is_stale(one))
            for rank, one in enumerate(kept)
        ],
        comparisons=comparisons(kept, opened.scene.few),
        maps=scenario_maps(kept, opened),
        mixed=len({one.territory for one in kept}) > 1,
        dropped=max(len(found) - MOST, 0),
    )


@on_territory()
def note(request: HttpRequest, opened: Opened, identifier: UUID) -> HttpResponse:
    """The council note, to read or print."""
    scenario = _found(request, identifier)
    written = council_note(scenario, opened, stale=services.is_stale(scenario))
    return page(request, "territory/live/note.html", opened, scenario=scenario, note=written, link=False)


@on_territory()
def note_pdf(request: HttpRequest, opened: Opened, identifier: UUID) -> HttpResponse:
    """The council note as a PDF."""
    scenario = _found(request, identifier)
    written = council_note(scenario, opened, stale=services.is_stale(scenario))
    response = HttpResponse(
        write_pdf(note_document(written), scenario.data_day), content_type="application/pdf"
    )
    # a fixed file name: the scenario's own could carry anything in a header
    response.headers["Content-Disposition"] = 'inline; filename="note-scenario.pdf"'
    return response


@on_territory(writes=True)
def recompute_now(request: HttpRequest, opened: Opened, identifier: UUID) -> HttpResponse:
    """Measure a scenario again on the data shown now."""
    scenario = _own(request, identifier)
    if request.method != "POST":
        return redirect("scenario_show", identifier=identifier)
    saving_or_refuse(viewer(request))
    try:
        services.recompute(viewer(request), scenario, opened)
    except HygieError as error:
        return _shown(request, opened, scenario, str(error))
    return redirect("scenario_show", identifier=identifier)


@on_territory(writes=True)
def delete(request: HttpRequest, opened: Opened, identifier: UUID) -> HttpResponse:
    """Delete a scenario; asked twice, since it cannot be undone."""
    scenario = _own(request, identifier)
    if request.method != "POST":
        return page(request, "territory/live/delete.html", opened, scenario=scenario)
    services.delete_scenario(viewer(request), scenario)
    return redirect("scenarios")


@on_territory(writes=True)
def share_with(request: HttpRequest, opened: Opened, identifier: UUID) -> HttpResponse:
    """Let another organisation read a scenario."""
    scenario = _own(request, identifier)
    if request.method != "POST":
        return redirect("scenario_show", identifier=identifier)
    receiver = Organisation.objects.filter(
        slug=request.POST.get("organisation", "")[:60], active=True
    ).first()
    try:
        if receiver is None:
            raise HygieError("Il manque l’organisation.", fix="Choisissez-la dans la liste.")
        services.share_scenario(viewer(request), scenario, receiver, None)
    except HygieError as error:
        return _shown(request, opened, scenario, str(error))
    return redirect("scenario_show", identifier=identifier)


@on_territory(writes=True)
def link(request: HttpRequest, opened: Opened, identifier: UUID) -> HttpResponse:
    """Make a reading link; its address is shown once."""
    scenario = _own(request, identifier)
    if request.method != "POST":
        return redirect("scenario_show", identifier=identifier)
    days = request.POST.get("jours", "")
    try:
        asked = int(days) if days.isascii() and days.isdecimal() and len(days) < 5 else 0
        made = services.make_link(viewer(request), scenario, today=clock.today(), days=asked)
    except HygieError as error:
        return _shown(request, opened, scenario, str(error))
    address = reverse("scenario_by_link", args=(selectors.link_token(made),))
    return _shown(request, opened, scenario, made=request.build_absolute_uri(address))


@roles(*PLANNERS, writes=True)
def unlink(request: HttpRequest, identifier: UUID) -> HttpResponse:
    """Close a reading link now."""
    found = (
        ScenarioLink.objects.filter(pk=identifier, scenario__organisation=_organisation(request))
        .select_related("scenario__organisation")
        .first()
    )
    if found is None:
        raise Http404
    if request.method == "POST":
        services.close_link(viewer(request), found)
    return redirect("scenario_show", identifier=found.scenario_id)


@public()
def by_link(request: HttpRequest, token: str) -> HttpResponse:
    """A scenario read by its link: the note, and nothing of the organisation's other work."""
    scenario = selectors.scenario_of_link(token, clock.today())
    if scenario is None or scenario.results.get("format") != FORMAT:
        raise Http404
    try:
        opened = current_territory()
    except HygieError as error:
        return unavailable(request, error)
    written = council_note(scenario, opened, stale=services.is_stale(scenario))
    values = {"opened": opened, "here": "", "scenario": scenario, "note": written, "link": True}
    response = render(request, "territory/live/note.html", values)
    response.headers["X-Robots-Tag"] = "noindex"
    response.headers["Cache-Control"] = "private, no-store"
    return response
