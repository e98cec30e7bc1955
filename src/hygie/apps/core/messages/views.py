"""How messages go, in whose words; and the page, open to anybody, that stops reminders."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages as notices
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from hygie.apps.core.access import public, roles
from hygie.apps.core.audit.journal import log_reading
from hygie.apps.core.errors import not_found
from hygie.apps.core.messages import services
from hygie.apps.core.messages.addresses import masked
from hygie.apps.core.messages.forms import WordsForm
from hygie.apps.core.messages.helping import help_sms, help_text
from hygie.apps.core.messages.kinds import MESSAGE_KINDS, MessageKind, Nature
from hygie.apps.core.messages.models import Channel, Message, State
from hygie.apps.core.messages.permissions import MANAGERS
from hygie.apps.core.messages.policies import cap_of
from hygie.apps.core.messages.selectors import (
    draft_of,
    kinds_reworded,
    latest_messages,
    message,
    messages_by_state,
)
from hygie.apps.core.messages.stopping import message_of
from hygie.apps.core.messages.wording import Draft, Words, check_draft, filled, sms_parts
from hygie.apps.core.organisations.models import Organisation
from hygie.apps.core.organisations.viewer import viewer
from hygie.apps.core.practice import practice, to_verify
from hygie.engines.kernel.errors import HygieError

A_PAGE = 50
ACTIONS = {
    "renvoyer": (services.resend, "Le message repart. C’est noté au journal."),
    "annuler": (services.cancel, "Le message est annulé. C’est noté au journal."),
    "refuse": (
        services.report_bounce,
        "C’est noté. S’il y a un autre moyen de joindre la personne, il est essayé.",
    ),
}


@roles(*MANAGERS)
def messages(request: HttpRequest) -> HttpResponse:
    """Messages of my organisation: kinds, counts, the latest; nobody's name nor address."""
    mine = viewer(request).organisation
    if mine is None:
        return not_found(request)
    page = Paginator(latest_messages(mine), A_PAGE).get_page(request.GET.get("page"))
    titles = {name: kind.title for name, kind in MESSAGE_KINDS.items()}
    return render(
        request,
        "core/messages/list.html",
        {
            "page": page,
            "counts": messages_by_state(mine),
            "kinds": sorted(MESSAGE_KINDS.values(), key=lambda kind: kind.title),
            "titles": titles,
            "reworded": kinds_reworded(mine),
            "held": practice().messages,
            "cap_of": cap_of,
            "to_verify": to_verify(
                "message_cap_most", "message_cap_period", "message_quiet_from", "message_quiet_until"
            ),
            "Nature": Nature,
        },
    )


@roles(*MANAGERS)
@never_cache
def message_page(request: HttpRequest, identifier: UUID) -> HttpResponse:
    """One message: what became of it, and to whom, masked. The reading is journalled first."""
    asking = viewer(request)
    found = None if asking.organisation is None else message(asking.organisation, identifier)
    if found is None:
        return not_found(request)
    log_reading(asking.actor, "message.read", subject=services.SUBJECT, record=str(found.pk))
    kind = MESSAGE_KINDS.get(found.kind)
    title = found.kind if kind is None else kind.title
    page = {"message": found, "title": title, "to": masked(found.recipient), "State": State}
    return render(request, "core/messages/message.html", page)


@roles(*MANAGERS, writes=True)
@require_POST
def message_action(request: HttpRequest, identifier: UUID, action: str) -> HttpResponse:
    """Send again, cancel, or note that it came back."""
    asking = viewer(request)
    found = None if asking.organisation is None else message(asking.organisation, identifier)
    if found is None or action not in ACTIONS:
        return not_found(request)
    act, words = ACTIONS[action]
    if act(asking, found):
        notices.success(request, words)
    else:
        notices.warning(request, "Ce message a changé d’état entre-temps : rien n’a été fait.")
    return redirect("message", identifier=identifier)


@roles(*MANAGERS, writes=True)
@require_POST
def trial(request: HttpRequest) -> HttpResponse:
    """Send myself a message, to see whether sending works."""
    try:
        services.send_trial(viewer(request))
    except HygieError as error:
        notices.error(request, str(error))
    else:
        notices.success(request, "Un message d’essai part à votre adresse.")
    return redirect("messages")


@roles(*MANAGERS, writes=True)
def words(request: HttpRequest, name: str) -> HttpResponse:
    """The words of one kind: see them filled in with examples, change them, go back to ours."""
    mine, kind = viewer(request).organisation, MESSAGE_KINDS.get(name)
    if mine is None or kind is None:
        return not_found(request)
    draft = draft_of(mine, kind.name)
    form = WordsForm(kind, draft, request.POST if request.method == "POST" else None)
    asked = request.POST.get("action", "") if request.method == "POST" else ""
    if asked == "reprendre":
        return _chosen(request, kind, Draft(), "Ce message reprend les mots de Hygie.")
    if asked and form.is_valid():
        try:
            check_draft(kind, form.draft)
            draft = form.draft
        except HygieError as error:
            form.add_error(None, str(error))
        else:
            if asked == "enregistrer":
                return _chosen(request, kind, draft, "Vos mots sont enregistrés. C’est noté au journal.")
    return _words_page(request, mine, kind, form, draft)


def _chosen(request: HttpRequest, kind: MessageKind, draft: Draft, said: str) -> HttpResponse:
    services.choose_words(viewer(request), kind, draft)
    notices.success(request, said)
    return redirect("message_words", name=kind.name)


def _words_page(
    request: HttpRequest, mine: Organisation, kind: MessageKind, form: WordsForm, draft: Draft
) -> HttpResponse:
    shown = _preview(kind, draft)
    page = {
        "kind": kind,
        "form": form,
        "email": shown.get(Channel.EMAIL),
        "sms": shown.get(Channel.SMS),
        "help": help_text(timezone.localdate()),
        "help_sms": help_sms(timezone.localdate()),
        "parts": sms_parts(shown[Channel.SMS].text) if Channel.SMS in shown else 0,
        "reworded": kind.name in kinds_reworded(mine),
        "Nature": Nature,
    }
    return render(request, "core/messages/words.html", page, status=422 if form.errors else 200)


def _preview(kind: MessageKind, draft: Draft) -> dict[Channel, Words]:
    spoken = {Channel.EMAIL: kind.body, Channel.SMS: kind.sms}
    return {channel: filled(kind, draft, channel, kind.examples) for channel, ours in spoken.items() if ours}


@csrf_exempt  # the signed link is the whole authority: no session is used, and mail programs post to it
@public(writes=True)
@never_cache
def stop_messages(request: HttpRequest, token: str) -> HttpResponse:
    """Stop reminders: a page that asks, a button that does, another that undoes. No account."""
    identifier = message_of(token)
    held = Message.objects.select_related("organisation")
    found = None if identifier is None else held.filter(pk=identifier).first()
    if found is None:
        return render(request, "core/messages/stop_unknown.html", {}, status=404)
    kind, done = MESSAGE_KINDS.get(found.kind), ""
    if request.method == "POST":
        done = _stop_or_start(request, found)
    page = {
        "organisation": found.organisation.name,
        "title": "" if kind is None else kind.title,
        "token": token,
        "done": done,
    }
    answer = render(request, "core/messages/stop.html", page)
    answer.headers["X-Robots-Tag"] = "noindex"
    return answer


def _stop_or_start(request: HttpRequest, found: Message) -> str:
    asked = request.POST.get("choix", "")
    if asked == "reprendre":
        services.start_again(found)
        return asked
    everything = asked == "tout"
    services.stop(found, everything=everything)
    return "tout" if everything else "ceux-ci"
