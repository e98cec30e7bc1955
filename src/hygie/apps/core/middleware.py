"""What every answer carries, who asks, and what is refused before any view."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlencode

from django.core.exceptions import DisallowedHost
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse

from hygie.apps.core import clock
from hygie.apps.core.access import request_access
from hygie.apps.core.accounts.models import User
from hygie.apps.core.accounts.selectors import has_second_factor
from hygie.apps.core.errors import bad_request, forbidden, method_refused, not_found, too_many
from hygie.apps.core.limits import TooManyError
from hygie.apps.core.organisations.viewer import CHOSEN, viewer, viewer_of

Handler = Callable[[HttpRequest], HttpResponse]

POLICY = {
    "default-src": "'none'",
    "style-src": "'self'",
    "img-src": "'self' data:",
    "font-src": "'self'",
    "form-action": "'self'",
    "base-uri": "'none'",
    "frame-ancestors": "'none'",
}
"""Content-Security-Policy: no script at all, nothing from elsewhere."""

HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",  # none at all makes browsers send « Origin: null » with forms
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}

READS = ("GET", "HEAD")
SECOND_FACTOR = ("mfa_activate_totp", "account_logout", "account_reauthenticate", "mfa_reauthenticate")
"""Pages a member of staff without a second factor may still open; public pages are open as well."""


def content_policy(**changes: str) -> str:
    """The policy as a header, some directives replaced (``style_src="…"``)."""
    named = {key.replace("_", "-"): value for key, value in changes.items()}
    return "; ".join(f"{directive} {value}" for directive, value in (POLICY | named).items())


def security_headers(get_response: Handler) -> Handler:
    """Add the security headers to every answer, errors and static files included."""

    def handle(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        response.headers.setdefault("Content-Security-Policy", content_policy())
        for header, value in HEADERS.items():
            response.headers[header] = value
        if response.headers.get("Content-Type", "").startswith("text/html"):
            response.headers.setdefault("Cache-Control", "no-cache")
        return response

    return handle


def known_host(get_response: Handler) -> Handler:
    """Refuse names that are not ours (DNS rebinding)."""

    def handle(request: HttpRequest) -> HttpResponse:
        try:
            request.get_host()
        except DisallowedHost:
            return bad_request(request)
        return get_response(request)

    return handle


def who(get_response: Handler) -> Handler:
    """Say who asks, before any view: ``request.viewer``."""

    def handle(request: HttpRequest) -> HttpResponse:
        user = request.user if isinstance(request.user, User) else None
        chosen = str(request.session.get(CHOSEN, "")) if user else ""
        found = viewer_of(user, chosen, clock.today())
        request.viewer = found  # type: ignore[attr-defined]  # read back by viewer()
        return get_response(request)

    return handle


class PrivateByDefault:
    """Serve a page only to those it is declared for."""

    def __init__(self, get_response: Handler) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Go on; the view is judged once it is known."""
        return self._get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """A limit that refuses is a page that says when to try again, wherever it was reached."""
        return too_many(request, exception.wait_s) if isinstance(exception, TooManyError) else None

    def process_view(
        self, request: HttpRequest, view: object, _args: object, _kwargs: object
    ) -> HttpResponseBase | None:
        """Refuse, or None to go on."""
        access, asking = request_access(request, view), viewer(request)
        if access is None:
            return not_found(request)
        if request.method not in READS and not access.writes:
            return method_refused(request)
        if not access.allows(asking.signed_in, asking.roles):
            return forbidden(request) if asking.signed_in else _sign_in(request)
        name = request.resolver_match.view_name if request.resolver_match else ""
        if asking.staff and not access.public and name not in SECOND_FACTOR and not _has_second(asking.user):
            return redirect("mfa_activate_totp")
        return None


def _sign_in(request: HttpRequest) -> HttpResponseBase:
    asked = request.get_full_path() if request.method in READS else "/"
    return redirect(f"{reverse('account_login')}?{urlencode({'next': asked})}")


def _has_second(user: User | None) -> bool:
    return user is not None and has_second_factor(user)
