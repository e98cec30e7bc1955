"""A study's map as drawings that stand alone, for paper: looks of ``studies.css`` in the light theme."""

from __future__ import annotations

from xml.sax.saxutils import escape, quoteattr

from hygie.reports.frame import WIDTH
from hygie.reports.ground import Ground
from hygie.reports.labels import SMALL
from hygie.reports.pdf.svg import FONT, LOOKS, colours
from hygie.reports.studies.drawing import SYMBOLS, LegendLine, WindowDrawn
from hygie.reports.studies.layers import LINE_LOOKS

GROUND_LINES = {
    "map-stream": ("map-water", "3", ""),
    "map-street": ("map-street", "0.8", ' stroke-opacity="0.45" stroke-linejoin="round"'),
    "map-road": ("map-street", "1.6", ' stroke-opacity="0.7" stroke-linejoin="round"'),
    "map-rail": ("map-street", "0.8", ' stroke-opacity="0.45" stroke-dasharray="6 3"'),
    "map-zone": ("map-outline", "1.2", ""),
}

LINES = {
    "study-line-1": ("accent", "7", ""),
    "study-line-2": ("danger", "7", "18 8"),
    "study-line-3": ("alert", "7", "5 8"),
    "study-line-4": ("ink", "7", "24 7 5 7"),
    "study-line-5": ("success", "7", "12 5"),
    "study-way": ("ink", "3", ""),
}
"""Lines: colour, width, dashes; colour never alone tells two lines apart."""

MARKS = {
    "study-chosen": ("accent", "surface", "3"),
    "study-kept": ("surface", "ink", "3"),
    "study-place": ("surface", "ink", "2.5"),
    "study-candidate": ("surface", "ink", "1.5"),
    "study-school": ("ink", "surface", "3"),
    "study-dot": ("ink", "surface", "1"),
}
"""Marks: fill, edge, width of the edge."""

DARK = frozenset({"study-chosen", "study-school"})
"""Marks on which letters are light."""


def window_svg(window: WindowDrawn) -> str:
    """One window as a whole SVG file, without its legend."""
    height = window.ground.frame.height
    box = f'width="{WIDTH}" height="{height}" viewBox="0 0 {WIDTH} {height}"'
    return "".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" {box} font-family="{FONT}">{_defs()}',
            f'<rect width="{WIDTH}" height="{height}" fill="{colours()["surface"]}"/>',
            "".join(_ground(look, path) for look, path in window.ground.under),
            "".join(_area(look, path) for look, path in window.areas),
            f'<path fill="url(#hatch)" d="{window.hatched}"/>' if window.hatched else "",
            "".join(_ground(look, path) for look, path in window.ground.over),
            "".join(_line(look, path) for look, path in window.lines),
            _labels(window.ground),
            _bearings(window.ground),
            "".join(_mark(m.look, m.number, m.x, m.y) for m in window.marks),
            "</svg>",
        ]
    )


def legend_svg(line: LegendLine) -> str:
    """The swatch of one line of the legend, 44 by 32 units."""
    box = 'width="44" height="32" viewBox="0 0 44 32"'
    head = f'<svg xmlns="http://www.w3.org/2000/svg" {box} font-family="{FONT}">'
    if line.kind == "mark":
        return f"{head}{_mark(line.look, line.number, 22, 16)}</svg>"
    if line.kind == "line":
        return f"{head}{_line(line.look, 'M0 16H44')}</svg>"
    path = "M2 4H42V28H2z"
    hatch = f'<path fill="url(#hatch)" d="{path}"/>' if line.hatched else ""
    edge = f'<path fill="none" stroke="{colours()["muted"]}" stroke-width="1.5" d="{path}"/>'
    return f"{head}{_defs()}{_area(line.look, path)}{hatch}{edge}</svg>"


def _defs() -> str:
    white = colours()["surface"]
    return (
        '<defs><pattern id="hatch" width="12" height="12" patternUnits="userSpaceOnUse" '
        f'patternTransform="rotate(45)"><path d="M0 0V12" stroke="{white}" stroke-opacity="0.55" '
        'stroke-width="8"/></pattern></defs>'
    )


def _ground(look: str, path: str) -> str:
    if look in GROUND_LINES:
        token, width, rest = GROUND_LINES[look]
        return f'<path fill="none" stroke="{colours()[token]}" stroke-width="{width}"{rest} d="{path}"/>'
    opacity = ' fill-opacity="0.9"' if look == "map-green" else ""
    return f'<path fill="{_fill(look)}"{opacity} d="{path}"/>'


def _fill(look: str) -> str:
    return colours()[LOOKS.get(look, look)]


def _area(look: str, path: str) -> str:
    if look == "study-area":
        ink = colours()["accent"]
        return f'<path fill="{ink}" fill-opacity="0.25" stroke="{ink}" stroke-width="2" d="{path}"/>'
    if look == "study-limit":
        ink = colours()["danger"]
        return (
            f'<path fill="{ink}" fill-opacity="0.12" stroke="{ink}" stroke-width="2.5" '
            f'stroke-dasharray="9 5" d="{path}"/>'
        )
    return f'<path fill="{_fill(look)}" d="{path}"/>'


def _line(look: str, path: str) -> str:
    token, width, dashes = LINES[look]
    dash = f' stroke-dasharray="{dashes}"' if dashes else ""
    ends = 'fill="none" stroke-linejoin="round"'
    halo = f'<path {ends} stroke="{colours()["surface"]}" stroke-width="{int(width) + 4}" d="{path}"/>'
    return f'{halo}<path {ends} stroke="{colours()[token]}" stroke-width="{width}"{dash} d="{path}"/>'


def _mark(look: str, number: str, x: int, y: int) -> str:
    fill, edge, width = MARKS[look]
    body = "".join(
        f'<path fill="{colours()[fill]}" stroke="{colours()[edge]}" stroke-width="{width}" d="{path}"/>'
        for _, path in SYMBOLS[look]
    )
    if number:
        ink = colours()["surface" if look in DARK else "ink"]
        body += (
            f'<text y="6.5" font-size="19" font-weight="700" text-anchor="middle" fill="{ink}">'
            f"{escape(number)}</text>"
        )
    return f'<g transform="translate({x} {y})">{body}</g>'


def _labels(ground: Ground) -> str:
    return "".join(_text(one.text, (one.x, one.y), SMALL + 1, "middle") for one in ground.labels)


def _text(text: str, at: tuple[float, float], size: int, anchor: str) -> str:
    place = f'x="{at[0]:.0f}" y="{at[1]:.0f}" font-size="{size}" text-anchor={quoteattr(anchor)}'
    said, ink, white = escape(text), colours()["ink"], colours()["surface"]
    halo = f'fill="{white}" stroke="{white}" stroke-width="{size / 4.2:.1f}" stroke-linejoin="round"'
    return f'<text {place} {halo}>{said}</text><text {place} fill="{ink}">{said}</text>'


def _bearings(ground: Ground) -> str:
    """Scale bar and north."""
    base, ink, white = ground.frame.height - 22, colours()["ink"], colours()["surface"]
    length, words = ground.scale
    end = round(24 + length)
    lines = "".join(
        f'<path d="{path}" fill="none" stroke="{tint}" stroke-width="{width}"/>'
        for path in (f"M24 {base - 10}V{base}H{end}V{base - 10}", "M958 62V22l-9 15M958 22l9 15")
        for tint, width in ((white, "8"), (ink, "2.5"))
    )
    return lines + _text(words, (end + 12, base), 20, "start") + _text("N", (940, 56), 20, "end")


def looks() -> frozenset[str]:
    """Every look of a study's own that paper draws; the style sheet has the same."""
    return frozenset({"study-area", "study-limit", *LINES, *MARKS}) | frozenset(LINE_LOOKS)
