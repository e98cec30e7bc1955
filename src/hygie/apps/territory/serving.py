"""What every view of a territory shares: the territory opened, or the page that says why it is not."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from hygie.apps.core.access import working_document
from hygie.apps.core.errors import unavailable
from hygie.apps.territory.selectors import Opened, current_territory
from hygie.engines.kernel.errors import HygieError

View = Callable[..., HttpResponse]


def with_territory(view: View) -> View:
    """Give a view the territory; when it cannot be opened, the page says why and what to do."""

    @wraps(view)
    @working_document()
    def handle(request: HttpRequest, **named: str) -> HttpResponse:
        try:
            opened = current_territory()
        except HygieError as error:
            return unavailable(request, error)
        return view(request, opened, **named)

    return handle


def page(request: HttpRequest, template: str, opened: Opened, **values: Any) -> HttpResponse:
    """A page of the territory."""
    return render(request, template, {"opened": opened, **values})
