"""Proving a contact: ask for a code, write it."""

from __future__ import annotations

from datetime import timedelta

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme, urlencode
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from hygie.apps.core.access import public
from hygie.apps.core.addresses import network_of
from hygie.apps.core.contacts.forms import CodeForm, ContactForm
from hygie.apps.core.contacts.holding import ask, asked, drop, hold, verified_contact
from hygie.apps.core.contacts.services import send_code, verify
from hygie.apps.core.limits import take_or_refuse
from hygie.apps.core.practice import lasting, practice
from hygie.engines.kernel.errors import HygieError


@public(writes=True)
@never_cache
def contact(request: HttpRequest) -> HttpResponse:
    """Ask for a code."""
    form = ContactForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            take_or_refuse(practice().signing_in.code_by_network, network_of(request))
            send_code(form.cleaned_data["contact"])
            ask(request, form.cleaned_data["contact"])
            return redirect(_with_next("contact_code", request))
        except HygieError as error:
            form.add_error(None, str(error))
    held = verified_contact(request)
    page = {"form": form, "held": held, "next": _next(request)}
    return render(request, "core/contact.html", page | {"kept": lasting(practice().signing_in.contact_age)})


@public(writes=True)
@never_cache
def contact_code(request: HttpRequest) -> HttpResponse:
    """Write the code received."""
    sent_to = asked(request)
    if sent_to is None:
        return redirect(_with_next("contact", request))
    form = CodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        take_or_refuse(practice().signing_in.code_tried_by_network, network_of(request))
        if verify(sent_to, form.cleaned_data["code"]):
            hold(request, sent_to)
            kept = lasting(practice().signing_in.contact_age)
            messages.success(request, f"Votre contact est vérifié pour {kept}.")
            return redirect(_next(request) or "contact")
        form.refuse("Ce code n’est pas le bon, ou il ne sert plus. Demandez-en un autre si besoin.")
    limits = practice().signing_in
    page = {
        "form": form,
        "to": sent_to,
        "next": _next(request),
        "age": lasting(limits.code_age),
        "most": limits.code_by_contact.most,
        "period": lasting(timedelta(seconds=limits.code_by_contact.period_s)),
    }
    return render(request, "core/contact_code.html", page)


@public(writes=True)
@require_POST
def contact_forget(request: HttpRequest) -> HttpResponse:
    """Forget the contact of this session: on a shared computer, for instance."""
    drop(request)
    messages.success(request, "Votre contact est oublié sur cet appareil.")
    return redirect("contact")


def _next(request: HttpRequest) -> str:
    """A page of this site to go back to; empty when there is none, or it is elsewhere."""
    asked_for = request.POST.get("next") or request.GET.get("next") or ""
    safe = url_has_allowed_host_and_scheme(asked_for, allowed_hosts=None) and asked_for.startswith("/")
    return asked_for if safe else ""


def _with_next(name: str, request: HttpRequest) -> str:
    page, then = redirect(name).url, _next(request)
    return f"{page}?{urlencode({'next': then})}" if then else page
