"""The operator's page: jobs, failures first, progress as it goes."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from hygie.apps.core.access import roles, signed_in
from hygie.apps.core.errors import not_found
from hygie.apps.core.jobs.models import Job, State
from hygie.apps.core.jobs.registry import KINDS
from hygie.apps.core.jobs.selectors import job_of, jobs_to_operate
from hygie.apps.core.jobs.services import call_off, retry
from hygie.apps.core.middleware import content_policy
from hygie.apps.core.organisations.roles import Role
from hygie.apps.core.organisations.viewer import viewer

A_PAGE = 50


@dataclass(frozen=True, slots=True)
class Shown:
    """One job as a page shows it; ``live`` while it may still move."""

    job: Job
    title: str
    live: bool
    late: bool


def shown(found: Job) -> Shown:
    """A job with its title; the macro ``job_progress`` takes this."""
    kind = KINDS.get(found.name)
    late = getattr(found, "rank", None) == 0 and found.state == State.QUEUED
    live = found.state in (State.QUEUED, State.RUNNING)
    return Shown(found, found.name if kind is None else kind.title, live, late)


@roles(Role.ADMINISTRATOR)
def jobs(request: HttpRequest) -> HttpResponse:
    """Jobs of my organisation."""
    organisation = viewer(request).organisation
    if organisation is None:
        return not_found(request)
    page = Paginator(jobs_to_operate(organisation), A_PAGE).get_page(request.GET.get("page"))
    answer = render(
        request, "core/jobs/list.html", {"page": page, "jobs": [shown(job) for job in page], "State": State}
    )
    return with_htmx(answer)


@signed_in()
def job_state(request: HttpRequest, identifier: UUID) -> HttpResponse:
    """How far one job is: a fragment for htmx, a page for everybody else."""
    found = job_of(viewer(request).organisation, identifier)
    if found is None:
        return not_found(request)
    name = "core/jobs/_state.html" if request.headers.get("HX-Request") == "true" else "core/jobs/state.html"
    answer = with_htmx(render(request, name, {"shown": shown(found)}))
    answer.headers["Cache-Control"] = "no-store"
    answer.headers["Vary"] = "HX-Request"
    return answer


@roles(Role.ADMINISTRATOR, writes=True)
@require_POST
def job_retry(request: HttpRequest, identifier: UUID) -> HttpResponse:
    """Try a failed job again."""
    found = job_of(viewer(request).organisation, identifier)
    if found is None:
        return not_found(request)
    if retry(viewer(request), found):
        messages.success(request, "Le travail est relancé. C’est noté au journal.")
    else:
        messages.warning(request, "Ce travail n’est plus en échec : rien n’a changé.")
    return redirect("jobs")


@roles(Role.ADMINISTRATOR, writes=True)
@require_POST
def job_cancel(request: HttpRequest, identifier: UUID) -> HttpResponse:
    """Cancel a job that has not begun."""
    found = job_of(viewer(request).organisation, identifier)
    if found is None:
        return not_found(request)
    if call_off(viewer(request), found):
        messages.success(request, "Le travail est annulé. C’est noté au journal.")
    else:
        messages.warning(request, "Ce travail a déjà commencé, ou il est terminé : rien n’a changé.")
    return redirect("jobs")


def with_htmx(answer: HttpResponse) -> HttpResponse:
    """The answer of a page that shows jobs as they go: it may run our own scripts, and ask this site."""
    answer.headers["Content-Security-Policy"] = content_policy(script_src="'self'", connect_src="'self'")
    return answer
