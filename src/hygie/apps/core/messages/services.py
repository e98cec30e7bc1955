"""Queuing, stopping and taking back messages; nothing here sends, ``delivery`` does."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID, uuid4

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone

from hygie.apps.core.audit.journal import SYSTEM, decided, journalled
from hygie.apps.core.jobs.models import Job
from hygie.apps.core.jobs.models import State as JobState
from hygie.apps.core.jobs.running import enqueue
from hygie.apps.core.messages.addresses import BadContactError, Contact, Reached, contact_key
from hygie.apps.core.messages.helping import with_help
from hygie.apps.core.messages.kinds import MESSAGE_KINDS, TRIAL, MessageKind
from hygie.apps.core.messages.models import Channel, Message, Recipient, State, Stop, Wording
from hygie.apps.core.messages.permissions import check_can_manage_messages
from hygie.apps.core.messages.policies import goes_at
from hygie.apps.core.messages.selectors import draft_of
from hygie.apps.core.messages.stopping import with_stop
from hygie.apps.core.messages.wording import Draft, Words, check_draft, check_sms, filled, signature
from hygie.apps.core.organisations.models import Organisation
from hygie.apps.core.organisations.viewer import Viewer

DELIVER = "messages.deliver"
SUBJECT = "core.message"


@dataclass(frozen=True, slots=True)
class Note:
    """A message to write.

    Attributes
    ----------
    kind
        Name of a declared kind.
    to
        Whom; the other channel serves once if the first one is refused.
    values
        One text for each variable of the kind.
    about, record
        What it is about (``directory.entry``, its identifier), for ``cancel_for``.
    once
        The same twice sends one message; empty to send each time.
    not_before
        Aware moment; None for now.
    """

    kind: str
    to: Contact
    values: Mapping[str, str] = field(default_factory=dict)
    about: str = ""
    record: str = ""
    once: str = ""
    not_before: datetime | None = None


def send(organisation: Organisation, note: Note) -> Message:
    """Queue a message with the transaction under way; it leaves once that is committed.

    What limits it (a person who wants no more, a cap, quiet hours) is judged when it leaves. The caller
    has checked that it may write to this person, and journals its own decision.

    Returns
    -------
    The message; the first one when ``once`` was already asked.

    Raises
    ------
    BadContactError
        If the contact cannot be read, or has no channel that this kind speaks.
    WordingError
        If a value cannot be sent, or the whole is too long.
    KeyError, ValueError
        If the kind is not declared, or its variables are not those given: a fault of the programme.
    """
    kind = MESSAGE_KINDS[note.kind]
    if set(note.values) != set(kind.variables):
        raise ValueError(f"{kind.name} takes {sorted(kind.variables)}, not {sorted(note.values)}")
    reached = _spoken(kind, note.to.read())
    message = _written(organisation, kind, reached, note)
    if not note.once:
        message.save(force_insert=True)
    else:
        try:
            with transaction.atomic():
                message.save(force_insert=True)
        except IntegrityError:
            return Message.objects.get(organisation=organisation, once=note.once)
    transaction.on_commit(wake)
    return message


def cancel_for(organisation: Organisation, about: str, record: str, *, kind: str = "") -> int:
    """Take back what has not left about something that is done; how many messages.

    Parameters
    ----------
    kind
        Only messages of this kind; empty for all.
    """
    waiting = Message.objects.filter(
        organisation=organisation, about=about, record=record, state=State.QUEUED
    )
    if kind:
        waiting = waiting.filter(kind=kind)
    return waiting.update(state=State.CANCELLED, finished=timezone.now(), error="Ce rappel n’a plus d’objet.")


def bounced(identifier: UUID, *, told_now: bool = True) -> Message | None:
    """Note that a contact is refused for good, and write once to the other one.

    Parameters
    ----------
    told_now
        Whether it was refused now: it is then not tried again for a while.

    Returns
    -------
    The message on the other channel; None when there is none, or it was noted already.
    """
    with transaction.atomic():
        sent = Message.objects.filter(pk=identifier, state__in=(State.SENDING, State.SENT))
        if not sent.update(
            state=State.BOUNCED, finished=timezone.now(), error="L’adresse ou le numéro est refusé."
        ):
            return None
        refused = Message.objects.select_related("organisation").get(pk=identifier)
        if told_now:
            _mark_refused(refused.recipient_key)
        return _on_the_other_channel(refused)


def trust_again(channel: Channel, address: str) -> None:
    """Take a contact as good again: somebody has just proved that they read it."""
    Recipient.objects.filter(key=contact_key(channel, address)).update(refused=None)


def stop(message: Message, *, everything: bool) -> None:
    """Send no more reminders of this kind, or none at all, to the contact of a message."""
    with journalled():
        Stop.objects.get_or_create(
            recipient_key=message.recipient_key, kind="" if everything else message.kind
        )
        decided(SYSTEM, "message.stop", subject=SUBJECT, record=str(message.pk), everything=everything)


def start_again(message: Message) -> None:
    """Undo what ``stop`` did for the contact and the kind of a message."""
    with journalled():
        Stop.objects.filter(recipient_key=message.recipient_key, kind__in=("", message.kind)).delete()
        decided(SYSTEM, "message.start_again", subject=SUBJECT, record=str(message.pk))


def resend(viewer: Viewer, message: Message) -> bool:
    """Try a failed message again; whether it was failed.

    Raises
    ------
    RefusedError
        If the viewer may not.
    """
    check_can_manage_messages(viewer, message.organisation)
    with journalled():
        failed = Message.objects.filter(pk=message.pk, state=State.FAILED, forgotten=None)
        changed = failed.update(state=State.QUEUED, tries=0, error="", not_before=timezone.now()) == 1
        if changed:
            decided(viewer.actor, "message.resend", subject=SUBJECT, record=str(message.pk))
            transaction.on_commit(wake)
    return changed


def cancel(viewer: Viewer, message: Message) -> bool:
    """Take back a message that has not left; whether it had not.

    Raises
    ------
    RefusedError
        If the viewer may not.
    """
    check_can_manage_messages(viewer, message.organisation)
    with journalled():
        waiting = Message.objects.filter(pk=message.pk, state=State.QUEUED)
        changed = waiting.update(state=State.CANCELLED, finished=timezone.now(), error="") == 1
        if changed:
            decided(viewer.actor, "message.cancel", subject=SUBJECT, record=str(message.pk))
    return changed


def report_bounce(viewer: Viewer, message: Message) -> bool:
    """Note that a sent message came back; whether it was noted now.

    Raises
    ------
    RefusedError
        If the viewer may not.
    """
    check_can_manage_messages(viewer, message.organisation)
    with journalled():
        bounced(message.pk)
        changed = message.state != State.BOUNCED
        if changed:
            decided(viewer.actor, "message.bounce", subject=SUBJECT, record=str(message.pk))
    return changed


def choose_words(viewer: Viewer, kind: MessageKind, draft: Draft) -> None:
    """Write one kind of message with the organisation's own words; an empty draft goes back to ours.

    Raises
    ------
    RefusedError
        If the viewer may not.
    WordingError
        If these words cannot be sent.
    """
    organisation = check_can_manage_messages(viewer, viewer.organisation)
    check_draft(kind, draft)
    with journalled():
        mine = Wording.objects.filter(organisation=organisation, kind=kind.name)
        if draft == Draft():
            mine.delete()
        else:
            Wording.objects.update_or_create(
                organisation=organisation,
                kind=kind.name,
                defaults={
                    "subject": draft.subject,
                    "body": draft.body,
                    "sms": draft.sms,
                    "changed": timezone.now(),
                    "changed_by": viewer.user,
                },
            )
        decided(
            viewer.actor, "message.words", subject="core.wording", record=kind.name, ours=draft == Draft()
        )


def send_trial(viewer: Viewer) -> Message:
    """Send the viewer a message, to see whether sending works.

    Raises
    ------
    RefusedError
        If the viewer may not.
    """
    organisation = check_can_manage_messages(viewer, viewer.organisation)
    with journalled():
        to = Contact(email="" if viewer.user is None else viewer.user.email)
        message = send(organisation, Note(TRIAL.name, to, {"lien": settings.SITE_ADDRESS}))
        decided(viewer.actor, "message.trial", subject=SUBJECT, record=str(message.pk))
    return message


def wake() -> None:
    """Ask for the messages that are due to be sent, unless that is already asked and not begun."""
    asked = Job.objects.filter(name=DELIVER, state=JobState.QUEUED, not_before__lte=timezone.now())
    if settings.JOBS_AT_ONCE or not asked.exists():
        enqueue(DELIVER)


def _spoken(kind: MessageKind, reached: Reached) -> Reached:
    """The contact on the channels that a kind speaks."""
    speaks = {channel for channel, words in _channels(kind).items() if words}
    other = _other(reached.channel)
    if reached.channel not in speaks:
        if not reached.other or other not in speaks:
            raise BadContactError(
                f"Ce message ne part pas par {reached.channel.label}.",
                fix=f"Donnez de quoi écrire par {other.label}.",
            )
        return Reached(other, reached.other, "")
    return reached if other in speaks else Reached(reached.channel, reached.address, "")


def _channels(kind: MessageKind) -> dict[Channel, str]:
    return {Channel.EMAIL: kind.body, Channel.SMS: kind.sms}


def _other(channel: Channel) -> Channel:
    return Channel.SMS if channel is Channel.EMAIL else Channel.EMAIL


def _written(organisation: Organisation, kind: MessageKind, reached: Reached, note: Note) -> Message:
    """The message, not saved yet."""
    identifier, draft = uuid4(), draft_of(organisation, kind.name)
    channels = [reached.channel, *([_other(reached.channel)] if reached.other else [])]
    said: dict[Channel, Words] = {}
    for channel in channels:
        said[channel] = filled(kind, draft, channel, {**signature(organisation.name, channel), **note.values})
        if channel is Channel.SMS:
            check_sms(with_help(kind, channel, with_stop(kind, channel, said[channel].text, identifier)))
    return Message(
        id=identifier,
        organisation=organisation,
        kind=kind.name,
        channel=reached.channel,
        recipient=reached.address,
        recipient_key=reached.key,
        other=reached.other,
        other_body=said[channels[1]].text if reached.other else "",
        subject=said[Channel.EMAIL].subject if Channel.EMAIL in said else "",
        body=said[reached.channel].text,
        about=note.about,
        record=note.record,
        once=note.once,
        not_before=goes_at(kind, reached.channel, note.not_before or timezone.now()),
    )


def _mark_refused(key: str) -> None:
    now = timezone.now()
    Recipient.objects.update_or_create(
        key=key, defaults={"refused": now}, create_defaults={"refused": now, "counted": now}
    )


def _on_the_other_channel(refused: Message) -> Message | None:
    kind = MESSAGE_KINDS.get(refused.kind)
    if kind is None or not refused.other:
        return None
    channel = _other(Channel(refused.channel))
    message = Message.objects.create(
        organisation=refused.organisation,
        kind=refused.kind,
        channel=channel,
        recipient=refused.other,
        recipient_key=contact_key(channel, refused.other),
        subject=refused.subject,
        body=refused.other_body,
        about=refused.about,
        record=refused.record,
        once=f"bounce:{refused.pk}",
        not_before=goes_at(kind, channel, timezone.now()),
        after_bounce_of=refused,
    )
    transaction.on_commit(wake)
    return message
