"""Where to begin, for somebody who has just signed in: a few first steps for each of their roles."""

from __future__ import annotations

from dataclasses import dataclass

from django.urls import reverse

from hygie.apps.core.organisations.roles import Role
from hygie.apps.core.organisations.viewer import Viewer
from hygie.apps.core.public.navigation import HOST_ONLY, opens

MOST = 6
"""Steps shown: somebody of several roles is not asked to read more."""

_FIND = ("directory", "Trouver un lieu pour quelqu’un", "Près d’une adresse, ouvert maintenant, accessible.")
_NEEDS = ("diagnosis", "Lire où sont les besoins", "Qui est loin de quoi, par quartier et par âge.")
_PRINT = ("report", "Lire ou imprimer le rapport", "Une page pour décider, dix pour le conseil, les annexes.")
_ENTRIES = ("directory_desk", "Tenir vos fiches à jour", "Les plus anciennes d’abord ; un clic les confirme.")
_REPAIRS = ("directory_queue", "Répondre aux corrections", "Ce que le public signale sur vos fiches.")

STEPS: dict[Role, tuple[tuple[str, str, str], ...]] = {
    Role.ADMINISTRATOR: (
        ("people_invite", "Inviter votre équipe", "Un rôle, des dates, un lien qui sert une fois."),
        ("publisher", "Dire qui publie ce site", "Éditeur, hébergeur, contact : les mentions légales."),
        ("territory_versions", "Vérifier les données montrées", "Importer, afficher, revenir en arrière."),
        ("jobs", "Regarder ce qui a échoué", "Les travaux du serveur, les échecs d’abord."),
    ),
    Role.COORDINATOR: (
        _NEEDS,
        ("scenario", "Essayer un changement", "Ouvrir, fermer ou déplacer un lieu : qui gagne, qui perd."),
        ("scenarios", "Comparer vos scénarios", "Jusqu’à quatre ensemble, et une note pour le conseil."),
        _REPAIRS,
    ),
    Role.AGENT: (_FIND, _ENTRIES, _REPAIRS),
    Role.PARTNER: (
        _ENTRIES,
        ("directory_new", "Ajouter un service", "Ce que votre organisation propose, où et quand."),
        _FIND,
    ),
    Role.DECIDER: (_NEEDS, _PRINT),
    Role.COMMISSION: (_FIND, _NEEDS),
    Role.ELECTED: (
        ("scenarios", "Lire les scénarios", "Avant, après, pour qui, et ce qui compenserait."),
        _NEEDS,
        _PRINT,
    ),
    Role.DPO: (
        ("access_matrix", "Vérifier qui ouvre quoi", "Chaque page, chaque rôle, lus dans le programme."),
        ("privacy", "Relire ce qui est gardé", "Quelles données, combien de temps, pourquoi."),
        ("journal_seals", "Voir les sceaux des journaux", "L’empreinte publiée chaque mois."),
    ),
}
"""First steps of each role: page, words, what it is for. Those that one may not open are left out."""


@dataclass(frozen=True, slots=True)
class FirstStep:
    """A way in for somebody's role."""

    words: str
    about: str
    address: str


def first_steps(asking: Viewer) -> list[FirstStep]:
    """Steps of the roles held, in their order, each page once; none for a passer-by. No query."""
    hosts = asking.organisation is not None and asking.organisation.hosts
    held = [role for role in Role if role in asking.roles]
    wanted = {page: (words, about) for role in held for page, words, about in STEPS[role]}
    return [
        FirstStep(words, about, reverse(page))
        for page, (words, about) in wanted.items()
        if opens(asking, page) and (hosts or page not in HOST_ONLY)
    ][:MOST]


def roles_said(asking: Viewer) -> str:
    """« coordination, agent ou agente »: the roles held, in words."""
    return ", ".join(str(role.label) for role in Role if role in asking.roles)
