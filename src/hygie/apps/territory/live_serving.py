"""What the live pages share: who may open them, and the territory that is shown."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from hygie.apps.core.access import roles
from hygie.apps.core.errors import unavailable
from hygie.apps.core.middleware import content_policy
from hygie.apps.core.organisations.roles import Role
from hygie.apps.territory.selectors import Opened, current_territory
from hygie.engines.kernel.errors import HygieError

View = Callable[..., HttpResponse]

PLANNERS = (Role.ADMINISTRATOR, Role.COORDINATOR, Role.AGENT)
"""Who writes scenarios."""

READERS = (*PLANNERS, Role.DECIDER, Role.ELECTED)
"""Who tries changes and reads scenarios: figures are aggregates, published by the same rules.

The live page is not public: with as many questions as one likes, small differences between answers
would tell about a few people what no single answer tells.
"""

SCRIPTED = content_policy(script_src="'self'", connect_src="'self'", worker_src="'self'")
"""Content policy of the pages with a live map: our own files, no inline script, no blob, no eval."""


def on_territory(*, writes: bool = False) -> Callable[[View], View]:
    """Give a view of the readers the territory; when it cannot be opened, the page says why."""

    def decorate(view: View) -> View:
        @wraps(view)
        def handle(request: HttpRequest, **named: Any) -> HttpResponse:
            try:
                opened = current_territory()
            except HygieError as error:
                return unavailable(request, error)
            return view(request, opened, **named)

        return roles(*(PLANNERS if writes else READERS), writes=writes)(handle)

    return decorate


def page(request: HttpRequest, template: str, opened: Opened, **values: Any) -> HttpResponse:
    """A page of the territory."""
    return render(request, template, {"opened": opened, "here": "scenarios", **values})


def scripted(response: HttpResponse) -> HttpResponse:
    """The same answer, its own scripts allowed."""
    response.headers["Content-Security-Policy"] = SCRIPTED
    return response
