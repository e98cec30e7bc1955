"""The public face: home, help lines, legal pages, map of the site."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from hygie.apps.core import clock
from hygie.apps.core.access import public
from hygie.apps.core.organisations.viewer import viewer
from hygie.apps.core.practice import lasting, practice, to_verify, told
from hygie.apps.core.public.checks import CHECKS
from hygie.apps.core.public.navigation import accesses, managed, opens
from hygie.apps.core.public.permissions import can_publish
from hygie.apps.core.public.policies import statement
from hygie.apps.core.public.selectors import audits, host_organisation, publisher_of
from hygie.apps.core.public.starting import first_steps, roles_said
from hygie.readers.help_lines import load_help_lines

SITE_MAP = (
    *(("home", "Accueil"), ("directory", "Annuaire"), ("diagnosis", "Diagnostic du territoire")),
    *(("portrait", "Chiffres officiels"), ("hospital", "Hôpital"), ("closure", "Et si un lieu fermait")),
    *(("report", "Rapport"), ("sources", "Sources et valeurs de référence"), ("scenarios", "Scénarios")),
    ("studies", "Études"),
    *(("management", "Gestion"), ("account", "Votre compte"), ("account_login", "Se connecter")),
    *(("help_lines", "Numéros utiles"), ("legal", "Mentions légales"), ("privacy", "Données personnelles")),
    *(("accessibility", "Accessibilité"), ("journal_seals", "Sceaux des journaux"), ("design", "Composants")),
)


@dataclass(frozen=True, slots=True)
class Tile:
    """One way in from the home page."""

    words: str
    about: str
    address: str


_TILES = (
    ("directory", "Trouver", "Un médecin, une pharmacie, un lieu d’écoute près de chez vous."),
    ("diagnosis", "Comprendre", "Qui est loin des soins, où, et ce qui changerait."),
    ("help_lines", "Être aidé tout de suite", "Les numéros qui répondent, à toute heure."),
)


@public()
def home(request: HttpRequest) -> HttpResponse:
    """What do you need? A search, and the ways in that exist. No query for a passer-by."""
    if {"indicateur", "zone", "groupe"} & set(request.GET):
        return redirect(f"{reverse('diagnosis')}?{request.GET.urlencode()}")
    asking = viewer(request)
    tiles = [Tile(words, about, reverse(name)) for name, words, about in _TILES if opens(asking, name)]
    searched = reverse("directory") if "directory" in accesses() else ""
    return render(
        request,
        "core/public/home.html",
        {
            "tiles": tiles,
            "searched": searched,
            "steps": first_steps(asking),
            "roles": roles_said(asking),
        },
    )


@public()
def help_lines(request: HttpRequest) -> HttpResponse:
    """Every help line: for whom, when, who publishes it."""
    today = clock.today()
    lines = [line for line in load_help_lines() if line.in_force(today)]
    return render(request, "core/public/help_lines.html", {"lines": lines})


@public()
def legal(request: HttpRequest) -> HttpResponse:
    """Who publishes and who hosts this site."""
    organisation = host_organisation()
    return render(
        request,
        "core/public/legal.html",
        {
            "organisation": organisation,
            "publisher": publisher_of(organisation),
            "completes": can_publish(viewer(request)),
        },
    )


@public()
def privacy(request: HttpRequest) -> HttpResponse:
    """What this site keeps of people, how long, and what they may ask."""
    organisation, held = host_organisation(), practice().signing_in
    return render(
        request,
        "core/public/privacy.html",
        {
            "organisation": organisation,
            "publisher": publisher_of(organisation),
            "completes": can_publish(viewer(request)),
            "session": lasting(held.session_age),
            "code": lasting(held.code_age),
            "invitation": lasting(held.invitation_kept),
            "message": lasting(practice().messages.kept),
            "to_verify": to_verify("session_age", "code_age", "invitation_kept", "message_kept"),
            "figures": told(),
        },
    )


@public()
def accessibility(request: HttpRequest) -> HttpResponse:
    """The accessibility statement: what an audit found, and « audit non réalisé » until there is one."""
    organisation, today = host_organisation(), clock.today()
    last = audits(organisation).first() if organisation else None
    return render(
        request,
        "core/public/accessibility.html",
        {
            "organisation": organisation,
            "publisher": publisher_of(organisation),
            "completes": can_publish(viewer(request)),
            "said": statement(last, today),
            "automatic": [check.words for check in CHECKS],
        },
    )


@public()
def site_map(request: HttpRequest) -> HttpResponse:
    """Every page the viewer may open, by name."""
    asking = viewer(request)
    names = [(name, words) for name, words in SITE_MAP if _useful(asking.signed_in, name)]
    shown = [(words, reverse(name)) for name, words in names if opens(asking, name)]
    below = managed(request) if asking.signed_in else []
    return render(request, "core/public/site_map.html", {"entries": shown, "below": below})


def _useful(signed_in: bool, name: str) -> bool:
    """Signing in is for those who have not."""
    return name != "account_login" or not signed_in
