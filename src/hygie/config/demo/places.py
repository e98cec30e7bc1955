"""The directory of Clairval: the places of its territory, what partners wrote, what people propose."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from hygie.apps.core import clock
from hygie.apps.core.jobs.registry import Report
from hygie.apps.core.organisations.models import Level, Organisation
from hygie.apps.core.organisations.selectors import may_write_shared
from hygie.apps.core.organisations.services import share
from hygie.apps.directory.asking import ask_owner, set_owner
from hygie.apps.directory.corrections import accept, propose, refuse
from hygie.apps.directory.jobs import bring_territory
from hygie.apps.directory.models import Entry
from hygie.apps.directory.permissions import SUBJECT
from hygie.apps.directory.services import add_entry, confirm_entry
from hygie.config.demo.cast import (
    AGENT,
    CCAS,
    COORDINATOR,
    MSP,
    PARTNER,
    PRESCRIBER,
    SOCIAL_AGENT,
    STORY_BEGINS,
    TOWN,
    WALKERS,
)
from hygie.config.demo.people import acting, organisation

SHARED = ("MSP du Port", "Cabinet médical du Port", "Cabinet infirmier du Port")
"""Entries that the town lets the MSP write; the first two are confirmed by it."""

ASKED = "Pharmacie du Port"
"""Entry whose owner is asked to confirm it."""

OWN: tuple[tuple[str, str, date, dict[str, str]], ...] = (
    (
        SOCIAL_AGENT,
        CCAS,
        date(2026, 10, 5),
        {
            "category": "town_service",
            "name": "Accueil du CCAS de Clairval",
            "description": "Aides, domiciliation, accompagnement dans les démarches.",
            "hours": "Mo-Fr 09:00-12:00,13:30-17:00",
            "fees": "Gratuit",
        },
    ),
    (
        PARTNER,
        WALKERS,
        date(2026, 9, 14),
        {
            "category": "sport",
            "name": "Pédibus des Vergers",
            "description": "Aller à l’école à pied, accompagné, tous les matins de classe.",
            "fees": "Gratuit",
        },
    ),
    (
        PARTNER,
        WALKERS,
        date(2026, 1, 12),
        {
            "category": "sport",
            "name": "Pédibus de Bellevue",
            "description": "Ligne suspendue, faute de trajet sûr.",
        },
    ),
    (
        SOCIAL_AGENT,
        CCAS,
        date(2025, 11, 3),
        {
            "category": "town_service",
            "name": "Permanence du CCAS aux Ormeaux",
            "hours": "We 14:00-17:00",
        },
    ),
)
"""Entries written by partners: who, for which organisation, on which day; the last two are old."""

Proposal = tuple[str, dict[str, str], str]
"""Name of an entry, texts as they should be, message."""

ACCEPTED: Proposal = (
    "Gymnase du Port",
    {"hours": "Mo-Fr 08:00-22:00; Sa 09:00-18:00"},
    "Il ouvre aussi le samedi.",
)
REFUSED: Proposal = ("Épicerie du Port", {"hours": "24/7"}, "Ouvert tout le temps.")
WAITING: tuple[Proposal, ...] = (
    ("Pharmacie du Port", {}, "Le rideau était baissé samedi après-midi."),
    ("Pharmacie de Montredon", {"hours": "Mo-Fr 09:00-12:30,14:00-19:00"}, ""),
    ("Pédibus de Bellevue", {"description": "Reprise prévue au printemps."}, ""),
)
"""Corrections that nobody has answered yet."""


def bring_directory(folder: Path, report: Report) -> None:
    """Bring the territory into the directory, then what the people of Clairval did since."""
    bring_territory(folder, report, acting(COORDINATOR, TOWN).actor)
    for name, house, on, values in OWN:
        if _entry(values["name"], house) is None:
            add_entry(acting(name, house, max(on, STORY_BEGINS)), values, on)
    _share_and_confirm()
    _ask()
    _correct()


def _entry(name: str, house: str) -> Entry | None:
    return Entry.objects.filter(organisation=organisation(house), name=name).order_by("place").first()


def _anywhere(name: str) -> Entry | None:
    found = [_entry(name, house) for house in (TOWN, WALKERS)]
    return next((entry for entry in found if entry is not None), None)


def _share_and_confirm() -> None:
    msp, today = organisation(MSP), clock.today()
    for rank, entry in enumerate(_entry(name, TOWN) for name in SHARED):
        if entry is None:
            continue
        if not may_write_shared(msp, SUBJECT, str(entry.pk), today):
            _lend(entry, msp)
        if rank < 2 and entry.confirmed_on is None:
            confirm_entry(acting(PRESCRIBER, MSP), entry, today - timedelta(days=7))


def _lend(entry: Entry, to: Organisation) -> None:
    share(acting(COORDINATOR, TOWN), SUBJECT, str(entry.pk), receiver=to, level=Level.WRITE)


def _ask() -> None:
    entry = _entry(ASKED, TOWN)
    if entry is None or entry.asked_on is not None:
        return
    coordinator, now = acting(COORDINATOR, TOWN), timezone.now()
    set_owner(coordinator, entry, "pharmacie.du.port@clairval.example", now)
    ask_owner(coordinator, Entry.objects.get(pk=entry.pk), _link, now)


def _link(token: str) -> str:
    return f"{settings.SITE_ADDRESS}{reverse('directory_confirm', args=[token])}"


def _correct() -> None:
    """Corrections: one accepted, one refused, the others wait."""
    now = clock.now()
    for name, texts, message in (ACCEPTED, REFUSED, *WAITING):
        entry = _anywhere(name)
        if entry is None or entry.corrections.exists():
            continue
        made = propose(entry, texts, message, network="clairval")
        if name == ACCEPTED[0]:
            accept(acting(AGENT, TOWN), made, texts, now)
        elif name == REFUSED[0]:
            refuse(acting(COORDINATOR, TOWN), made, "L’exploitant affiche d’autres horaires.", now)
