"""« Et si la pharmacie du Port fermait ? »: a what-if as a fragment of HTML, for a page or for print."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from hygie.engines.diagnosis.groups import DWELLINGS, group_label
from hygie.engines.diagnosis.result import WHOLE, Cell, IndicatorResult
from hygie.engines.diagnosis.what_if import WhatIf
from hygie.engines.kernel.french import NARROW, WIDE, capital, counted, listing, number
from hygie.engines.kernel.measures import Measure, Status
from hygie.engines.kernel.territory import Floats, Territory
from hygie.reports.ground import Ground
from hygie.reports.labels import clear_of
from hygie.reports.maps import (
    Canvas,
    MapFigure,
    MapWords,
    Mark,
    difference_map,
    minutes_map,
    place_marks,
    point_marks,
)
from hygie.reports.provenance import source_line, to_verify
from hygie.reports.rendering import render
from hygie.reports.stage import Stage, stage_of
from hygie.reports.tables import (
    Column,
    Row,
    Table,
    base_group,
    compact,
    groups_of,
    layers_of,
    thresholds_of,
    zones_of,
)
from hygie.reports.texts import Texts
from hygie.reports.words import Shown, number_parameter, shown, signed


@dataclass(frozen=True)
class ChangeMaps:
    """The same window before, after, and the difference."""

    before: MapFigure
    after: MapFigure
    difference: MapFigure


@dataclass(frozen=True)
class Change:
    """One indicator before and after, ready to be written; ``maps`` is None without residents."""

    key: str
    title: str
    answer: str
    detail: str
    estimate: bool
    maps: ChangeMaps | None
    table: Table
    source: str
    pending: tuple[str, ...]
    warnings: tuple[str, ...]


@dataclass(frozen=True)
class _Plan:
    """What every indicator of the fragment is drawn from."""

    territory: Territory
    what_if: WhatIf
    texts: Texts
    stage: Stage
    few: int
    main: float
    loss: float


def render_closure(territory: Territory, what_if: WhatIf, texts: Texts, stage: Stage | None = None) -> str:
    """Write what closing and opening places changes: sentences, maps on one scale, tables.

    The fragment starts at ``h2`` and needs the style sheets of the reports; ids are unique in it.

    Parameters
    ----------
    territory
        What the what-if was computed on.
    what_if
        Its result, counts too small already kept back.
    texts
        The catalogue.
    stage
        The ground already drawn for this territory; drawn anew, without streets, when None.
    """
    provenance = what_if.provenance
    few = int(number_parameter(provenance, "smallest_count"))
    plan = _Plan(
        territory,
        what_if,
        texts,
        stage or stage_of(territory, few),
        few,
        number_parameter(provenance, "main_threshold"),
        number_parameter(provenance, "loss_felt"),
    )
    window = _window(plan)
    triples = zip(what_if.before, what_if.after, what_if.difference, strict=True)
    changes = [
        _change(plan, window, *triple)
        for triple in triples
        if triple[0].key in what_if.touched and _own(triple[0])
    ]
    values = {
        "title": question(territory, what_if, texts),
        "changes": changes,
        "windows": (window,) if window else (),
        "notices": provenance.warnings,
        "fictional": territory.fictional,
        "name": territory.name,
        "few": few,
    }
    return render("closure.html", values)


def question(territory: Territory, what_if: WhatIf, texts: Texts) -> str:
    """« Et si « Pharmacie du Port » fermait et une pharmacie ouvrait ? »."""
    places = territory.places
    closed = []
    for place in what_if.closed:
        position = int(np.flatnonzero(places.ids == place)[0])
        name = str(places.names[position])
        category = texts.categories[str(places.categories[position])]
        closed.append(f"«{WIDE}{name}{WIDE}»" if name else category.indefinite)
    opened = [texts.categories[opening.category].indefinite for opening in what_if.change.open]
    parts = []
    if closed:
        parts.append(
            f"{listing(list(dict.fromkeys(closed)))} {'fermaient' if len(closed) > 1 else 'fermait'}"
        )
    if opened:
        parts.append(f"{listing(opened)} {'ouvraient' if len(opened) > 1 else 'ouvrait'}")
    return f"Et si {' et '.join(parts)}{NARROW}?" if parts else f"Et si rien ne changeait{NARROW}?"


def _own(indicator: IndicatorResult) -> bool:
    """Whether an indicator is of access for everyone: those derived from it repeat its groups."""
    return bool(thresholds_of(indicator)) and base_group(indicator) in (WHOLE, DWELLINGS)


def _window(plan: _Plan) -> Ground | None:
    """The closest window that holds everything closed and opened; the whole otherwise."""
    marks = _marks(plan, plan.stage.windows)
    total = max((len(found) for found in marks.values()), default=0)
    holding = [window for window in plan.stage.windows if len(marks[window.key]) == total]
    window = min(holding, key=lambda one: one.frame.metres, default=None)
    if window is None:
        return None
    spots = [(mark.x, mark.y) for mark in marks[window.key]]
    return replace(window, labels=clear_of(window.frame, window.labels, spots))


def _marks(plan: _Plan, windows: Sequence[Ground]) -> dict[str, tuple[Mark, ...]]:
    """Places closed and opened, by window."""
    places, openings = plan.territory.places, plan.what_if.change.open
    closed = place_marks(windows, places, np.flatnonzero(np.isin(places.ids, plan.what_if.closed)), "closed")
    lon, lat = [o.lon for o in openings], [o.lat for o in openings]
    opened = point_marks(windows, lon, lat, [""] * len(openings), "opened")
    return {key: (*marks, *opened[key]) for key, marks in closed.items()}


def _change(
    plan: _Plan,
    window: Ground | None,
    before: IndicatorResult,
    after: IndicatorResult,
    difference: IndicatorResult,
) -> Change:
    answer, detail = _answer(plan, before, after, difference)
    provenance = plan.what_if.provenance
    return Change(
        before.key,
        before.title,
        answer,
        detail,
        Status.ESTIMATE in (before.status, after.status),
        None if window is None else _maps(plan, window, before, answer),
        _table(plan, before, after, difference),
        source_line(before.sources, plan.territory.sources),
        to_verify(provenance.figures, before.figures, plan.texts),
        before.warnings,
    )


def _whole(indicator: IndicatorResult, group: str) -> Cell | None:
    return indicator.cell(WHOLE, None, group)


def _answer(
    plan: _Plan, before: IndicatorResult, after: IndicatorResult, difference: IndicatorResult
) -> tuple[str, str]:
    """Who loses or gains, number first; then the share beyond the main threshold, before and after."""
    base = base_group(before)
    cells = [_whole(result, base) for result in (before, after, difference)]
    shares = [
        shown(f"beyond_{plan.main:g}", _of(cell, f"beyond_{plan.main:g}"), plan.few) for cell in cells[:2]
    ]
    who = "habitants" if base == WHOLE else group_label(base)
    detail = ""
    if all(share.number for share in shares):
        same = shares[0].text == shares[1].text
        moves = (
            f"resterait de {shares[0].text}" if same else f"passerait de {shares[0].text} à {shares[1].text}"
        )
        detail = f"La part des {who} à plus de {number(plan.main)}{WIDE}min {moves}."
    return _who_moves(plan, after, cells[2]), detail


def _who_moves(plan: _Plan, after: IndicatorResult, difference: Cell | None) -> str:
    """Who loses or gains time, or all access, in sentences that begin with the number."""
    told = []
    limit = f"{number(plan.loss)} minutes ou davantage"
    lost = _of(difference, "people_unreached")
    stranded = (lost.value or 0.0) if lost is not None else 0.0
    for key, one, many in (("losing", "perdrait", "perdraient"), ("gaining", "gagnerait", "gagneraient")):
        measure = f"people_{key}_{plan.loss:g}"
        moved = _of(difference, measure)
        if moved is not None and moved.status is Status.SUPPRESSED:
            hidden = f"nombre masqué, moins de {plan.few} ou presque tous"
            told.append(f"Des habitants ({hidden}) {many} {limit}.")
        elif moved is not None and moved.value and not (key == "losing" and moved.value == stranded):
            people = counted(moved.value, f"habitant {one}", f"habitants {many}")
            told.append(f"{people} {limit}{_oldest(after, measure, plan.few)}.")
    if stranded > 0:
        told.append(f"{counted(stranded, 'habitant n’aurait', 'habitants n’auraient')} plus aucun accès.")
    return " ".join(told) or f"0 habitant perdrait {limit}."


def _oldest(after: IndicatorResult, measure: str, few: int) -> str:
    """« , dont 412 de 75 ans et plus »: the oldest group that is told, or nothing."""
    for group in reversed(groups_of(after)):
        cell = _whole(after, group)
        told = shown(measure, _of(cell, measure), few)
        if cell is not None and told.number:
            return f", dont {told.text} de {group_label(group)}"
    return ""


def _of(cell: Cell | None, key: str) -> Measure | None:
    return None if cell is None else cell.measures.get(key)


def _maps(plan: _Plan, window: Ground, before: IndicatorResult, answer: str) -> ChangeMaps | None:
    """Before, after, and the difference, in one window."""
    key, grid = before.key, plan.stage.grid
    now, later = plan.what_if.minutes_before.get(key), plan.what_if.minutes_after.get(key)
    if now is None or later is None or grid is None:
        return None
    first, moved = _kept_marks(plan, window, before), _marks(plan, (window,))[window.key]
    closing = tuple(replace(mark, look="place") for mark in moved if mark.look == "closed")
    names = listing([plan.texts.categories[category].plural for category in before.categories])
    place, looks = ("place", names), {mark.look for mark in moved}
    symbols = (place, *(item for item in _MOVES if item[0] in looks))
    words = MapWords(
        title=answer,
        description="Carrés habités colorés selon les minutes gagnées ou perdues.",
        symbols=symbols,
        estimate=before.status is Status.ESTIMATE,
    )
    canvas = Canvas((window,), grid, {window.key: (*first, *moved)})
    steps = (plan.loss / 5, plan.loss, 2 * plan.loss)
    shift = difference_map(f"map-change-{key}", canvas, changes_of(now, later), steps=steps, words=words)
    was = Canvas((window,), grid, {window.key: (*first, *closing)})
    return ChangeMaps(
        _state(plan, was, before, "avant", (place,)),
        _state(plan, canvas, before, "après", symbols),
        shift,
    )


_MOVES = (("closed", "fermeture"), ("opened", "ouverture"))


def _kept_marks(plan: _Plan, window: Ground, indicator: IndicatorResult) -> tuple[Mark, ...]:
    """Places that answer and stay open."""
    places = plan.territory.places
    closed = np.isin(places.ids, plan.what_if.closed)
    kept = np.flatnonzero(np.isin(places.categories, indicator.categories) & ~closed)
    return place_marks((window,), places, kept)[window.key]


def _state(
    plan: _Plan, canvas: Canvas, indicator: IndicatorResult, when: str, symbols: tuple[tuple[str, str], ...]
) -> MapFigure:
    """The map of minutes before (« avant ») or after (« après »): same classes, same window."""
    key, first = indicator.key, when == "avant"
    minutes = plan.what_if.minutes_before[key] if first else plan.what_if.minutes_after[key]
    by = "en voiture" if plan.texts.indicators[key].mode == "car" else "à pied"
    words = MapWords(
        title=f"{capital(when)}{WIDE}: {indicator.title}",
        description=f"Carrés habités colorés selon le temps {by} de la moitié de leurs habitants.",
        symbols=symbols,
        by=by,
        estimate=indicator.status is Status.ESTIMATE,
    )
    name = f"map-{'before' if first else 'after'}-{key}"
    return minutes_map(name, canvas, minutes, thresholds=thresholds_of(indicator), words=words)


def changes_of(before: Floats, after: Floats) -> Floats:
    """After minus before; infinite where a way is lost or found, zero where there is none at all."""
    none_before, none_after = np.isnan(before), np.isnan(after)
    change = np.where(none_before | none_after, 0.0, after - before)
    change = np.where(none_after & ~none_before, np.inf, change)
    return np.asarray(np.where(none_before & ~none_after, -np.inf, change), dtype=np.float64)


def _table(
    plan: _Plan, before: IndicatorResult, after: IndicatorResult, difference: IndicatorResult
) -> Table:
    """Zones in rows: who moves, by group; the share beyond the threshold before, after, change."""
    base, share = base_group(before), f"beyond_{plan.main:g}"
    losing, gaining = (f"people_{word}_{plan.loss:g}" for word in ("losing", "gaining"))
    moved = [key for key in (losing, gaining) if _moves(difference, key)] or [losing]
    groups = [base, *(g for g in groups_of(before) if _told(difference, g, moved[0]))]
    columns = [Column(group_label(group), _moved_words(key, plan.loss)) for key in moved for group in groups]
    beyond = f"À plus de {number(plan.main)}{WIDE}min"
    columns += [Column(head, beyond) for head in ("Avant", "Après", "Écart")]
    columns.append(Column("Écart", "Temps moyen"))
    states = [{(c.layer, c.zone, c.group): c for c in result.cells} for result in (before, after, difference)]
    parts = []
    for layer, title in layers_of(plan.territory):
        rows = []
        for cell in zones_of(before, layer):
            everyone = [state.get((layer, cell.zone, base)) for state in states]
            moving = [(k, states[2].get((layer, cell.zone, g))) for k in moved for g in groups]
            values = [_count(side, key, plan.few) for key, side in moving]
            values += [compact(shown(share, _of(side, share), plan.few)) for side in everyone[:2]]
            values += [_signed(everyone[2], key, plan.few) for key in (share, "mean")]
            rows.append(Row(cell.zone_name, tuple(values), layer == WHOLE))
        if rows:
            parts.append((title, tuple(rows)))
    caption = f"{before.title}{WIDE}: ce qui change, par zone"
    return Table(f"table-change-{before.key}", caption, "Zone", tuple(columns), tuple(parts))


def _moves(difference: IndicatorResult, key: str) -> bool:
    found = [cell.measures[key] for cell in difference.cells if key in cell.measures]
    return any(measure.value or measure.status is Status.SUPPRESSED for measure in found)


def _told(difference: IndicatorResult, group: str, key: str) -> bool:
    return any(cell.group == group and key in cell.measures for cell in difference.cells)


def _moved_words(key: str, loss: float) -> str:
    verb = "perdent" if "losing" in key else "gagnent"
    return f"Habitants qui {verb} {number(loss)}{WIDE}min ou plus"


def _count(cell: Cell | None, key: str, few: int) -> Shown:
    told = shown(key, _of(cell, key), few)
    return Shown(told.text, "" if told.number else told.detail, told.number)


def _signed(cell: Cell | None, key: str, few: int) -> Shown:
    measure = _of(cell, key)
    if measure is None or measure.value is None:
        return shown(key, measure, few)
    return Shown(signed(key, measure.value))
