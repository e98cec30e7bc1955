"""Tables as data: a caption, headers and rows; ``templates/_tables.html`` writes them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from hygie.engines.diagnosis.groups import DWELLINGS, group_label
from hygie.engines.diagnosis.residents import IN_QPV, OUT_QPV, QPV
from hygie.engines.diagnosis.result import WHOLE, Cell, Diagnosis, IndicatorResult
from hygie.engines.kernel.french import capital, number
from hygie.engines.kernel.measures import Measure, Status, not_computed
from hygie.engines.kernel.territory import Territory
from hygie.reports.words import Shown, shown, signed

LAYER_TITLES = {
    WHOLE: "Ensemble du territoire",
    "commune": "Communes",
    "quarter": "Quartiers",
    "iris": "IRIS (quartiers de l’INSEE)",
    "qpv": "Quartiers prioritaires de la politique de la ville (QPV)",
}

NOT_BY_AGE = "non calculé, les âges fournis ne le permettent pas."


@dataclass(frozen=True, slots=True)
class Column:
    """One column of numbers, or of words when ``text``.

    ``span`` names the heading it shares with its neighbours, or is empty.
    """

    head: str
    span: str = ""
    text: bool = False


@dataclass(frozen=True)
class Row:
    """A named row of printed measures; a page of the site may lead to ``address``.

    ``detail`` goes under the name in smaller letters: a unit, a place, a level.
    """

    name: str
    values: tuple[Shown, ...]
    whole: bool = False
    address: str = ""
    detail: str = ""


@dataclass(frozen=True)
class Table:
    """A table ready to be written.

    ``groups`` are (heading, rows); a heading may be empty. ``notes`` go under it.
    """

    key: str
    caption: str
    first: str
    columns: tuple[Column, ...]
    groups: tuple[tuple[str, tuple[Row, ...]], ...]
    notes: tuple[str, ...] = ()

    @property
    def spans(self) -> tuple[tuple[str, int], ...]:
        """Headings shared by columns, in order, with how many columns each covers."""
        runs: list[tuple[str, int]] = []
        for column in self.columns:
            if runs and runs[-1][0] == column.span:
                runs[-1] = (column.span, runs[-1][1] + 1)
            else:
                runs.append((column.span, 1))
        return tuple(runs) if any(span for span, _ in runs) else ()


def thresholds_of(indicator: IndicatorResult) -> tuple[int, ...]:
    """Thresholds the result was computed for, in minutes, ascending."""
    keys = {key for cell in indicator.cells for key in cell.measures}
    return tuple(sorted(int(key.removeprefix("beyond_")) for key in keys if key.startswith("beyond_")))


def layers_of(territory: Territory) -> tuple[tuple[str, str], ...]:
    """(key, title) of the layers of a territory, the whole first; titles say the legal vintage."""
    zoned = [(key, layer.title or LAYER_TITLES[key]) for key, layer in territory.layers.items()]
    return ((WHOLE, LAYER_TITLES[WHOLE]), *zoned)


def access_table(
    indicator: IndicatorResult, layers: Sequence[tuple[str, str]], main: float, few: int
) -> Table:
    """Zones in rows; residents, minutes, shares beyond each threshold, then each age group.

    Parameters
    ----------
    layers
        (key, title) of the layers in the order to show.
    main
        Threshold, in minutes, at which age groups are compared.
    few
        Counts under this number are kept back.
    """
    beyond = [f"beyond_{t}" for t in thresholds_of(indicator)]
    plain = [
        key
        for key in ("people", "points", "median", "p90", *beyond, "unreached", f"lost_{main:g}")
        if _told(indicator, key)
    ]
    main_key = f"beyond_{main:g}"
    groups = [g for g in groups_of(indicator) if _computed(indicator, g, main_key)]
    who = "Bâtiments" if base_group(indicator) == DWELLINGS else "Habitants"
    columns = [Column(*measure_head(key, who)) for key in plain]
    columns += [Column(group_label(group), f"À plus de {number(main)}\u00a0min, par âge") for group in groups]
    wanted = [(base_group(indicator), key) for key in plain] + [(group, main_key) for group in groups]
    parts = zone_rows(indicator, layers, wanted, few)
    missing = [g for g in groups_of(indicator) if g not in groups]
    notes = [f"{capital(group_label(g))}\u00a0: {NOT_BY_AGE}" for g in missing]
    return Table(
        f"table-{indicator.key}", indicator.question, "Zone", tuple(columns), tuple(parts), tuple(notes)
    )


def compact(told: Shown) -> Shown:
    """The same, its interval shortened for a narrow column: « 16 à 20 % »."""
    if not told.number:
        return told
    return Shown(told.text, told.detail.removeprefix("entre ").replace(" et ", " à "))


def base_group(indicator: IndicatorResult) -> str:
    """Group an indicator is about: its first one, or dwellings where residents are unknown."""
    groups = [cell.group for cell in indicator.cells if cell.layer == WHOLE]
    return DWELLINGS if DWELLINGS in groups else next(iter(groups), WHOLE)


def groups_of(indicator: IndicatorResult) -> tuple[str, ...]:
    """Age groups of a result, in its order."""
    base = base_group(indicator)
    return tuple(dict.fromkeys(cell.group for cell in indicator.cells if cell.group not in (base, WHOLE)))


def measure_head(key: str, who: str) -> tuple[str, str]:
    """Column heading of a measure, and the heading it shares; ``who`` is counted."""
    if key.startswith("beyond_"):
        return key.removeprefix("beyond_") + "\u00a0min", f"{who} à plus de"
    if key.startswith("lost_"):
        return f"À moins de {key.removeprefix('lost_')}\u00a0min seulement quand tout est ouvert", ""
    heads = {
        "people": (who, ""),
        "points": (who, ""),
        "median": ("La moitié, au plus", "Temps de trajet"),
        "p90": ("Neuf sur dix, au plus", "Temps de trajet"),
        "mean": ("En moyenne", "Temps de trajet"),
        "unreached": ("Sans aucun chemin", ""),
    }
    return heads[key]


def _told(indicator: IndicatorResult, key: str) -> bool:
    base = base_group(indicator)
    return any(key in cell.measures for cell in indicator.cells if cell.group == base)


def _computed(indicator: IndicatorResult, group: str, key: str) -> bool:
    found = [cell.measures[key] for cell in indicator.cells if cell.group == group and key in cell.measures]
    return any(measure.status is not Status.NOT_COMPUTED for measure in found)


def group_column(group: str) -> str:
    """Heading of an age group."""
    return group_label(group)


def zone_rows(
    indicator: IndicatorResult,
    layers: Sequence[tuple[str, str]],
    wanted: Sequence[tuple[str, str]],
    few: int,
) -> list[tuple[str, tuple[Row, ...]]]:
    """Rows by layer, one a zone, the ``wanted`` (group, measure) in columns."""
    cells = {(cell.layer, cell.zone, cell.group): cell for cell in indicator.cells}
    parts = []
    for layer, title in layers:
        rows = []
        for cell in zones_of(indicator, layer):
            found = [_measure(cells.get((layer, cell.zone, group)), key) for group, key in wanted]
            told = [compact(shown(key, m, few)) for m, (_, key) in zip(found, wanted, strict=True)]
            rows.append(Row(cell.zone_name, tuple(told), layer == WHOLE))
        if rows:
            parts.append((title, tuple(rows)))
    return parts


def zones_of(indicator: IndicatorResult, layer: str) -> list[Cell]:
    """Cells of a layer for everyone the indicator is about, one a zone."""
    base = base_group(indicator)
    return [cell for cell in indicator.cells if cell.layer == layer and cell.group == base]


def _measure(cell: Cell | None, key: str) -> Measure | None:
    return None if cell is None else cell.measures.get(key)


def people_table(indicator: IndicatorResult, layers: Sequence[tuple[str, str]], few: int) -> Table:
    """Zones in rows; a column for each group of residents: how many, and their share of the zone."""
    counted = [g for g in (WHOLE, *groups_of(indicator)) if _computed(indicator, g, "people")]
    groups = list({group_label(g): g for g in reversed(counted)}.values())[::-1]
    missing = [g for g in groups_of(indicator) if g not in counted]
    by_place = {(cell.layer, cell.zone, cell.group): cell for cell in indicator.cells}
    parts = []
    for layer, title in layers:
        zones = [cell for cell in indicator.cells if cell.layer == layer and cell.group == WHOLE]
        rows = [
            Row(
                cell.zone_name,
                tuple(_people(by_place.get((layer, cell.zone, group)), few) for group in groups),
                layer == WHOLE,
            )
            for cell in zones
        ]
        if rows:
            parts.append((title, tuple(rows)))
    columns = tuple(Column(capital(group_label(group))) for group in groups)
    notes = tuple(f"{capital(group_label(g))}\u00a0: {NOT_BY_AGE}" for g in missing)
    return Table(f"table-{indicator.key}", indicator.question, "Zone", columns, tuple(parts), notes)


def _people(cell: Cell | None, few: int) -> Shown:
    """Residents of a group, with their share of the zone."""
    count = shown("people", _measure(cell, "people"), few)
    share = _measure(cell, "share")
    if not count.number or share is None or share.value is None:
        return count
    return Shown(count.text, shown("share", share, few).text)


def gap_table(indicator: IndicatorResult, diagnosis: Diagnosis, main_key: str, few: int) -> Table:
    """Kinds of place in rows; shares in priority quarters and elsewhere, the gap, the gap by age.

    Parameters
    ----------
    indicator
        One cell a group over the whole territory, one measure a kind of place.
    diagnosis
        Where the two shares are.
    main_key
        Measure of the shares compared.
    """
    base = base_group(indicator)
    own = {cell.group: cell for cell in indicator.cells}
    others = [group for group in own if group != base]
    beyond = f"À plus de {main_key.removeprefix('beyond_')}\u00a0min"
    heads = [Column(name, beyond) for name in side_names(diagnosis, base)]
    heads += [Column("Ensemble", "Écart"), *(Column(group_label(g), "Écart") for g in others)]
    rows = []
    for result in diagnosis.indicators:
        if result.key not in own[base].measures:
            continue
        sides = [result.cell(QPV, zone, base) for zone in (IN_QPV, OUT_QPV)]
        missing = not_computed(result.reason) if result.reason else None
        shares = [shown(main_key, missing or _measure(side, main_key), few) for side in sides]
        gaps = [_gap(own[group].measures.get(result.key), few) for group in (base, *others)]
        rows.append(Row(result.title, (*shares, *gaps)))
    caption, groups = indicator.question, (("", tuple(rows)),)
    return Table(f"table-{indicator.key}", caption, "Service", tuple(heads), groups)


def side_names(diagnosis: Diagnosis, group: str) -> tuple[str, str]:
    """Names of the two sides compared, as the result tells them: a repealed zoning says so."""
    for result in diagnosis.indicators:
        inner, outer = (result.cell(QPV, zone, group) for zone in (IN_QPV, OUT_QPV))
        if inner is not None and outer is not None:
            return inner.zone_name, outer.zone_name
    return "Quartiers prioritaires", "Hors quartiers prioritaires"


def _gap(measure: Measure | None, few: int) -> Shown:
    """A difference of shares, in points with its sign."""
    plain = shown("share", measure, few)
    if measure is None or measure.value is None:
        return plain
    between = ""
    if measure.low is not None and measure.high is not None:
        between = f"de {signed('share', measure.low)} à {signed('share', measure.high)}"
    return Shown(signed("share", measure.value), between)
