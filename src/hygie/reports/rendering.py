"""Templates, styles and fonts of the reports."""

from __future__ import annotations

import base64
import re
from collections.abc import Mapping
from functools import cache
from importlib.resources import files

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from hygie.engines.kernel.french import NARROW, WIDE, typeset
from hygie.reports.cells import SIDE

STYLES = ("tokens", "base", "components", "maps")
"""Style sheets shared with the site, in order; fonts come first, page layout and print last."""

STATIC = files("hygie") / "reports" / "static"

_FONT = re.compile(r'url\("(fonts/[\w.-]+\.woff2)"\)')


@cache
def environment() -> Environment:
    """Templates of the reports: escaped, and an undefined name is an error."""
    found = Environment(
        loader=PackageLoader("hygie.reports"), autoescape=True, undefined=StrictUndefined, trim_blocks=True
    )
    found.globals.update(nbsp=WIDE, nnbsp=NARROW, pct=percentage, cell=SIDE)
    found.filters.update(typeset=typeset, lower_first=lower_first)
    return found


def render(template: str, values: Mapping[str, object]) -> str:
    """Write a template."""
    return environment().get_template(template).render(values)


def lower_first(text: str) -> str:
    """The text without its first capital, for the middle of a sentence."""
    return text[:1].lower() + text[1:]


def percentage(value: float) -> str:
    """« 41.25% », for lengths of SVG."""
    return f"{value:.2f}".rstrip("0").rstrip(".") + "%"


@cache
def inline_style() -> Markup:
    """The whole style of a self-contained page, fonts included, for one ``style`` element."""
    sheets = [read_style(name) for name in ("fonts", *STYLES, "report", "print")]
    return Markup(_FONT.sub(_data_address, "\n".join(sheets)))  # noqa: S704  # our own files


def read_style(name: str) -> str:
    """Text of one style sheet."""
    return (STATIC / f"{name}.css").read_text(encoding="utf-8")


def _data_address(found: re.Match[str]) -> str:
    font = STATIC.joinpath(*found[1].split("/")).read_bytes()
    return f'url("data:font/woff2;base64,{base64.b64encode(font).decode("ascii")}")'
