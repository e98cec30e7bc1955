"""Every table of the core, by part."""

from __future__ import annotations

from hygie.apps.core.accounts.models import User
from hygie.apps.core.audit.models import Decision, Head, Reading, ReadingHead, Seal
from hygie.apps.core.contacts.models import ContactCode
from hygie.apps.core.jobs.models import Job, Schedule
from hygie.apps.core.limits import Count
from hygie.apps.core.messages.models import Message, Recipient, Stop, Wording
from hygie.apps.core.organisations.invitation_models import Invitation
from hygie.apps.core.organisations.models import Grant, Membership, Organisation
from hygie.apps.core.public.models import AccessibilityAudit, Publisher

__all__ = [
    "AccessibilityAudit",
    "ContactCode",
    "Count",
    "Decision",
    "Grant",
    "Head",
    "Invitation",
    "Job",
    "Membership",
    "Message",
    "Organisation",
    "Publisher",
    "Reading",
    "ReadingHead",
    "Recipient",
    "Schedule",
    "Seal",
    "Stop",
    "User",
    "Wording",
]
