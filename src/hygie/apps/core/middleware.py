"""What every answer carries, and what is refused before any view."""

from __future__ import annotations

from collections.abc import Callable

from django.core.exceptions import DisallowedHost
from django.http import HttpRequest, HttpResponse

from hygie.apps.core.errors import bad_request, method_refused

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
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}

METHODS = ("GET", "HEAD")


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


def gate(get_response: Handler) -> Handler:
    """Refuse names that are not ours (DNS rebinding) and methods that would write."""

    def handle(request: HttpRequest) -> HttpResponse:
        try:
            request.get_host()
        except DisallowedHost:
            return bad_request(request)
        if request.method not in METHODS:
            return method_refused(request)
        return get_response(request)

    return handle
