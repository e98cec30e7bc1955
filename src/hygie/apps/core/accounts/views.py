"""One's own account: organisations, second factor, sessions."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from hygie.apps.core import clock
from hygie.apps.core.access import signed_in
from hygie.apps.core.accounts.models import User
from hygie.apps.core.accounts.selectors import has_second_factor, own_sessions
from hygie.apps.core.accounts.services import end_session
from hygie.apps.core.errors import not_found
from hygie.apps.core.organisations.models import Membership, Organisation
from hygie.apps.core.organisations.viewer import CHOSEN, memberships_in_force, viewer


@signed_in()
def account(request: HttpRequest) -> HttpResponse:
    """Who I am here, for whom I act, how my account is kept."""
    asking = viewer(request)
    user = _user(request)
    held: dict[Organisation, list[Membership]] = {}
    for membership in memberships_in_force(user, clock.today()):
        held.setdefault(membership.organisation, []).append(membership)
    return render(
        request,
        "core/account.html",
        {
            "person": user,
            "organisations": held,
            "acting_for": asking.organisation,
            "second_factor": has_second_factor(user),
            "staff": asking.staff,
            "sessions": own_sessions(user).count(),
        },
    )


@signed_in(writes=True)
@require_POST
def choose_organisation(request: HttpRequest) -> HttpResponse:
    """Act for another of one's organisations; another's is « not found »."""
    mine = {str(m.organisation_id): m for m in memberships_in_force(_user(request), clock.today())}
    asked = request.POST.get("organisation", "")
    try:
        found = mine.get(str(UUID(asked)))
    except ValueError:
        found = None
    if found is None:
        return not_found(request)
    request.session[CHOSEN] = str(found.organisation_id)
    messages.success(request, f"Vous agissez maintenant pour {found.organisation.name}.")
    return redirect("account")


@signed_in(writes=True)
@require_POST
def close_session(request: HttpRequest, identifier: int) -> HttpResponse:
    """Close one of one's own sessions; another's is « not found »."""
    try:
        end_session(viewer(request), identifier)
    except LookupError:
        return not_found(request)
    messages.success(request, "Cette session est fermée.")
    return redirect("usersessions_list")


def _user(request: HttpRequest) -> User:
    user = viewer(request).user
    if user is None:  # the access rule lets nobody else in
        raise PermissionError("this page is for people who signed in")
    return user
