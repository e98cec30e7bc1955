"""Reads about messages; each takes the organisation first."""

from __future__ import annotations

from uuid import UUID

from django.db.models import Case, Count, IntegerField, QuerySet, Value, When

from hygie.apps.core.messages.models import Message, State, Wording
from hygie.apps.core.messages.wording import Draft
from hygie.apps.core.organisations.models import Organisation

_WITHOUT_CONTENT = ("recipient", "other", "other_body", "body")


def latest_messages(organisation: Organisation) -> QuerySet[Message]:
    """Messages of an organisation, failures first then the latest, without whom nor what."""
    trouble = Case(
        When(state__in=(State.FAILED, State.BOUNCED), then=Value(0)),
        default=Value(1),
        output_field=IntegerField(),
    )
    found = Message.objects.filter(organisation=organisation).defer(*_WITHOUT_CONTENT)
    return found.order_by(trouble, "-created")


def message(organisation: Organisation, identifier: UUID) -> Message | None:
    """One message of an organisation; None when it is another's, as when there is none."""
    found = Message.objects.filter(organisation=organisation, pk=identifier)
    return found.select_related("organisation").first()


def messages_by_state(organisation: Organisation) -> dict[State, int]:
    """How many messages stand where, every state present."""
    counted = Message.objects.filter(organisation=organisation).values_list("state").annotate(n=Count("pk"))
    found = dict(counted.order_by("state"))
    return {state: found.get(state.value, 0) for state in State}


def draft_of(organisation: Organisation, kind: str) -> Draft:
    """The words an organisation chose for a kind; an empty draft when it has ours."""
    found = Wording.objects.filter(organisation=organisation, kind=kind).first()
    return Draft() if found is None else Draft(found.subject, found.body, found.sms)


def kinds_reworded(organisation: Organisation) -> frozenset[str]:
    """Kinds that an organisation writes with its own words."""
    return frozenset(Wording.objects.filter(organisation=organisation).values_list("kind", flat=True))
