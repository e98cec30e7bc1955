"""Reads about organisations and roles; each takes the organisation that asks first."""

from __future__ import annotations

from datetime import date

from django.db.models import Q, QuerySet

from hygie.apps.core.organisations.models import Grant, Level, Membership, Organisation


def members(organisation: Organisation) -> QuerySet[Membership]:
    """Roles given in an organisation, by name of person."""
    found = Membership.objects.filter(organisation=organisation).select_related("user")
    return found.order_by("user__name", "role")


def member(organisation: Organisation, identifier: int) -> Membership | None:
    """One role of an organisation; None when it is another's, as when there is none."""
    return members(organisation).filter(pk=identifier).first()


def records_shared_with(organisation: Organisation, subject: str, on: date) -> QuerySet[Grant]:
    """Grants of one kind of record that an organisation holds on a day."""
    return Grant.objects.filter(receiver=organisation, subject=subject).filter(
        Q(until=None) | Q(until__gte=on)
    )


def may_write_shared(organisation: Organisation, subject: str, record: str, on: date) -> bool:
    """Whether an organisation may write a record that belongs to another."""
    held = records_shared_with(organisation, subject, on)
    return held.filter(record=record, level=Level.WRITE).exists()
