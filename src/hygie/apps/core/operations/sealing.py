"""The monthly seal of the journals: made, journalled, published, and sent to who watches over data."""

from __future__ import annotations

from datetime import timedelta

from django.db.models import Q
from django.utils import timezone

from hygie.apps.core.accounts.models import User
from hygie.apps.core.audit.export import JOURNALS, seal_months
from hygie.apps.core.audit.journal import SYSTEM, decided, journalled
from hygie.apps.core.audit.models import Seal
from hygie.apps.core.jobs.registry import Report, job
from hygie.apps.core.messages.addresses import Contact
from hygie.apps.core.messages.kinds import MessageKind, Nature, message_kind
from hygie.apps.core.messages.services import Note, send
from hygie.apps.core.organisations.models import Organisation
from hygie.apps.core.organisations.roles import Role
from hygie.engines.kernel.french import counted

SEALED = message_kind(
    MessageKind(
        "audit.sealed",
        "Sceau mensuel d’un journal",
        Nature.OWED,
        {"journal": "décisions", "mois": "2026-10", "lignes": "1 204", "empreinte": "0" * 64},
        body=(
            "Bonjour,\n\n"
            "Le journal des {{ journal }} de {{ mois }} est scellé : {{ lignes }} lignes depuis son début.\n"
            "Empreinte de sa dernière ligne :\n{{ empreinte }}\n\n"
            "Gardez ce message hors de Hygie : il prouvera que rien n’a été changé depuis.\n"
        ),
    )
)


def seal_all() -> list[Seal]:
    """Seal every month that is over, in both journals; done twice, nothing more happens.

    The seals stand on the public page at once, and are written to those who watch over data in the
    organisation that runs the instance.
    """
    made: list[Seal] = []
    for journal in JOURNALS:
        made += seal_months(journal)
    for seal in made:
        with journalled():
            decided(
                SYSTEM,
                "journal.seal",
                subject="core.seal",
                record=str(seal.pk),
                journal=seal.journal,
                month=seal.month,
                head=seal.head,
            )
            _write_to_officers(seal)
    return made


def _write_to_officers(seal: Seal) -> None:
    host = Organisation.objects.filter(hosts=True, active=True).first()
    if host is None:
        return
    today = timezone.localdate()
    held = Q(memberships__organisation=host, memberships__role=Role.DPO, memberships__since__lte=today)
    in_force = Q(memberships__until=None) | Q(memberships__until__gte=today)
    for officer in User.objects.filter(held, in_force, is_active=True).distinct():
        send(
            host,
            Note(
                SEALED.name,
                Contact(email=officer.email),
                {
                    "journal": seal.get_journal_display(),
                    "mois": seal.month,
                    "lignes": str(seal.last),
                    "empreinte": seal.head,
                },
                about="core.seal",
                record=str(seal.pk),
                once=f"seal:{seal.pk}:{officer.pk}",
            ),
        )


@job("audit.seal", "Sceller les mois terminés des journaux", every=timedelta(days=1))
def seal_job(report: Report) -> None:
    """Repeated job: a day without anything to seal costs two queries."""
    report(1.0, counted(len(seal_all()), "sceau", "sceaux"))
