"""Organisations and people of Clairval: all invented, none exists."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.utils.text import slugify

from hygie.apps.core.organisations.roles import Kind, Role
from hygie.apps.core.organisations.services import RoleGiven

STORY_BEGINS, STORY_ENDS = date(2026, 9, 1), date(2027, 8, 31)
DOMAIN = "clairval.example"
"""Of every address: nothing is ever delivered to a domain in ``.example``."""


@dataclass(frozen=True, slots=True)
class House:
    """An organisation."""

    slug: str
    name: str
    kind: Kind


@dataclass(frozen=True, slots=True)
class Part:
    """A role that somebody plays, for an organisation named by its slug."""

    house: str
    given: RoleGiven


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who signs in, with their parts."""

    name: str
    parts: tuple[Part, ...]

    @property
    def email(self) -> str:
        """``ines.coordination@clairval.example``."""
        return address(self.name)


def address(name: str) -> str:
    """The address of somebody of Clairval, by their name."""
    return f"{slugify(name.removeprefix('Dr ')).replace('-', '.')}@{DOMAIN}"


def _part(house: str, role: Role, until: date | None = None) -> Part:
    return Part(house, RoleGiven(role, STORY_BEGINS, until))


TOWN, CCAS, EPCI = "ville-de-clairval", "ccas-de-clairval", "pays-de-clairval"
MSP, WALKERS = "msp-du-port", "pas-a-pas"
HOSPITAL, CPTS, SPORT, FRIENDS = "centre-hospitalier", "cpts", "maison-sport-sante", "amis-des-ormeaux"

HOST = House(TOWN, "Ville de Clairval", Kind.COMMUNE)
HOUSES = (
    House(CCAS, "CCAS de Clairval", Kind.CCAS),
    House(EPCI, "Communauté du Pays de Clairval", Kind.EPCI),
    House(HOSPITAL, "Centre hospitalier de Clairval", Kind.HOSPITAL),
    House(CPTS, "CPTS du Pays de Clairval", Kind.CPTS),
    House(MSP, "MSP du Port", Kind.CARE),
    House(WALKERS, "Association Pas à Pas", Kind.ASSOCIATION),
    House(SPORT, "Maison sport-santé de la Clère", Kind.OTHER),
    House(FRIENDS, "Les Amis des Ormeaux", Kind.ASSOCIATION),
)

ADMINISTRATOR = "Anne Admin"
COORDINATOR, AGENT, SOCIAL_AGENT = "Inès Coordination", "Karim Guichet", "Lucie Ccas"
PRESCRIBER, PARTNER = "Dr Odile Exemple", "Paul Partenaire"

_DELEGATION = RoleGiven(
    Role.DECIDER,
    STORY_BEGINS,
    order_number="CCAS-2026-012",
    order_date=date(2026, 8, 28),
)

PEOPLE = (
    Person(ADMINISTRATOR, (_part(TOWN, Role.ADMINISTRATOR), _part(CCAS, Role.ADMINISTRATOR))),
    Person(COORDINATOR, (_part(TOWN, Role.COORDINATOR),)),
    Person(AGENT, (_part(TOWN, Role.AGENT, STORY_ENDS),)),
    Person(SOCIAL_AGENT, (_part(CCAS, Role.AGENT),)),
    Person(PRESCRIBER, (_part(MSP, Role.PARTNER),)),
    Person(PARTNER, (_part(WALKERS, Role.PARTNER),)),
    Person("Nadia Élue", (_part(TOWN, Role.ELECTED), Part(CCAS, _DELEGATION))),
    Person("Rose Commission", (_part(CCAS, Role.COMMISSION, STORY_ENDS),)),
    Person("Denis Dpo", (_part(TOWN, Role.DPO),)),
    Person("Yves Pays", (_part(EPCI, Role.COORDINATOR),)),
    Person("Hélène Hôpital", (_part(HOSPITAL, Role.PARTNER),)),
    Person("Camille Cpts", (_part(CPTS, Role.PARTNER),)),
    Person("Sami Sport", (_part(SPORT, Role.PARTNER),)),
    Person("Marie Ormeaux", (_part(FRIENDS, Role.PARTNER),)),
)
"""Whoever signs in; the first one administers the town and its CCAS, which share their services."""

RESIDENT = "Rosa Habitante"
"""She has no account: a code sent to her address says that she reads it."""

INVITED = (("Malik Démo", Role.AGENT), ("Jeanne Démo", Role.ELECTED))
"""Who was invited to the town and has not answered yet."""
