"""Management of the public face: its publisher, its audits, who opens what."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from hygie.apps.core import clock
from hygie.apps.core.access import roles, signed_in
from hygie.apps.core.errors import forbidden
from hygie.apps.core.organisations.roles import Role
from hygie.apps.core.organisations.viewer import viewer
from hygie.apps.core.public import matrix
from hygie.apps.core.public.forms import AuditForm, PublisherForm
from hygie.apps.core.public.navigation import managed
from hygie.apps.core.public.permissions import can_publish
from hygie.apps.core.public.policies import statement
from hygie.apps.core.public.selectors import audits, host_organisation, publisher_of
from hygie.apps.core.public.services import FIELDS, enter_audit, say_publisher
from hygie.engines.kernel.errors import HygieError


@signed_in()
def management(request: HttpRequest) -> HttpResponse:
    """What I may manage."""
    return render(request, "core/public/management.html", {"entries": managed(request)})


@roles(Role.ADMINISTRATOR, writes=True)
def publisher(request: HttpRequest) -> HttpResponse:
    """What the legal pages say."""
    if not can_publish(viewer(request)):
        return forbidden(request)
    known = publisher_of(host_organisation())
    form = PublisherForm(request.POST or None, initial={name: getattr(known, name) for name in FIELDS})
    if request.method == "POST" and form.is_valid():
        changed = say_publisher(viewer(request), form.cleaned_data)
        words = "C’est enregistré, et noté au journal." if changed else "Rien n’a changé."
        messages.success(request, words)
        return redirect("publisher")
    return render(request, "core/public/publisher.html", {"form": form})


@roles(Role.ADMINISTRATOR, writes=True)
def accessibility_audit(request: HttpRequest) -> HttpResponse:
    """Enter what an auditor found; those entered before stay."""
    asking, today = viewer(request), clock.today()
    if not can_publish(asking):
        return forbidden(request)
    form = AuditForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            enter_audit(asking, form.found, today)
        except HygieError as error:
            form.add_error("done", f"{error.what} {error.fix}")
        else:
            messages.success(
                request, "L’audit est enregistré, la déclaration le reprend. C’est noté au journal."
            )
            return redirect("accessibility_audit")
    entered = list(audits(asking.organisation))
    said = statement(entered[0] if entered else None, today)
    return render(
        request, "core/public/accessibility_audit.html", {"form": form, "audits": entered, "said": said}
    )


@roles(Role.ADMINISTRATOR, Role.DPO)
def access_matrix(request: HttpRequest) -> HttpResponse:
    """Who opens what."""
    return render(
        request,
        "core/public/access_matrix.html",
        {
            "heads": matrix.heads(),
            "rows": matrix.rows(),
            "closed": matrix.closed(),
            "nothing": matrix.NOTHING,
        },
    )


@roles(Role.ADMINISTRATOR, Role.DPO)
def access_csv(request: HttpRequest) -> HttpResponse:
    """The same for a spreadsheet."""
    del request
    response = HttpResponse(matrix.as_csv(), content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = 'attachment; filename="acces.csv"'
    return response
