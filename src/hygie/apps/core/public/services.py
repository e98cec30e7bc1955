"""Writes about the publisher and the audits: a permission, one transaction, a line in the journal."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from hygie.apps.core.audit.journal import decided, journalled
from hygie.apps.core.organisations.viewer import Viewer
from hygie.apps.core.public.models import AccessibilityAudit, Publisher
from hygie.apps.core.public.permissions import check_can_publish
from hygie.engines.kernel.errors import HygieError

FIELDS = tuple(
    field.name for field in Publisher._meta.get_fields() if field.name not in ("id", "organisation")
)


@dataclass(frozen=True, slots=True)
class AuditFound:
    """An audit to enter; ``rate`` in percent of the criteria that apply."""

    auditor: str
    done: date
    rgaa: str
    rate: Decimal
    failures: str = ""


def say_publisher(viewer: Viewer, values: Mapping[str, str]) -> list[str]:
    """Write what the legal pages say; the names of the fields that changed, nothing when none did.

    Raises
    ------
    RefusedError
        If the viewer does not answer for the site.
    ValueError
        If a name is not a field of the publisher.
    """
    check_can_publish(viewer)
    if not set(values) <= set(FIELDS):
        raise ValueError("not a field of the publisher")
    with journalled():
        known, _ = Publisher.objects.select_for_update().get_or_create(organisation=viewer.organisation)
        changed = [name for name, value in values.items() if getattr(known, name) != value]
        for name in changed:
            setattr(known, name, values[name])
        if changed:
            known.full_clean(validate_unique=False)
            known.save(update_fields=changed)
            decided(
                viewer.actor,
                "publisher.change",
                subject="core.publisher",
                record=str(known.pk),
                fields=", ".join(changed),
            )
    return changed


def enter_audit(viewer: Viewer, found: AuditFound, on: date) -> AccessibilityAudit:
    """Enter what an auditor found; an audit is never changed, another one is entered.

    Raises
    ------
    RefusedError
        If the viewer does not answer for the site.
    HygieError
        If the audit is of a day to come.
    """
    check_can_publish(viewer)
    if found.done > on:
        raise HygieError("Cet audit est daté d’un jour à venir.", fix="Écrivez le jour où il a été rendu.")
    with journalled():
        made = AccessibilityAudit(
            organisation=viewer.organisation,
            auditor=found.auditor,
            done=found.done,
            rgaa=found.rgaa,
            rate=found.rate,
            failures=found.failures,
        )
        made.full_clean()
        made.save()
        decided(
            viewer.actor,
            "accessibility.audit",
            subject="core.accessibilityaudit",
            record=str(made.pk),
            done=found.done.isoformat(),
            rgaa=found.rgaa,
            rate=str(found.rate),
        )
    return made
