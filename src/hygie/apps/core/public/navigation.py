"""Where one can go from here: built from what exists and what the viewer may open, never a dead end."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from django.contrib.messages import get_messages
from django.contrib.messages.storage.base import Message
from django.http import HttpRequest
from django.urls import reverse

from hygie.apps.core import clock
from hygie.apps.core.access import Access, pages
from hygie.apps.core.organisations.viewer import Viewer, viewer
from hygie.apps.core.public.town import Town, shown_town
from hygie.readers.help_lines import HelpLine, load_help_lines
from hygie.readers.help_lines import strip as strip_of

MAIN = (
    *(("home", "Accueil", ""), ("directory", "Annuaire", "annuaire")),
    *(("diagnosis", "Diagnostic", "diagnostic"), ("scenarios", "Scénarios", "scenario")),
    *(("studies", "Études", "etudes"), ("management", "Gestion", "gestion")),
)
"""Entries of the first line: page, words, beginning of the addresses of its section."""

SECTIONS = {
    "diagnostic": (
        *(("diagnosis", "Questions"), ("portrait", "Chiffres officiels"), ("hospital", "Hôpital")),
        *(("closure", "Fermeture"), ("report", "Rapport"), ("sources", "Sources")),
    ),
    "scenario": (("scenarios", "Mes scénarios"), ("scenario", "Essayer un changement")),
    "gestion": (
        *(
            ("management", "Vue d’ensemble"),
            ("people", "Personnes"),
            ("directory_desk", "Fiches de l’annuaire"),
        ),
        *(("directory_queue", "Corrections proposées"), ("messages", "Messages"), ("jobs", "Travaux")),
        *(("territory_versions", "Données du territoire"), ("publisher", "Éditeur du site")),
        *(("accessibility_audit", "Audit d’accessibilité"), ("access_matrix", "Qui ouvre quoi")),
    ),
}
"""Entries of the second line, by section."""

HOST_ONLY = frozenset({"territory_versions", "publisher", "accessibility_audit"})
"""Pages that only the organisation which runs the site may use: others are not led there."""

ABOUT = {
    "people": "Rôles, invitations, départs.",
    "directory_desk": "Ajouter, confirmer et importer des fiches.",
    "directory_queue": "Relire ce que le public propose de corriger.",
    "messages": "Textes, envois, rappels.",
    "jobs": "Ce que le serveur fait en arrière-plan, et ce qui a échoué.",
    "territory_versions": "Importer, afficher, retirer une version des données.",
    "publisher": "Mentions légales, hébergeur, protection des données.",
    "accessibility_audit": "Ce qu’un audit a trouvé ; la déclaration le reprend.",
    "access_matrix": "Chaque page, chaque rôle.",
}
"""What each page of the section « gestion » is for."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A link; ``current`` is the value of aria-current, empty for elsewhere."""

    name: str
    words: str
    address: str
    current: str

    @property
    def about(self) -> str:
        """What the page is for."""
        return ABOUT.get(self.name, "")


@cache
def accesses() -> dict[str, Access]:
    """Who each named page is for; pages for nobody are left out."""
    return {page.name: page.access for page in pages() if page.name and page.access is not None}


def opens(asking: Viewer, name: str) -> bool:
    """Whether a page exists and somebody may open it."""
    access = accesses().get(name)
    return access is not None and access.allows(asking.signed_in, asking.roles)


def section_of(request: HttpRequest) -> str:
    """First part of the address of a page: ``diagnostic``, ``gestion``…; empty elsewhere."""
    route = request.resolver_match.route if request.resolver_match else ""
    first = route.lstrip("^").split("/")[0]
    return "scenario" if first == "scenarios" else first


def main_entries(request: HttpRequest) -> list[Entry]:
    """The first line of navigation; « Gestion » only where there is something to manage."""
    asking, here, section = viewer(request), _name(request), section_of(request)
    shown = []
    for name, words, prefix in MAIN:
        if not opens(asking, name) or (name == "management" and not managed(request)):
            continue
        inside = "true" if prefix and prefix == section else ""
        shown.append(Entry(name, words, reverse(name), "page" if name == here else inside))
    return shown


def section_entries(request: HttpRequest, here: str = "") -> list[Entry]:
    """The second line, empty where a section has none, or only one page for this viewer.

    ``here`` names the entry that a page below belongs to.
    """
    return _second_line(request, section_of(request), here)


def managed(request: HttpRequest) -> list[Entry]:
    """Pages of the section « gestion » that the viewer may open, but its first page."""
    return [e for e in _entries(request, "gestion", "") if e.name != "management"]


def _second_line(request: HttpRequest, section: str, here: str) -> list[Entry]:
    found = _entries(request, section, here)
    return found if len(found) > 1 else []


def _entries(request: HttpRequest, section: str, here: str) -> list[Entry]:
    asking, name = viewer(request), _name(request)
    return list(_each(asking, SECTIONS.get(section, ()), name, here))


def _each(asking: Viewer, names: tuple[tuple[str, str], ...], name: str, here: str) -> Iterator[Entry]:
    hosts = asking.organisation is not None and asking.organisation.hosts
    inside = here if all(key != name for key, _ in names) else ""
    for key, words in names:
        if opens(asking, key) and (hosts or key not in HOST_ONLY):
            below = "true" if key == inside else ""
            yield Entry(key, words, reverse(key), "page" if key == name else below)


def _name(request: HttpRequest) -> str:
    return request.resolver_match.view_name if request.resolver_match else ""


@dataclass(frozen=True, slots=True)
class Shell:
    """What the shell of a page needs.

    Attributes
    ----------
    viewer
        Who looks.
    town
        Name of the territory; None without.
    main, section
        The two lines of navigation.
    others
        Organisations the viewer may act for instead.
    notices
        What was just done, or refused.
    help_lines
        Numbers that every page carries.
    """

    viewer: Viewer
    town: Town | None
    main: list[Entry]
    section: list[Entry]
    others: list[tuple[str, str]]
    notices: list[Message]
    help_lines: tuple[HelpLine, ...]


def shell(request: HttpRequest, here: str = "", *, plain: bool = False) -> Shell:
    """What the shell of a page needs; no query.

    ``plain`` for the pages of errors: the same everywhere, they tell nothing of the address asked for.
    """
    asking = viewer(request)
    main = main_entries(request)
    others = [(str(o.pk), o.name) for o in asking.organisations if o != asking.organisation]
    return Shell(
        viewer=asking,
        town=shown_town(),
        main=[Entry(e.name, e.words, e.address, "") for e in main] if plain else main,
        section=[] if plain else section_entries(request, here),
        others=others,
        notices=_notices(request),
        help_lines=strip_of(load_help_lines(), clock.today()),
    )


def _notices(request: HttpRequest) -> list[Message]:
    """Notices that the page has not shown itself."""
    kept = get_messages(request)
    return [] if getattr(kept, "used", True) else list(kept)
