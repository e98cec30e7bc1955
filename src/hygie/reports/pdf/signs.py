"""Walking-time signs as a PDF: a list and a plan, then one sheet a panel, in letters to read from afar."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

import numpy as np

from hygie.engines.kernel.french import counted, listing, number, percent, typeset
from hygie.engines.kernel.plane import Plane
from hygie.engines.kernel.territory import Territory
from hygie.engines.streets.graph import StreetGraph
from hygie.engines.walking.signs_told import SignStudy
from hygie.reports.json_walk_signs import signs_warnings
from hygie.reports.pdf.clean import Json
from hygie.reports.pdf.compile import compile_pdf
from hygie.reports.pdf.svg import colours
from hygie.reports.provenance import attributions, figure_value, french_date
from hygie.reports.signs_words import ARROWS, PanelWords, minutes_words, panel_words
from hygie.reports.texts import Texts

MOST_PANELS = 200
"""Sheets of one document: more is no longer something that one prints."""

WAYS = (
    *("tout droit", "en avant à droite", "à droite", "en arrière à droite"),
    *("derrière vous", "en arrière à gauche", "à gauche", "en avant à gauche"),
)
_SIDE, _MARGIN_M = 1000.0, 120.0


def signs_pdf(
    territory: Territory, ground: tuple[StreetGraph, Plane], study: SignStudy, texts: Texts, day: date
) -> bytes:
    """Write the sheets of a plan; the same plan gives the same bytes.

    Parameters
    ----------
    territory
        Names of places, sources.
    ground
        Walking streets, and what measures them.
    study
        The plan; see ``MOST_PANELS``.
    texts
        The catalogue.
    day
        Reference date of the data.

    Raises
    ------
    ValueError
        If it has more panels than ``MOST_PANELS``.
    typst.TypstError
        If the template and the data do not agree: a defect of ours.
    """
    return compile_pdf(_document(territory, ground, study, texts, day), day, template="signs.typ")


def _document(
    territory: Territory, ground: tuple[StreetGraph, Plane], study: SignStudy, texts: Texts, day: date
) -> dict[str, Json]:
    panels = _panels(study, territory)
    return {
        "title": typeset(f"Panneaux piétons : {territory.name}"),
        "territory": territory.name,
        "fictional": territory.fictional,
        "colours": dict(colours()),
        "day": [day.year, day.month, day.day],
        "credit": " ".join(words for words, _ in attributions(territory, texts)),
        "lead": _lead(study, len(panels)),
        "facts": _facts(study),
        "warnings": [typeset(words) for words in signs_warnings(study)],
        "plan": _plan(ground, study),
        "caption": typeset("Les panneaux : où, comment les fixer, ce que dit chacun"),
        "heads": ["N°", "Où", "Lu en regardant", "Ce qu’il dit"],
        "rows": [_row(one) for one in panels],
        "figures": _figures(study, texts),
        "sources": _sources(territory),
        "panels": [_sheet(one) for one in panels],
    }


def _panels(study: SignStudy, territory: Territory) -> list[PanelWords]:
    """Panels of all posts, as many as one document may hold."""
    by_post = (panel_words(study, territory.places, rank, post) for rank, post in enumerate(study.plan.posts))
    panels = [one for some in by_post for one in some]
    if len(panels) > MOST_PANELS:
        raise ValueError(f"{len(panels)} panels: {MOST_PANELS} at most in one document")
    return panels


def _lead(study: SignStudy, panels: int) -> str:
    posts = counted(len(study.plan.posts), "emplacement", "emplacements")
    where = listing([one.title for one in study.destinations])
    return typeset(f"{posts}, {counted(panels, 'panneau', 'panneaux')}. Destinations : {where}.")


def _facts(study: SignStudy) -> list[str]:
    plan = study.plan
    told = []
    if study.budget is not None and plan.doubts:
        best = "C’est le mieux possible avec ce nombre." if plan.proved else _gap(study)
        told.append(f"{percent(plan.answered / plan.doubts)} des hésitations trouvent un panneau. {best}")
    elif study.budget is None:
        best = "Moins est impossible, et c’est prouvé." if plan.proved else _gap(study)
        told.append(f"Chaque carrefour où l’on hésite a un panneau. {best}")
    told.append(f"Marches annoncées : {number(study.minutes)} minutes d’adulte au plus.")
    if study.budget is None:
        told.append(f"Distance la plus longue sans panneau : {number(study.stretch)} mètres.")
    return [typeset(words) for words in told]


def _gap(study: SignStudy) -> str:
    return f"À {percent(study.gap, 1)} au plus du meilleur possible."


def _row(panel: PanelWords) -> list[str]:
    lines = [f"{ARROWS[line.arrow]} {line.words} ({minutes_words(line)})" for line in panel.lines]
    return [panel.number, panel.where, panel.facing, " ; ".join(lines)]


def _sheet(panel: PanelWords) -> dict[str, Json]:
    where = f" · {panel.where}" if panel.where else ""
    return {
        "number": panel.number,
        "title": "À pied",
        "fix": typeset(f"à fixer pour être lu en regardant {panel.facing}{where}"),
        "lines": [
            {
                "arrow": line.arrow,
                "way": WAYS[line.arrow],
                "words": line.words,
                "adult": line.adult,
                "child": line.child,
            }
            for line in panel.lines
        ],
    }


def _figures(study: SignStudy, texts: Texts) -> list[Mapping[str, Json]]:
    return [
        {
            "title": texts.figures[one.key].title,
            "value": figure_value(one),
            "since": french_date(one.since),
            "source": one.source,
            "pending": one.status != "verified",
        }
        for one in study.figures
    ]


def _sources(territory: Territory) -> list[Json]:
    told = [f"{one.title}, {one.publisher}, {one.vintage}" for one in territory.sources]
    return list(dict.fromkeys(told))


def _plan(ground: tuple[StreetGraph, Plane], study: SignStudy) -> Mapping[str, Json] | None:
    """Streets around the posts, and the posts by their number."""
    graph, plane = ground
    nodes = [post.node for post in study.plan.posts]
    if not nodes:
        return None
    x, y = plane.to_metres(graph.lon[nodes], graph.lat[nodes])
    low, high = (x.min() - _MARGIN_M, y.min() - _MARGIN_M), (x.max() + _MARGIN_M, y.max() + _MARGIN_M)
    side = max(high[0] - low[0], high[1] - low[1])
    scale = _SIDE / side
    wide, tall = (high[0] - low[0]) * scale, (high[1] - low[1]) * scale

    def drawn(px: float, py: float) -> tuple[float, float]:
        return (px - low[0]) * scale, (high[1] - py) * scale

    parts = _streets(ground, (low, high), scale)
    mark = 13.0 if len(nodes) <= 60 else 8.0
    for rank, (px, py) in enumerate(zip(x.tolist(), y.tolist(), strict=True), 1):
        cx, cy = drawn(px, py)
        parts.append(f'<circle cx="{cx:.1f}" cy="{cy:.1f}" r="{mark}" fill="#0b6e6e"/>')
        parts.append(
            f'<text x="{cx:.1f}" y="{cy + mark * 0.4:.1f}" font-size="{mark * 1.15:.1f}" '
            f'text-anchor="middle" font-family="Atkinson Hyperlegible" font-weight="bold" '
            f'fill="#ffffff">{rank}</text>'
        )
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {wide:.1f} {tall:.1f}">{"".join(parts)}</svg>'
    )
    return {
        "title": typeset("Plan des emplacements (le nord est en haut)"),
        "svg": svg,
        "ratio": tall / wide,
        "alt": typeset(
            f"{counted(len(nodes), 'emplacement numéroté', 'emplacements numérotés')} sur les rues."
        ),
    }


def _streets(
    ground: tuple[StreetGraph, Plane], bounds: tuple[Sequence[float], Sequence[float]], scale: float
) -> list[str]:
    graph, plane = ground
    (west, south), (east, north) = bounds
    x, y = plane.to_metres(graph.shape_lon, graph.shape_lat)
    inside = (x >= west) & (x <= east) & (y >= south) & (y <= north)
    owner = np.repeat(np.arange(graph.edges), np.diff(graph.shape_start))
    parts = []
    for edge in np.unique(owner[inside]).tolist():
        span = slice(int(graph.shape_start[edge]), int(graph.shape_start[edge + 1]))
        way = " ".join(
            f"{(a - west) * scale:.1f},{(north - b) * scale:.1f}"
            for a, b in zip(x[span], y[span], strict=True)
        )
        width = (1.4, 2.2, 3.6, 3.6)[int(graph.kind[edge])]
        parts.append(f'<polyline points="{way}" fill="none" stroke="#a9a695" stroke-width="{width}"/>')
    return parts
