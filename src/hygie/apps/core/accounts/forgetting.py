"""What signing in leaves behind is erased when it no longer serves."""

from __future__ import annotations

from datetime import timedelta

from django.contrib.sessions.models import Session
from django.utils import timezone

from hygie.apps.core.contacts.services import forget_codes
from hygie.apps.core.jobs.registry import Report, job
from hygie.apps.core.limits import forget_counts
from hygie.apps.core.organisations.invitations import forget_invitations
from hygie.engines.kernel.french import counted


@job("accounts.forget", "Effacer les codes, invitations et sessions terminés", every=timedelta(days=1))
def forget(report: Report) -> None:
    """Erase what is over; nothing that still serves."""
    now = timezone.now()
    erased = forget_codes(now) + forget_invitations(now) + forget_counts()
    report(0.5)
    erased += Session.objects.filter(expire_date__lte=now).delete()[0]
    report(1, counted(erased, "ligne effacée", "lignes effacées"))
