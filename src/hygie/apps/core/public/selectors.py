"""Reads about the publisher of the site and its audits; published to everybody."""

from __future__ import annotations

from django.db.models import QuerySet

from hygie.apps.core.organisations.models import Organisation
from hygie.apps.core.public.models import AccessibilityAudit, Publisher


def host_organisation() -> Organisation | None:
    """The organisation that runs the instance; None before it is founded."""
    return Organisation.objects.filter(hosts=True).select_related("publisher").first()


def publisher_of(organisation: Organisation | None) -> Publisher:
    """What is known of a publisher; an empty one where nothing was written."""
    if organisation is None:
        return Publisher()
    found = getattr(organisation, "publisher", None)
    return found if isinstance(found, Publisher) else Publisher(organisation=organisation)


def audits(organisation: Organisation | None) -> QuerySet[AccessibilityAudit]:
    """Audits of the site, the last one first."""
    return AccessibilityAudit.objects.filter(organisation=organisation)
