"""What somebody wants to try, step by step: in an address, in JSON, and as the engine takes it.

An address holds one field ``e`` a step, in order, so that undoing is leaving the last one out:
``fermer:IDENTIFIANT``, ``ouvrir:CATEGORIE:LON:LAT:CAPACITE``, ``deplacer:LON:LAT:IDENTIFIANT``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
from django.utils.http import urlencode
from jsonschema import Draft202012Validator

from hygie.engines.diagnosis.changes import Opening, PlannedChange
from hygie.engines.kernel.errors import HygieError
from hygie.engines.kernel.french import capital, counted, number
from hygie.engines.kernel.territory import Places
from hygie.readers.catalogue import Catalogue

FIELD = "e"
MOST = 20
"""Most steps of a scenario: more is no longer read by anybody, and each costs time."""

CLOSE, OPEN, MOVE = "close", "open", "move"
WORDS = {CLOSE: "fermer", OPEN: "ouvrir", MOVE: "deplacer"}

DECIMALS = 5
"""Of degrees: about a metre."""

_PLACE = {"type": "string", "minLength": 1, "maxLength": 120, "pattern": r"^[^\u0000-\u001f\u007f]+\Z"}
_LON = {"type": "number", "minimum": -180, "maximum": 180}
_LAT = {"type": "number", "minimum": -90, "maximum": 90}


def _step_schema(do: str, **fields: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": {"do": {"const": do}, **fields},
        "required": ["do", *fields],
        "additionalProperties": False,
    }


SCHEMA: dict[str, Any] = {
    "type": "array",
    "maxItems": MOST,
    "items": {
        "oneOf": [
            _step_schema(CLOSE, place=_PLACE),
            _step_schema(
                OPEN,
                category={"type": "string", "pattern": r"^[a-z_]{1,40}\Z"},
                lon=_LON,
                lat=_LAT,
                capacity={"type": "number", "exclusiveMinimum": 0, "maximum": 1000},
            ),
            _step_schema(MOVE, place=_PLACE, lon=_LON, lat=_LAT),
        ]
    },
}
"""JSON schema of the steps of a scenario, as the database keeps them."""


@dataclass(frozen=True, slots=True)
class Step:
    """One thing to do.

    ``place`` is an identifier, empty when opening; ``category`` is empty unless opening; ``lon`` and
    ``lat`` are degrees, zero when closing.
    """

    do: str
    place: str = ""
    category: str = ""
    lon: float = 0.0
    lat: float = 0.0
    capacity: float = 1.0

    @property
    def text(self) -> str:
        """The step as an address says it."""
        where = f"{self.lon:.{DECIMALS}f}:{self.lat:.{DECIMALS}f}"
        if self.do == CLOSE:
            return f"{WORDS[CLOSE]}:{self.place}"
        if self.do == MOVE:
            return f"{WORDS[MOVE]}:{where}:{self.place}"
        return f"{WORDS[OPEN]}:{self.category}:{where}:{self.capacity:g}"


Steps = tuple[Step, ...]


def steps_query(steps: Iterable[Step]) -> str:
    """The steps as the query of an address."""
    return urlencode([(FIELD, step.text) for step in steps])


def steps_json(steps: Iterable[Step]) -> list[dict[str, Any]]:
    """The steps as the database keeps them."""
    kept = {
        CLOSE: ("do", "place"),
        OPEN: ("do", "category", "lon", "lat", "capacity"),
        MOVE: ("do", "place", "lon", "lat"),
    }
    return [{name: getattr(step, name) for name in kept[step.do]} for step in steps]


def steps_of_json(raw: object) -> Steps:
    """The steps that the database or a request holds.

    Raises
    ------
    HygieError
        If they break the schema.
    """
    if not isinstance(raw, list) or next(_validator().iter_errors(raw), None) is not None:
        raise unreadable()
    return tuple(_rounded(Step(**item)) for item in raw)


def steps_of_query(texts: Sequence[str]) -> Steps:
    """The steps that an address holds.

    Raises
    ------
    HygieError
        If one cannot be read, or there are too many.
    """
    if len(texts) > MOST:
        raise HygieError(
            f"Un scénario compte {MOST} changements au plus.",
            why=f"L’adresse en demande {len(texts)}.",
            fix="Faites-en plusieurs scénarios, puis comparez-les.",
        )
    return steps_of_json([_raw(text) for text in texts])


def _raw(text: str) -> dict[str, Any]:
    """A step of an address as JSON; anything else gives what the schema refuses."""
    word, _, rest = text.partition(":")
    parts = rest.split(":")
    if word == WORDS[CLOSE]:
        return {"do": CLOSE, "place": rest}
    if word == WORDS[MOVE] and len(parts) >= 3:
        return {"do": MOVE, "lon": _number(parts[0]), "lat": _number(parts[1]), "place": ":".join(parts[2:])}
    if word == WORDS[OPEN] and len(parts) == 4:
        lon, lat, capacity = map(_number, parts[1:])
        return {"do": OPEN, "category": parts[0], "lon": lon, "lat": lat, "capacity": capacity}
    return {}


def _number(text: str) -> float | None:
    """A plain decimal number; None for anything else, such as ``nan``, ``1e9`` or other digits."""
    plain = text.removeprefix("-")
    whole, _, decimals = plain.partition(".")
    digits = whole + decimals
    if not (digits.isascii() and digits.isdecimal() and whole and len(plain) <= 24):
        return None
    return float(text)


def _rounded(step: Step) -> Step:
    return Step(
        step.do,
        step.place,
        step.category,
        round(float(step.lon), DECIMALS),
        round(float(step.lat), DECIMALS),
        float(step.capacity),
    )


def unreadable() -> HygieError:
    """What is said of an address that was changed by hand, or cut."""
    return HygieError(
        "Ces changements ne sont pas lisibles.",
        why="L’adresse a peut-être été coupée en la copiant.",
        fix="Recommencez depuis un scénario vide.",
    )


def planned(steps: Steps, places: Places) -> PlannedChange:
    """The change as the engine takes it: moving is closing here and opening there.

    Raises
    ------
    HygieError
        If a place is unknown, or is closed or moved twice.
    """
    close: list[str] = []
    opened: list[Opening] = []
    for rank, step in enumerate(steps, start=1):
        if step.do == OPEN:
            opened.append(Opening(step.category, step.lon, step.lat, step.capacity))
            continue
        position = position_of(step.place, places, rank)
        if step.place in close:
            raise HygieError(
                f"Le changement n° {rank} reprend un lieu déjà fermé ou déplacé.",
                fix="Retirez l’un des deux changements.",
            )
        close.append(step.place)
        if step.do == MOVE:
            capacity = float(places.capacity[position])
            known = capacity if np.isfinite(capacity) and capacity > 0 else 1.0
            opened.append(Opening(str(places.categories[position]), step.lon, step.lat, known))
    return PlannedChange(tuple(close), tuple(opened))


def position_of(place: str, places: Places, rank: int) -> int:
    """Where a place stands in the columns.

    Raises
    ------
    HygieError
        If the territory has no such place, saying which step asks for it.
    """
    found = np.flatnonzero(places.ids == place)
    if not found.size:
        raise HygieError(
            f"Le lieu du changement n° {rank} n’existe pas dans ces données.",
            why="Il a peut-être disparu d’une version des données à l’autre.",
            fix="Retirez ce changement, ou choisissez un autre lieu.",
        )
    return int(found[0])


def step_words(step: Step, places: Places, catalogue: Catalogue) -> str:
    """« Fermer « Pharmacie du Port » », « Ouvrir une pharmacie », in plain words."""
    if step.do == OPEN:
        category = catalogue.categories.get(step.category)
        what = category.indefinite if category else f"une sorte de lieu inconnue ({step.category})"
        size = "" if step.capacity == 1 else f", capacité {number(step.capacity, 1).removesuffix(',0')}"
        return f"Ouvrir {what}{size} (point {_point(step)})"
    found = np.flatnonzero(places.ids == step.place)
    name = str(places.names[found[0]]) if found.size else ""
    if found.size and not name:
        name = f"{catalogue.categories[str(places.categories[found[0]])].title} sans nom ({step.place})"
    shown = f"«\u00a0{name}\u00a0»" if name else f"un lieu absent de ces données ({step.place})"
    return f"Fermer {shown}" if step.do == CLOSE else f"Déplacer {shown} (vers le point {_point(step)})"


def _point(step: Step) -> str:
    return f"{number(step.lat, 4)}\u00a0; {number(step.lon, 4)}"


def summary(steps: Steps) -> str:
    """« 2 fermetures, 1 ouverture »."""
    nouns = {
        CLOSE: ("fermeture", "fermetures"),
        OPEN: ("ouverture", "ouvertures"),
        MOVE: ("déplacement", "déplacements"),
    }
    counts = {do: sum(step.do == do for step in steps) for do in nouns}
    told = [counted(count, *nouns[do]) for do, count in counts.items() if count]
    return capital(", ".join(told)) or "Aucun changement"


@cache
def _validator() -> Draft202012Validator:
    return Draft202012Validator(SCHEMA)
