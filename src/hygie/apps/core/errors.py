"""Pages for what went wrong: what happened, and what to do now."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from hygie.apps.core.words import french_day
from hygie.engines.kernel.errors import HygieError


@dataclass(frozen=True)
class Trouble:
    """One error page: its title, then one paragraph a line."""

    status: int
    title: str
    lines: tuple[str, ...]


BAD_REQUEST = Trouble(
    400,
    "Cette demande n’est pas lisible",
    (
        "L’adresse demandée contient quelque chose que Hygie ne sait pas lire.",
        "Hygie répond seulement aux noms que son exploitant a déclarés, et sur cet ordinateur à localhost.",
    ),
)
NOT_FOUND = Trouble(
    404,
    "Cette page n’existe pas",
    (
        "L’adresse est peut-être incomplète, ou le territoire a changé depuis que le lien a été copié.",
        "Repartez d’une des pages ci-dessous.",
    ),
)
FORBIDDEN = Trouble(
    403,
    "Cette page n’est pas pour votre rôle",
    (
        "La connexion est bonne, mais votre rôle dans cette organisation n’ouvre pas cette page.",
        "S’il devrait l’ouvrir, écrivez à la personne qui administre Hygie dans votre organisation.",
    ),
)
FORM_EXPIRED = Trouble(
    403,
    "Ce formulaire a trop attendu",
    (
        "Par sécurité, un formulaire ne sert qu’à la personne qui l’a ouvert, et pendant un temps limité.",
        "Revenez à la page précédente : ce que vous avez écrit y est encore. Rechargez-la, puis recommencez.",
    ),
)
METHOD_REFUSED = Trouble(
    405,
    "Cette page se lit, elle ne s’écrit pas",
    ("Rien n’a été enregistré. Ouvrez-la de nouveau par son adresse.",),
)
SERVER_ERROR = Trouble(
    500,
    "Hygie a rencontré une erreur",
    (
        "Ce n’est pas de votre fait. Ce qui était enregistré l’est encore ; cette demande ne l’est pas.",
        "Revenez à la page précédente, ou repartez d’une des pages ci-dessous.",
        "Si l’erreur revient, signalez-la avec l’heure et le nom de cette page.",
    ),
)


def trouble_page(request: HttpRequest, trouble: Trouble) -> HttpResponse:
    """The page of one error."""
    return render(request, "core/error.html", {"trouble": trouble, "here": ""}, status=trouble.status)


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """400; the exception is logged by Django and never shown."""
    del exception
    return trouble_page(request, BAD_REQUEST)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """404; the same words for whatever is missing, so that they hint at nothing."""
    del exception
    return trouble_page(request, NOT_FOUND)


def forbidden(request: HttpRequest) -> HttpResponse:
    """403: signed in, but the page is for other roles."""
    return trouble_page(request, FORBIDDEN)


def form_expired(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403: the token of the form is missing, old or another's; the reason is for the log."""
    del reason
    return trouble_page(request, FORM_EXPIRED)


def method_refused(request: HttpRequest) -> HttpResponse:
    """405, with the methods that are served."""
    response = trouble_page(request, METHOD_REFUSED)
    response.headers["Allow"] = "GET, HEAD"
    return response


def too_many(request: HttpRequest, wait_s: int) -> HttpResponse:
    """429: when to try again, in the header and in words."""
    again = timezone.localtime() + timedelta(seconds=wait_s)
    again += timedelta(minutes=1 if again.second or again.microsecond else 0)  # never a moment too early
    day = "" if again.date() == timezone.localdate() else f"{french_day(again.date())} "
    when = f"{day}à partir de {again.hour}\u00a0h\u00a0{again.minute:02}"
    lines = (
        f"Recommencez {when}. Rien n’a été enregistré.",
        "Cette limite protège les comptes et les contacts de chacun. Elle se lève seule.",
        "Revenez à la page précédente\u00a0: ce que vous avez écrit y est encore, sauf les mots de passe.",
    )
    response = trouble_page(request, Trouble(429, "Trop d’essais pour le moment", lines))
    response.headers["Retry-After"] = str(wait_s)
    response.headers["Cache-Control"] = "no-store"
    return response


def server_error(request: HttpRequest) -> HttpResponse:
    """500; the traceback goes to the log, never to the page."""
    return trouble_page(request, SERVER_ERROR)


def unavailable(request: HttpRequest, error: HygieError) -> HttpResponse:
    """503: the territory cannot be shown; the error says why and what to do."""
    lines = tuple(part for part in (error.what, error.why, error.fix) if part)
    return trouble_page(request, Trouble(503, "Le territoire ne peut pas être affiché", lines))
