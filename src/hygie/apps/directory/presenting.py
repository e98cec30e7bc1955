"""An entry in words: how old its news is, who said it, whether it is open, how far it is."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

import numpy as np

from hygie.apps.directory.models import Accepts, Entry
from hygie.apps.directory.openings import UNKNOWN, opening
from hygie.apps.directory.policies import accepts_now, is_old
from hygie.apps.directory.searching import Found, Hit
from hygie.apps.directory.vocabulary import LANGUAGES, catalogue, category_title
from hygie.apps.territory.selectors import Opened
from hygie.engines.kernel.french import WIDE, counted, long_date, number, typeset
from hygie.engines.reach.days import Calendar
from hygie.engines.reach.opening import State
from hygie.reports.ground import Ground

OPEN_WORDS = {
    State.OPEN: "ouvert maintenant",
    State.CLOSED: "fermé maintenant",
    State.UNKNOWN: "ouverture inconnue",
}

MOSTLY = 0.6
"""Share of the answers that a closer window holds: the others are counted as off the map."""


@dataclass(frozen=True)
class Card:
    """One answer as the list shows it."""

    rank: int
    entry: Entry
    category: str
    opening: str
    state: str
    why: str
    minutes: str
    age: str
    old: bool
    patients: str


@dataclass(frozen=True, slots=True)
class Pin:
    """A number on the map, in drawing units."""

    rank: int
    x: int
    y: int


@dataclass(frozen=True)
class PinMap:
    """The map beside the list: its ground, its pins, and where one walks from."""

    ground: Ground
    pins: tuple[Pin, ...]
    origin: tuple[int, int] | None
    outside: int


def cards(found: Found, now: datetime, first: int, known: Calendar = UNKNOWN) -> tuple[Card, ...]:
    """Answers of a page, numbered from ``first``."""
    return tuple(
        card(hit, now, first + i, known=known, estimate=found.estimate) for i, hit in enumerate(found.hits)
    )


def card(hit: Hit, now: datetime, rank: int, *, known: Calendar = UNKNOWN, estimate: bool = False) -> Card:
    """One answer."""
    entry, told = hit.entry, opening(hit.entry.hours, now, known)
    return Card(
        rank=rank,
        entry=entry,
        category=category_title(entry.category),
        opening=OPEN_WORDS[told.state],
        state=told.state.value,
        why=told.reason,
        minutes=minutes_words(hit.minutes, estimate),
        age=age_words(entry),
        old=is_old(entry, now.date()),
        patients=patients_words(entry, now.date()),
    )


def minutes_words(minutes: float | None, estimate: bool) -> str:
    """« 12 min à pied »; rounded up, so that nobody arrives late."""
    if minutes is None:
        return ""
    if math.isinf(minutes):
        return "hors d’atteinte à pied"
    about = "environ " if estimate else ""
    return f"{about}{number(max(1, math.ceil(minutes - 1e-9)))}{WIDE}min à pied"


def age_words(entry: Entry) -> str:
    """Who said it, and when."""
    if entry.confirmed_on is not None:
        by = f" par {entry.confirmed_by.name}" if entry.confirmed_by_id and entry.confirmed_by else ""
        return f"Confirmée le {long_date(entry.confirmed_on)}{by}"
    dated = entry.vintage[:4].isdigit()
    when = f"{'juste au' if dated else 'lue le'} {long_date(entry.as_of)}"
    return f"D’après {source_words(entry)}, {when}, jamais confirmée sur place"


def source_words(entry: Entry) -> str:
    """The source of an entry, with its vintage."""
    sheet = catalogue().sources.get(entry.source)
    title = sheet.title if sheet else entry.source or entry.organisation.name
    return f"{title} ({entry.vintage})" if entry.vintage else title


def patients_words(entry: Entry, on: date) -> str:
    """« Accepte de nouveaux patients, dit par … le … »; empty when nobody said it lately."""
    said = accepts_now(entry, on)
    if said is Accepts.UNKNOWN or entry.accepts_on is None:
        return ""
    who = entry.accepts_by.name if entry.accepts_by else "la source"
    return f"{said.label} (dit par {who} le {long_date(entry.accepts_on)})"


def languages_words(entry: Entry) -> str:
    """« français, arabe »."""
    return ", ".join(LANGUAGES[key] for key in entry.languages.split() if key in LANGUAGES)


def count_words(found: Found) -> str:
    """The answer first: how many."""
    if not found.total:
        return "Aucune fiche ne répond à cette recherche."
    more = "Plus de " if found.more else ""
    return typeset(f"{more}{counted(found.total, 'fiche', 'fiches')}.")


def pin_map(
    opened: Opened | None, shown: Sequence[Card], origin: tuple[float, float] | None
) -> PinMap | None:
    """The smallest drawn window that holds most answers of the page; None without territory nor position."""
    placed = [c for c in shown if c.entry.lon is not None and c.entry.lat is not None]
    if opened is None or not placed or not opened.scene.stage.windows:
        return None
    lon = [float(c.entry.lon or 0.0) for c in placed] + ([origin[0]] if origin else [])
    lat = [float(c.entry.lat or 0.0) for c in placed] + ([origin[1]] if origin else [])
    windows = sorted(opened.scene.stage.windows, key=lambda window: window.frame.metres)
    for window in windows:
        units = window.frame.units(np.array(lon), np.array(lat))
        inside = window.frame.holds(units, margin=12)
        if inside.mean() >= MOSTLY and (origin is None or inside[-1]):
            break
    spots = [(round(float(x)), round(float(y))) for x, y in units]
    pins = tuple(Pin(c.rank, *spot) for c, spot, held in zip(placed, spots, inside, strict=False) if held)
    start = spots[-1] if origin and inside[-1] else None
    return PinMap(window, pins, start, len(placed) - len(pins))
