"""The people of an organisation: roles, invitations; and the page of an invitation."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from hygie.apps.core import clock
from hygie.apps.core.access import public, roles
from hygie.apps.core.addresses import network_of
from hygie.apps.core.errors import not_found
from hygie.apps.core.limits import take_or_refuse
from hygie.apps.core.organisations.forms import AcceptForm, EndForm, InvitationForm, ResetForm
from hygie.apps.core.organisations.invitation_models import Invitation
from hygie.apps.core.organisations.invitations import (
    accept,
    account_of,
    cancel,
    invitation_of,
    invite,
    send_again,
    unanswered,
)
from hygie.apps.core.organisations.models import Organisation
from hygie.apps.core.organisations.roles import Role
from hygie.apps.core.organisations.second_factors import (
    Check,
    Reason,
    can_reset_second_factor,
    reset_second_factor_of,
    resettable,
)
from hygie.apps.core.organisations.selectors import member, members
from hygie.apps.core.organisations.services import end_role
from hygie.apps.core.organisations.viewer import viewer
from hygie.apps.core.practice import lasting, practice
from hygie.engines.kernel.errors import HygieError
from hygie.engines.kernel.french import long_date


@roles(Role.ADMINISTRATOR)
def people(request: HttpRequest) -> HttpResponse:
    """Who does what in my organisation, and who is invited."""
    mine, today = _organisation(request), clock.today()
    held = list(members(mine))
    return render(
        request,
        "core/people.html",
        {
            "organisation": mine,
            "members": [m for m in held if m.until is None or m.until >= today],
            "former": [m for m in held if m.until is not None and m.until < today],
            "invitations": unanswered(mine),
            "now": timezone.now(),
            "resettable": resettable(viewer(request), mine, today),
            "today": today,
        },
    )


@roles(Role.ADMINISTRATOR, writes=True)
def invitation_new(request: HttpRequest) -> HttpResponse:
    """Invite somebody."""
    mine = _organisation(request)
    form = InvitationForm(request.POST or None, initial={"since": clock.today()})
    if request.method == "POST" and form.is_valid():
        try:
            made = invite(viewer(request), mine, form.invited, site=settings.SITE_ADDRESS)
        except HygieError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, f"L’invitation est envoyée à {made.name}.")
            return redirect("people")
    page = {"form": form, "organisation": mine, "age": lasting(practice().signing_in.invitation_age)}
    return render(request, "core/people_invite.html", page)


@roles(Role.ADMINISTRATOR, writes=True)
def role_end(request: HttpRequest, identifier: int) -> HttpResponse:
    """End a role of my organisation; another's is « not found »."""
    found, today = member(_organisation(request), identifier), clock.today()
    if found is None:
        return not_found(request)
    form = EndForm(request.POST or None, today=today, initial={"on": today})
    if request.method == "POST" and form.is_valid():
        try:
            end_role(viewer(request), found, form.cleaned_data["on"])
        except HygieError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, f"Le rôle de {found.user.name} prend fin. C’est noté au journal.")
            return redirect("people")
    return render(request, "core/people_end.html", {"form": form, "member": found})


@roles(Role.ADMINISTRATOR, writes=True)
@require_POST
def invitation_cancel(request: HttpRequest, identifier: int) -> HttpResponse:
    """Cancel an invitation of my organisation; another's is « not found »."""
    found = Invitation.objects.filter(organisation=_organisation(request), pk=identifier).first()
    if found is None:
        return not_found(request)
    cancel(viewer(request), found)
    messages.success(request, "L’invitation est annulée\u00a0: son lien ne sert plus.")
    return redirect("people")


@roles(Role.ADMINISTRATOR, writes=True)
@require_POST
def invitation_again(request: HttpRequest, identifier: int) -> HttpResponse:
    """Send an invitation of my organisation again; another's is « not found »."""
    found = Invitation.objects.filter(organisation=_organisation(request), pk=identifier).first()
    if found is None:
        return not_found(request)
    try:
        made = send_again(viewer(request), found, site=request.build_absolute_uri("/"))
    except HygieError as error:
        messages.error(request, str(error))
    else:
        messages.success(
            request, f"L’invitation repart vers {made.name}, avec un nouveau lien. L’ancien ne sert plus."
        )
    return redirect("people")


@roles(Role.ADMINISTRATOR, writes=True)
def second_factor_reset(request: HttpRequest, identifier: int) -> HttpResponse:
    """Take away the second factor of somebody of my organisation; another's is « not found »."""
    mine, today = _organisation(request), clock.today()
    found = member(mine, identifier)
    if found is None or not can_reset_second_factor(viewer(request), mine, found.user, today):
        return not_found(request)
    form = ResetForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        reason, check = Reason(form.cleaned_data["reason"]), Check(form.cleaned_data["check"])
        try:
            reset_second_factor_of(viewer(request), mine, found.user, reason=reason, check=check, on=today)
        except HygieError as error:
            form.add_error(None, str(error))
        else:
            told = "Ses sessions sont fermées, un courriel lui est envoyé. C’est noté au journal."
            messages.success(request, f"La double vérification de {found.user.name} est retirée. {told}")
            return redirect("people")
    return render(request, "core/people_reset.html", {"form": form, "member": found})


@sensitive_post_parameters("password1", "password2")
@public(writes=True)
@never_cache
def invitation(request: HttpRequest, secret: str) -> HttpResponse:
    """What a link of invitation opens: choose a password, or accept with the account one has."""
    take_or_refuse(practice().signing_in.invitation_by_network, network_of(request))
    found = invitation_of(secret)
    if found is None:
        return render(request, "core/invitation_over.html", {}, status=404)
    known, asking = account_of(found), viewer(request)
    form = AcceptForm(request.POST or None, email=found.email, initial={"name": found.name})
    mine = known is not None and asking.user == known
    if request.method == "POST" and (mine or (known is None and form.is_valid())):
        try:
            accept(secret, on=clock.today(), by=asking.user, **({} if mine else _chosen(form)))
        except HygieError as error:
            form.add_error(None, str(error)) if not mine else messages.error(request, str(error))
        else:
            messages.success(request, f"Bienvenue. {_from_when(found)}")
            return redirect("account" if mine else "account_login")
    page = {"form": form, "invitation": found, "known": known, "mine": mine, "signed_in": asking.signed_in}
    return render(request, "core/invitation.html", {**page, "secret": secret})


def _chosen(form: AcceptForm) -> dict[str, str]:
    return {"name": form.cleaned_data["name"], "password": form.cleaned_data["password1"]}


def _from_when(found: Invitation) -> str:
    if found.since > clock.today():
        return f"Votre rôle commence le {long_date(found.since)}."
    return f"Vous êtes de l’organisation {found.organisation.name}."


def _organisation(request: HttpRequest) -> Organisation:
    found = viewer(request).organisation
    if found is None:  # a role is held in an organisation: the access rule lets nobody else in
        raise PermissionError("this page is for members of an organisation")
    return found
