"""Sending what is due: each message once, by whichever worker takes it first.

A message is taken by one conditional update, handed over outside any transaction, then marked. A worker
that dies in between holds it until ``LEASE`` is over; then another one takes it again, under the same
reference (Message-ID). So nothing is lost, and at worst, after a death at the very wrong moment, one
message goes twice.
"""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
from email.utils import parseaddr
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone

from hygie.apps.core.encryption import CannotDecryptError
from hygie.apps.core.jobs.models import Job
from hygie.apps.core.jobs.models import State as JobState
from hygie.apps.core.jobs.registry import Report, job
from hygie.apps.core.jobs.running import enqueue
from hygie.apps.core.messages.helping import with_help
from hygie.apps.core.messages.kinds import MESSAGE_KINDS, MessageKind, Nature
from hygie.apps.core.messages.models import Channel, Message, Recipient, State
from hygie.apps.core.messages.policies import (
    cap_of,
    cap_reached,
    goes_at,
    is_refused,
    is_stopped,
    next_try,
)
from hygie.apps.core.messages.services import DELIVER, bounced
from hygie.apps.core.messages.stopping import return_address, stop_address, with_stop
from hygie.apps.core.messages.transports import NotNowError, RefusedAddressError, send_email, send_sms
from hygie.apps.core.practice import practice
from hygie.engines.kernel.french import counted

LOG = logging.getLogger("hygie.messages")
LEASE = timedelta(minutes=10)
"""Longer than any hand-over: ``EMAIL_TIMEOUT`` is 30 s."""
BATCH = 50


class RefusedBeforeError(RefusedAddressError):
    """The contact was refused not long ago: nothing is tried, and the mark is not made longer."""


FINAL = (State.SENT, State.FAILED, State.BOUNCED, State.STOPPED, State.CANCELLED)


@job(DELIVER, "Envoyer les messages", every=timedelta(hours=1))
def deliver(report: Report) -> None:
    """Send every message that is due, then ask for the next time one will be."""
    give_back_abandoned(timezone.now())
    sent = 0
    while due := _due(timezone.now()):
        for identifier in due:
            sent += deliver_one(identifier)
        report(0.5, counted(sent, "message traité", "messages traités"))
    report(1.0, counted(sent, "message traité", "messages traités"))
    _ask_for_the_next(timezone.now())


@job("messages.forget", "Effacer les messages anciens", every=timedelta(days=1))
def forget(report: Report) -> None:
    """Erase whom and what of messages that are over; that they were sent, and when, stays."""
    now, held = timezone.now(), practice().messages
    asked = [kind.name for kind in MESSAGE_KINDS.values() if kind.nature is Nature.ASKED]
    over = Message.objects.filter(state__in=FINAL, forgotten=None)
    old = over.filter(Q(finished__lt=now - held.kept) | Q(kind__in=asked, finished__lt=now - held.asked_kept))
    erased = old.update(recipient="", other="", body="", other_body="", forgotten=now)
    report(1.0, counted(erased, "message effacé", "messages effacés"))


def deliver_one(identifier: UUID) -> bool:
    """Take one message and hand it over; whether it was ours to take."""
    claimed = timezone.now()
    if not _take(identifier, claimed):
        return False
    held = Message.objects.filter(pk=identifier, state=State.SENDING, claimed=claimed)
    try:
        message = held.select_related("organisation").get()
        _hand_over(message, MESSAGE_KINDS[message.kind])
    except RefusedBeforeError:
        bounced(identifier, told_now=False)
    except RefusedAddressError:
        bounced(identifier)
    except NotNowError as error:
        _later(identifier, claimed, str(error))
    except CannotDecryptError:
        held.update(state=State.FAILED, finished=timezone.now(), error="Aucune clé n’ouvre ce message.")
    except ValueError:
        held.update(state=State.FAILED, finished=timezone.now(), error="Ce message n’a pas la bonne forme.")
    else:
        held.update(state=State.SENT, finished=timezone.now(), error="")
    return True


def give_back_abandoned(now: datetime) -> int:
    """Put back in the queue what a dead worker held; how many."""
    abandoned = Message.objects.filter(state=State.SENDING, claimed__lt=now - LEASE)
    return abandoned.update(state=State.QUEUED, not_before=now)


def _due(now: datetime) -> list[UUID]:
    waiting = Message.objects.filter(state=State.QUEUED, not_before__lte=now).order_by("not_before")
    return list(waiting.values_list("pk", flat=True)[:BATCH])


def _take(identifier: UUID, now: datetime) -> bool:
    """Take a message if it may go now; else say why it does not, or when it will."""
    with transaction.atomic():
        waiting = Message.objects.filter(pk=identifier, state=State.QUEUED, not_before__lte=now)
        found = waiting.values_list("kind", "channel", "recipient_key").first()
        if found is None:
            return False
        kind = MESSAGE_KINDS.get(found[0])
        if kind is None:
            unknown = "Cette version de Hygie ne connaît pas ce message."
            waiting.update(state=State.FAILED, finished=now, error=unknown)
            return False
        if kind.nature is Nature.REMINDER:
            _lock(found[2], now)
        goes = goes_at(kind, Channel(found[1]), now)
        if goes > now:
            waiting.update(not_before=goes)
            return False
        why = _why_not(kind, found[2], now)
        if why:
            waiting.update(state=State.STOPPED, finished=now, error=why)
            return False
        return waiting.update(state=State.SENDING, claimed=now, tries=F("tries") + 1) == 1


def _lock(key: str, now: datetime) -> None:
    """Hold the row of a contact until the end of the transaction: its messages are counted one by one."""
    while not Recipient.objects.filter(key=key).update(counted=now):
        Recipient.objects.get_or_create(key=key, defaults={"counted": now})


def _why_not(kind: MessageKind, key: str, now: datetime) -> str:
    if is_stopped(key, kind):
        return "La personne ne veut plus de ces rappels."
    if cap_reached(key, kind, now):
        cap = cap_of(kind)
        return f"Le plafond est atteint\u00a0: {cap.count} en {cap.period.days} jours."
    return ""


def _hand_over(message: Message, kind: MessageKind) -> None:
    channel = Channel(message.channel)
    if kind.nature is not Nature.ASKED and is_refused(message.recipient_key, timezone.now()):
        raise RefusedBeforeError("refused before")
    text = with_help(kind, channel, with_stop(kind, channel, message.body, message.pk))
    if channel is Channel.SMS:
        send_sms(message.recipient, text, str(message.pk))
        return
    back_to = return_address(message.pk)
    send_email(message.recipient, message.subject, text, _headers(message, kind), back_to=back_to)


def _headers(message: Message, kind: MessageKind) -> dict[str, str]:
    """Headers of an e-mail: one identifier for all its tries, and the one-click stop of RFC 8058."""
    domain = parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2]
    headers = {"Message-ID": f"<{message.pk}@{domain}>", "Auto-Submitted": "auto-generated"}
    if kind.nature is Nature.REMINDER:
        headers["List-Unsubscribe"] = f"<{stop_address(message.pk)}>"
        headers["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    return headers


def _later(identifier: UUID, claimed: datetime, why: str) -> None:
    """Try again later, or stop trying; the reason is a code, never the words of a server."""
    held = Message.objects.filter(pk=identifier, state=State.SENDING, claimed=claimed)
    tries = held.values_list("tries", flat=True).first()
    if tries is None:
        return
    LOG.warning("message %s not handed over: %s", identifier, why)
    now = timezone.now()
    again = next_try(tries, now)
    if again is None:
        words = f"L’envoi a échoué {tries} fois ({why})."[:200]
        held.update(state=State.FAILED, finished=now, error=words)
    else:
        held.update(state=State.QUEUED, not_before=again, error=f"Nouvel essai prévu ({why})."[:200])


def _ask_for_the_next(now: datetime) -> None:
    """Ask for this job again when the next message is due, unless that is asked already."""
    waiting = Message.objects.filter(state=State.QUEUED, not_before__gt=now).order_by("not_before")
    due = waiting.values_list("not_before", flat=True).first()
    if due is None or settings.JOBS_AT_ONCE:
        return
    soon_after = due + timedelta(seconds=1)
    asked = Job.objects.filter(name=DELIVER, state=JobState.QUEUED, not_before__lte=soon_after)
    if not asked.exists():
        enqueue(DELIVER, after=soon_after - now)
