"""One question, for one zone and one group: the sentence, the map, the chart and the table agree."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np
import shapely

from hygie.apps.territory.answers import answer_for
from hygie.apps.territory.choices import Choice
from hygie.apps.territory.selectors import Opened
from hygie.engines.diagnosis.groups import group_label
from hygie.engines.diagnosis.residents import QPV
from hygie.engines.diagnosis.result import WHOLE, Cell, IndicatorResult
from hygie.engines.kernel.french import NARROW, WIDE, capital, number
from hygie.engines.kernel.measures import Status
from hygie.engines.kernel.territory import ZoneLayer
from hygie.reports.charts import Chart, zone_chart
from hygie.reports.frame import Frame, shape_path
from hygie.reports.ground import Ground, ground
from hygie.reports.maps import MapFigure
from hygie.reports.sections import Scene, Section, indicator_map, main_key, section
from hygie.reports.stage import Stage
from hygie.reports.tables import Row, Table, base_group, thresholds_of

CHOSEN = " (votre choix)"
"""Said beside the chosen zone wherever it is listed."""

NO_GROUP = "Ce chiffre n’existe pas pour cet âge : il est montré pour tous ceux qu’il compte."
NO_ZONE = "Ce chiffre n’existe pas pour cette zone : il est montré pour tout le territoire."

BY = {"walk": " à pied", "car": " en voiture", "": ""}


@dataclass(frozen=True)
class Exploration:
    """What one screen shows.

    ``windows`` are the grounds that the maps of this screen draw and ``caption`` what they show;
    ``notice`` says when the choice cannot be honoured, else it is empty.
    """

    part: Section
    windows: tuple[Ground, ...]
    caption: str = "Temps d’accès, carte"
    notice: str = ""


@lru_cache(maxsize=128)
def explore(opened: Opened, choice: Choice) -> Exploration:
    """Answer a question for a zone and a group; drawn once, its map costs more than the whole page.

    What the indicator does not tell for this choice is replaced by the whole, and said.

    Raises
    ------
    KeyError
        If the diagnosis has no such indicator.
    """
    indicator = opened.diagnosis.indicator(choice.indicator)
    if indicator.status is Status.NOT_COMPUTED:
        return Exploration(section(opened.scene, indicator), opened.scene.stage.windows)
    honoured, notice = honour(indicator, choice, main_key(opened.scene, indicator))
    if honoured == Choice(indicator.key):
        return Exploration(section(opened.scene, indicator), opened.scene.stage.windows, notice=notice)
    return _narrowed(opened, indicator, honoured, notice)


def honour(indicator: IndicatorResult, choice: Choice, key: str) -> tuple[Choice, str]:
    """The part of a choice that an indicator can answer by a measure, and what to say of the rest."""
    group = base_group(indicator) if choice.group == WHOLE else choice.group
    told = {(cell.layer, cell.zone, cell.group) for cell in indicator.cells if key in cell.measures}
    notices = []
    if choice.group != WHOLE and not any(g == group for _, _, g in told):
        choice, group = replace(choice, group=WHOLE), base_group(indicator)
        notices.append(NO_GROUP)
    if choice.zone and (choice.layer, choice.zone, group) not in told:
        choice = replace(choice, layer=WHOLE, zone="")
        notices.append(NO_ZONE)
    return choice, " ".join(notices)


def _narrowed(opened: Opened, indicator: IndicatorResult, choice: Choice, notice: str) -> Exploration:
    scene = opened.scene
    group = base_group(indicator) if choice.group == WHOLE else choice.group
    kept = narrow(indicator, choice, group)
    whole = kept.cell(WHOLE, None, group)
    zone = kept.cell(choice.layer, choice.zone, group) if choice.zone else None
    key = main_key(scene, kept)
    answer = answer_for(
        key,
        zone or whole,
        whole if zone else None,
        far=_far(opened, kept),
        few=scene.few,
        repealed=QPV in scene.territory.layers and not scene.territory.layers[QPV].in_force,
    )
    windows = _windows(opened, choice)
    marked = replace(kept, cells=tuple(_marked(cell, choice) for cell in kept.cells))
    part = section(replace(scene, stage=Stage((), None)), marked)
    part = replace(
        part,
        answer=answer,
        charts=_charts(marked, key, scene) if zone else part.charts,
        map=_map(replace(scene, stage=replace(scene.stage, windows=windows)), kept, zone, answer),
        table=_chosen_in(part.table, choice),
    )
    return Exploration(part, windows, _caption(zone or whole), notice)


def _caption(cell: Cell | None) -> str:
    """What the map shows, and whom its legend counts."""
    if cell is None:
        return "Temps d’accès, carte"
    group = "" if cell.group == WHOLE else f", {group_label(cell.group)}"
    return f"Temps d’accès, carte{NARROW}; la légende compte{WIDE}: {cell.zone_name}{group}"


def _far(opened: Opened, indicator: IndicatorResult) -> str:
    """« à plus de 15 minutes à pied d’une pharmacie »."""
    sheet = next(sheet for sheet in opened.study.parameters.indicators if sheet.key == indicator.key)
    return f"à plus de {number(opened.scene.main)} minutes{BY[sheet.mode]} {sheet.target}"


def _chosen_in(table: Table | None, choice: Choice) -> Table | None:
    """The table with the chosen zone in bold, its caption saying the group when one is chosen."""
    if table is None:
        return None
    groups = tuple((title, tuple(_bold(row) for row in rows)) for title, rows in table.groups)
    group = "" if choice.group == WHOLE else f" {capital(group_label(choice.group))}."
    return replace(table, caption=table.caption + group, groups=groups)


def _bold(row: Row) -> Row:
    return replace(row, whole=row.whole or row.name.endswith(CHOSEN))


def narrow(indicator: IndicatorResult, choice: Choice, group: str) -> IndicatorResult:
    """The cells of one group, and of one layer beside the whole when a zone is chosen."""
    cells = [c for c in indicator.cells if c.group == group]
    if choice.zone:
        cells = [c for c in cells if c.layer in (WHOLE, choice.layer)]
    return replace(indicator, cells=tuple(cells))


def _marked(cell: Cell, choice: Choice) -> Cell:
    if choice.zone and (cell.layer, cell.zone) == (choice.layer, choice.zone):
        return replace(cell, zone_name=cell.zone_name + CHOSEN)
    return cell


def _charts(kept: IndicatorResult, key: str, scene: Scene) -> tuple[Chart, ...]:
    """The zones of the chosen layer beside the whole."""
    if not thresholds_of(kept):
        return ()
    title = f"Part à plus de {number(scene.main)}{WIDE}min, par zone"
    return (zone_chart(f"chart-{kept.key}", title, key, kept.cells, few=scene.few),)


def _map(scene: Scene, kept: IndicatorResult, zone: Cell | None, title: str) -> MapFigure | None:
    """The map, its legend counting the residents of the zone when there is one."""
    if zone is not None:
        kept = replace(kept, cells=(replace(zone, layer=WHOLE), *kept.cells))
    return indicator_map(scene, kept, scene.texts.indicators[kept.key], title)


def _windows(opened: Opened, choice: Choice) -> tuple[Ground, ...]:
    """One window around the chosen zone, outlined; those of the scene when it has no outline."""
    scene = opened.scene
    layer = scene.territory.layers.get(choice.layer)
    if layer is None or choice.zone not in layer.ids or not scene.stage.windows:
        return scene.stage.windows
    outline = shapely.from_wkb(layer.outlines[layer.ids.index(choice.zone)])
    if outline.is_empty:
        return scene.stage.windows
    frame = _frame(scene.stage.windows[0].frame, outline)
    name = layer.names[layer.ids.index(choice.zone)]
    drawn = ground(
        "zone", name, frame, scene.territory, layer=_named_layer(scene, layer), streets=opened.streets
    )
    path = shape_path(frame.draw(np.array([outline], dtype=object)))
    chosen = (("map-chosen-halo", path), ("map-chosen", path))
    return (replace(drawn, over=(*drawn.over, *chosen)),)


def _frame(like: Frame, outline: shapely.Geometry) -> Frame:
    corners = shapely.get_coordinates(outline)
    x, y = like.plane.to_metres(corners[:, 0], corners[:, 1])
    side = max(float(np.ptp(x)), float(np.ptp(y)))
    return Frame.around(like.plane, x, y, padding=max(0.25, 800 / max(side, 1.0)))


def _named_layer(scene: Scene, layer: ZoneLayer) -> ZoneLayer:
    """Layer whose zones are outlined and named around the chosen one."""
    return scene.territory.layers.get("quarter", layer) if layer.key == QPV else layer
