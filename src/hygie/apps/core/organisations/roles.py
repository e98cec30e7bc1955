"""What people may be in an organisation."""

from __future__ import annotations

from django.db import models


class Role(models.TextChoices):
    """A role held in one organisation, from a day to a day."""

    ADMINISTRATOR = "administrator", "administration"
    COORDINATOR = "coordinator", "coordination"
    AGENT = "agent", "agent ou agente"
    PARTNER = "partner", "partenaire"
    DECIDER = "decider", "autorité qui décide, ou délégation"
    COMMISSION = "commission", "commission d’attribution des aides"
    ELECTED = "elected", "élue ou élu"
    DPO = "dpo", "protection des données"


STAFF = frozenset({Role.ADMINISTRATOR, Role.COORDINATOR, Role.AGENT, Role.DECIDER, Role.COMMISSION, Role.DPO})
"""Roles whose second factor is compulsory."""


class Kind(models.TextChoices):
    """What an organisation is."""

    COMMUNE = "commune", "commune"
    EPCI = "epci", "intercommunalité"
    DEPARTEMENT = "departement", "département"
    CCAS = "ccas", "CCAS ou CIAS"
    HOSPITAL = "hospital", "hôpital"
    CPTS = "cpts", "CPTS"
    CARE = "care", "maison, centre ou cabinet de santé"
    ASSOCIATION = "association", "association"
    OTHER = "other", "autre"
