"""Pages about the instance itself: whether it answers, and the seals of its journals."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from hygie.apps.core.access import public
from hygie.apps.core.operations.selectors import answers, published_seals


@public()
def health(request: HttpRequest) -> HttpResponse:
    """200 when pages can be served, 503 otherwise; no detail, for anybody may ask."""
    del request
    fit = answers()
    words, status = ("en service\n", 200) if fit else ("hors service\n", 503)
    response = HttpResponse(words, status=status, content_type="text/plain; charset=utf-8")
    response.headers["Cache-Control"] = "no-store"
    return response


@public()
def seals(request: HttpRequest) -> HttpResponse:
    """Digests of the months that are over, by which anybody can check an export of a journal."""
    return render(request, "core/operations/seals.html", {"seals": published_seals(), "here": ""})
