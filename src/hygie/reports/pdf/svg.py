"""Maps as drawings that stand alone: the looks of ``maps.css`` in the light theme, written out."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from xml.sax.saxutils import escape, quoteattr

from hygie.reports.cells import SIDE
from hygie.reports.frame import WIDTH
from hygie.reports.ground import Ground
from hygie.reports.labels import LARGE, SMALL
from hygie.reports.maps import Drawing, MapFigure, Mark
from hygie.reports.rendering import read_style

FONT = "Atkinson Hyperlegible"

LOOKS = {
    "map-worse-1": "map-2",
    "map-worse-2": "map-3",
    "map-worse-3": "map-5",
}
"""Looks that borrow the colour of another, as in ``maps.css``."""

_LINES = {
    "map-stream": ("map-water", "3", ""),
    "map-street": ("map-street", "0.8", ' stroke-opacity="0.45" stroke-linejoin="round"'),
    "map-road": ("map-street", "1.6", ' stroke-opacity="0.7" stroke-linejoin="round"'),
    "map-rail": ("map-street", "0.8", ' stroke-opacity="0.45" stroke-dasharray="6 3"'),
    "map-zone": ("map-outline", "1.2", ""),
}
"""Looks drawn as lines: colour, width and the rest."""

_TOKEN = re.compile(r"--([\w-]+):\s*(#[0-9a-f]{6})\s*;")


@cache
def colours() -> dict[str, str]:
    """Colours of the light theme by token, as the site's style sheet sets them."""
    light = read_style("tokens").partition("@media")[0]
    return dict(_TOKEN.findall(light))


def colour(look: str) -> str:
    """Fill of a class of a map, as ``#rrggbb``.

    Raises
    ------
    KeyError
        If the style sheets have no such look.
    """
    return colours()[LOOKS.get(look, look)]


def map_svg(figure: MapFigure, drawing: Drawing, *, small: bool) -> str:
    """One window of a map as a whole SVG file, without its legend.

    Parameters
    ----------
    small
        True where the map is printed half a page wide: fewer names, in larger letters.
    """
    ground = drawing.ground
    size = LARGE if small else SMALL + 3
    box = f'width="{WIDTH}" height="{ground.frame.height}" viewBox="0 0 {WIDTH} {ground.frame.height}"'
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" {box} font-family="{FONT}">',
        f"<defs>{_patterns(ground)}</defs>",
        f'<rect width="{WIDTH}" height="{ground.frame.height}" fill="{colours()["surface"]}"/>',
        _paths(ground.under),
        f'<g transform="{drawing.matrix}">{_cells(drawing)}',
        f'<path fill="url(#hatch)" d="{drawing.outline}"/>' if figure.estimate and drawing.outline else "",
        "</g>",
        _paths(ground.over),
        "".join(_symbol(mark) for mark in drawing.marks if mark.look == "place"),
        _labels(ground, size, small=small),
        _bearings(ground, size),
        "".join(_symbol(mark) for mark in drawing.marks if mark.look != "place"),
        "</svg>",
    ]
    return "".join(parts)


def _patterns(ground: Ground) -> str:
    """Hatches of estimates, and crosses where there is no way, in units of a cell."""
    stripe = 12 * ground.frame.metres / SIDE
    ink, white = colours()["map-none"], colours()["surface"]
    line = f'stroke="{white}" stroke-opacity="0.55"'
    return (
        f'<pattern id="hatch" width="{stripe:.4f}" height="{stripe:.4f}" patternUnits="userSpaceOnUse" '
        f'patternTransform="rotate(45)"><path d="M0 0V{stripe:.4f}" {line} '
        f'stroke-width="{0.7 * stripe:.4f}"/></pattern>'
        '<pattern id="cross" width="0.4" height="0.4" patternUnits="userSpaceOnUse">'
        f'<rect width="0.4" height="0.4" fill="{ink}"/>'
        f'<path d="M0 0L0.4 0.4M0 0.4L0.4 0" {line} stroke-width="0.05"/></pattern>'
    )


def _cells(drawing: Drawing) -> str:
    fills = ((path, "url(#cross)" if look == "map-none" else colour(look)) for look, path in drawing.cells)
    return "".join(f'<path fill="{fill}" d="{path}"/>' for path, fill in fills)


def _paths(items: Iterable[tuple[str, str]]) -> str:
    return "".join(_path(look, path) for look, path in items)


def _path(look: str, path: str) -> str:
    if look in _LINES:
        token, width, rest = _LINES[look]
        return f'<path fill="none" stroke="{colours()[token]}" stroke-width="{width}"{rest} d="{path}"/>'
    opacity = ' fill-opacity="0.9"' if look == "map-green" else ""
    return f'<path fill="{colour(look)}"{opacity} d="{path}"/>'


def _symbol(mark: Mark) -> str:
    ink, white = colours()["ink"], colours()["surface"]
    shape = {"closed": "M-11-11L11 11M11-11L-11 11", "opened": "M0-13V13M-13 0H13"}.get(mark.look)
    place = f'<g transform="translate({mark.x} {mark.y})">'
    if shape is None:
        return f'{place}<path d="M0-9l9 9-9 9-9-9z" fill="{white}" stroke="{ink}" stroke-width="2.5"/></g>'
    halo = f'<path d="{shape}" fill="none" stroke="{white}" stroke-width="10"/>'
    return f'{place}{halo}<path d="{shape}" fill="none" stroke="{ink}" stroke-width="5"/></g>'


def _labels(ground: Ground, size: int, *, small: bool) -> str:
    """Names of zones; a small map leaves out those that only fit in small letters."""
    return "".join(
        _text(label.text, (label.x, label.y), size, "middle")
        for label in ground.labels
        if not (small and label.minor)
    )


def _text(text: str, at: tuple[float, float], size: int, anchor: str) -> str:
    """Letters over a halo of paper, drawn twice: the halo must not eat its neighbours."""
    place = f'x="{at[0]:.0f}" y="{at[1]:.0f}" font-size="{size}" text-anchor={quoteattr(anchor)}'
    said, ink, white = escape(text), colours()["ink"], colours()["surface"]
    halo = f'fill="{white}" stroke="{white}" stroke-width="{size / 4.2:.1f}" stroke-linejoin="round"'
    return f'<text {place} {halo}>{said}</text><text {place} fill="{ink}">{said}</text>'


def _bearings(ground: Ground, size: int) -> str:
    """Scale bar and north."""
    base, ink, white = ground.frame.height - 22, colours()["ink"], colours()["surface"]
    length, words = ground.scale
    end = round(24 + length)
    bar, arrow = f"M24 {base - 10}V{base}H{end}V{base - 10}", "M958 62V22l-9 15M958 22l9 15"
    plate = f'<rect x="12" y="{base - 32}" width="{end + 4 * size}" height="46" rx="6" fill="{white}" '
    lines = "".join(
        f'<path d="{path}" fill="none" stroke="{tint}" stroke-width="{width}"/>'
        for path in (bar, arrow)
        for tint, width in ((white, "8"), (ink, "2.5"))
    )
    names = _text(words, (end + 12, base), size, "start") + _text("N", (940, 56), size, "end")
    return f'{plate}fill-opacity="0.85"/>{lines}{names}'
