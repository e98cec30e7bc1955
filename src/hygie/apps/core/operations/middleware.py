"""One log line a request, a limit on what may be sent, and TLS once it is there."""

from __future__ import annotations

import logging
from collections.abc import Callable
from time import perf_counter

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from hygie.apps.core.errors import Trouble, trouble_page

Handler = Callable[[HttpRequest], HttpResponse]
LOG = logging.getLogger("hygie.requests")
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT"})
QUIET = "/static/"
"""Files of the site itself are not logged."""

TOO_LARGE = Trouble(
    413,
    "Ce que vous envoyez est trop gros",
    (
        "Rien n’a été enregistré.",
        "Envoyez un fichier plus petit, ou partagez-le en plusieurs fichiers.",
    ),
)


def request_log(get_response: Handler) -> Handler:
    """Log each request by the pattern of its address: no address typed, no user, no identifier."""

    def handle(request: HttpRequest) -> HttpResponse:
        begun = perf_counter()
        response = get_response(request)
        if not request.path.startswith(QUIET):
            _log(request, response.status_code, (perf_counter() - begun) * 1000)
        return response

    return handle


def _log(request: HttpRequest, status: int, milliseconds: float) -> None:
    match = request.resolver_match
    fields = {
        "method": request.method if request.method in METHODS else "?",
        "page": f"/{match.route}" if match is not None else "?",
        "status": status,
        "ms": round(milliseconds),
    }
    slow = milliseconds > settings.SLOW_REQUEST_MS
    LOG.log(
        logging.WARNING if slow else logging.INFO,
        "slow request" if slow else "request",
        extra={"fields": fields},
    )


def size_limit(get_response: Handler) -> Handler:
    """Refuse a request announced as too large before any of it is read."""

    def handle(request: HttpRequest) -> HttpResponse:
        announced = str(request.META.get("CONTENT_LENGTH") or "0")
        number = int(announced[:12]) if announced.isascii() and announced.isdigit() else None
        if number is None or number > settings.LARGEST_REQUEST:
            return trouble_page(request, TOO_LARGE)
        return get_response(request)

    return handle


def strict_transport(get_response: Handler) -> Handler:
    """Once the site is served over TLS, ask browsers to come back over TLS only."""

    def handle(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if settings.HTTPS:
            response.headers.setdefault("Strict-Transport-Security", "max-age=31536000")
        return response

    return handle
