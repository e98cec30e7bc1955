"""The answer for a chosen zone and group, the number first."""

from __future__ import annotations

from hygie.engines.diagnosis.groups import DWELLINGS, group_label
from hygie.engines.diagnosis.residents import IN_QPV, OUT_QPV
from hygie.engines.diagnosis.result import WHOLE, Cell
from hygie.engines.kernel.french import at_place, capital, number, of_place, percent, points, typeset
from hygie.engines.kernel.measures import Measure, Status
from hygie.reports.words import REASONS, shown

TOGETHER = {IN_QPV: ("des", "dans les"), OUT_QPV: ("hors des", "hors des")}
"""« de » and « à » of zones that are all the priority quarters together, or the rest."""


def answer_for(
    key: str, cell: Cell | None, whole: Cell | None, *, far: str, few: int, repealed: bool = False
) -> str:
    """One sentence for a cell, then how it differs from the whole territory.

    Parameters
    ----------
    key
        Measure of the question: a share beyond the threshold, or ``people``.
    cell
        Zone and group chosen.
    whole
        Same group over the whole territory; None when ``cell`` is that.
    far
        What residents are: « à plus de 15 minutes à pied d’une pharmacie ».
    few
        Counts under this number are kept back.
    repealed
        Whether the priority quarters are former ones.
    """
    measure = cell.measures.get(key) if cell else None
    if cell is None or measure is None:
        return "Ce chiffre n’existe pas pour ce choix."
    if measure.value is None:
        return typeset(_absent(cell, measure, few))
    if key == "people":
        return typeset(f"{number(measure.value)} {_people(cell.group)} vivent {_at(cell, repealed)}.")
    compared = _compared(measure, whole.measures.get(key) if whole else None)
    where = "" if cell.layer == WHOLE else f" {_of(cell, repealed)}"
    if measure.value == 0:
        return typeset(f"Aucun {_people(cell.group, one=True)}{where} n’est {far}.{compared}")
    told = shown(key, measure, few)
    about = "environ " if measure.status is Status.ESTIMATE else ""
    between = f" ({told.detail})" if told.detail else ""
    share = f"{about}{percent(measure.value)}{between}"
    return typeset(f"{capital(share)} des {_people(cell.group)}{where} sont {far}.{compared}")


def _absent(cell: Cell, measure: Measure, few: int) -> str:
    """Why a cell has no number."""
    where = "" if cell.layer == WHOLE else f" pour « {cell.zone_name} »"
    if measure.status is Status.SUPPRESSED:
        return f"Chiffre masqué{where} : il porterait sur moins de {few} personnes."
    why = f" : {REASONS[measure.reason]}" if measure.reason else ""
    return f"Non calculé{where}{why}."


def _compared(measure: Measure, whole: Measure | None) -> str:
    """« C’est 23 points de plus que dans l’ensemble du territoire (18 %). »."""
    if whole is None or whole.value is None or measure.value is None:
        return ""
    difference = measure.value - whole.value
    if percent(measure.value) == percent(whole.value):
        return f" C’est autant que dans l’ensemble du territoire ({percent(whole.value)})."
    side = "de plus" if difference > 0 else "de moins"
    return f" C’est {points(difference)} {side} que dans l’ensemble du territoire ({percent(whole.value)})."


def _people(group: str, *, one: bool = False) -> str:
    """« habitants », « habitants de 65 ans et plus »; « habitant » for one."""
    if group == DWELLINGS:
        return "logement présumé" if one else "logements présumés"
    who = "habitant" if one else "habitants"
    return who if group == WHOLE else f"{who} de {group_label(group)}"


def _of(cell: Cell, repealed: bool) -> str:
    """« des Ormeaux », « hors des quartiers prioritaires »."""
    return _together(cell, 0, repealed) or of_place(cell.zone_name)


def _at(cell: Cell, repealed: bool) -> str:
    """« aux Ormeaux », « dans les quartiers prioritaires »."""
    return _together(cell, 1, repealed) or at_place(cell.zone_name)


def _together(cell: Cell, form: int, repealed: bool) -> str:
    if cell.zone not in TOGETHER:
        return ""
    return f"{TOGETHER[cell.zone][form]} {'anciens ' if repealed else ''}quartiers prioritaires"
