"""Templates: one language with the reports, whose macros the pages use; undefined names refused."""

from __future__ import annotations

from typing import Any

from django.templatetags.static import static
from django.urls import reverse
from jinja2 import Environment

from hygie import __version__
from hygie.apps.core.public.navigation import shell
from hygie.apps.core.words import browser, french_day, french_moment
from hygie.reports import rendering


def environment(**options: Any) -> Environment:
    """Jinja environment of the site: the names and filters of the reports, ``static`` and ``url``."""
    env = Environment(**options, trim_blocks=True)  # noqa: S701  # Django passes autoescape=True
    reports = rendering.environment()
    env.globals.update(reports.globals)
    env.filters.update(reports.filters)
    env.filters.update(french_day=french_day, french_moment=french_moment, browser=browser)
    env.globals.update(static=static, url=reverse, version=__version__, shell=shell)
    return env
