"""What automatic tests check of every page: the accessibility statement says it, and the tests read it.

A line stands here only while a test proves it: the tests name the line they prove, and one test compares.
"""

from __future__ import annotations

from dataclasses import dataclass

from hygie.engines.kernel.french import counted

WIDTHS = (320, 640, 1920)
"""Widths without sideways scrolling, in CSS pixels."""

KEYBOARD_TASKS = {
    "sign_in": "se connecter",
    "invite": "inviter une personne",
    "search": "chercher depuis l’accueil",
    "filter": "chercher et filtrer dans l’annuaire",
    "correct": "proposer une correction",
    "moderate": "répondre à une correction",
    "diagnosis": "lire le diagnostic",
    "closure": "mesurer une fermeture",
    "what_if": "essayer un changement et l’enregistrer",
    "compare": "comparer des scénarios",
    "session": "fermer une session",
}
"""Tasks done with the keyboard alone, each by a test."""


@dataclass(frozen=True, slots=True)
class Check:
    """One line of the statement; ``key`` is what the tests that prove it name."""

    key: str
    words: str


def _widths() -> str:
    *first, last = (f"{width:,}".replace(",", "\u202f") for width in WIDTHS)
    return f"{', '.join(first)} et {last}"


CHECKS = (
    Check("axe", "axe-core sur chaque page, en thème clair et en thème sombre"),
    Check("widths", f"aucun défilement horizontal à {_widths()} pixels de large"),
    Check("structure", "un titre de page et un seul titre principal sur chaque page"),
    Check("console", "aucune erreur ni ressource refusée par le navigateur sur chaque page"),
    Check("scriptless", "chaque page lue sans script"),
    Check(
        "keyboard",
        f"{counted(len(KEYBOARD_TASKS), 'tâche faite', 'tâches faites')} au clavier seul, dans un vrai "
        f"navigateur\u00a0: {', '.join(KEYBOARD_TASKS.values())}",
    ),
    Check("contrast", "contraste de chaque couple de couleurs, à 4,5 pour 1 ou plus"),
)
