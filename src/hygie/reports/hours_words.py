"""Opening hours in words of French."""

from __future__ import annotations

import re

_DAYS = {
    "Mo": "lundi", "Tu": "mardi", "We": "mercredi", "Th": "jeudi", "Fr": "vendredi", "Sa": "samedi",
    "Su": "dimanche", "PH": "jours fériés", "SH": "vacances scolaires",
}  # fmt: skip
_TOKEN = re.compile(r"\b(Mo|Tu|We|Th|Fr|Sa|Su|PH|SH)\b")
_SPAN = re.compile(r"(\d{1,2}):(\d\d)\s*-\s*(\d{1,2}):(\d\d)")
_PLAIN = re.compile(r"[A-Za-z0-9 ,:\-;/]*")


def hours_lines(hours: str) -> tuple[str, ...]:
    """Hours as sentences of French, one rule a line; as written where they are not plain."""
    rules = [rule.strip() for rule in hours.split(";") if rule.strip()]
    if not all(_PLAIN.fullmatch(rule) for rule in rules):
        return tuple(rules)
    return tuple(_in_french(rule) for rule in rules)


def _in_french(rule: str) -> str:
    if rule == "24/7":
        return "jour et nuit, tous les jours"
    days, spans = _SPAN.sub(" ", rule), _SPAN.findall(rule)
    closed = re.search(r"\b(off|closed)\b", days) is not None
    named = re.sub(r"\b(off|closed)\b", " ", days)
    named = _TOKEN.sub(lambda found: _DAYS[found[1]], named).strip(" ,")
    named = re.sub(r"(\w)\s*-\s*(\w)", r"\1 au \2", re.sub(r"\s*,\s*(?=\w)", ", ", named))
    said = ", ".join(f"{int(a)} h {b} à {int(c)} h {d}".replace(" h 00", " h") for a, b, c, d in spans)
    said = "fermé" if closed else said
    return f"{named} : {said}" if named and said else named or said
