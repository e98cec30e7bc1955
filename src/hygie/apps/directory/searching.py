"""Finding entries: words first, then what is asked of a place, then in which order.

At most ``CANDIDATES`` entries are ordered one by one; beyond, the database orders them and the answer
says « plus de ».
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from django.db.models import Case, F, FloatField, IntegerField, Q, QuerySet, Value, When
from django.db.models.expressions import ExpressionWrapper, OrderBy
from django.db.models.functions import Concat

from hygie.apps.directory.indexing import SHORTEST_SLIP
from hygie.apps.directory.models import Accepts, Entry, Posting, Spelling, Word
from hygie.apps.directory.openings import UNKNOWN, open_states
from hygie.apps.directory.origins import Origin, walking_minutes
from hygie.apps.directory.policies import oldest_fresh, oldest_patients
from hygie.apps.directory.vocabulary import YES
from hygie.apps.directory.words import LONGEST, one_slip, shorter, words
from hygie.engines.reach.days import Calendar
from hygie.engines.reach.opening import State

CANDIDATES = 600
COUNTED = 5000
"""Entries beyond which the answer says « plus de » rather than how many."""

WALKED = 300
"""Entries, the nearest as the crow flies, whose minutes are computed."""

PAGE = 20
MOST_WORDS = 8
_RARE = 1500
"""Entries under which those of a word are brought here to be scored."""

_LISTED = 5000
"""Entries under which those of a word are named to the database one by one, and sorted rather than met in
the order of names: for « pharmacie », PostgreSQL would walk half the directory before the first one."""
_NEAR_DEGREES = (0.015, 0.04, 0.12)
"""Half sides of the squares looked at around an origin, until one holds enough: 20 minutes to 2 hours."""

_WITH_NAMES = Entry.objects.select_related("organisation", "confirmed_by", "accepts_by")
"""Entries with the names of the organisations that a list shows."""


@dataclass(frozen=True)
class Query:
    """What is asked; each part may be left out."""

    text: str = ""
    category: str = ""
    open_now: bool = False
    facts: tuple[str, ...] = ()
    new_patients: bool = False
    origin: Origin | None = None
    page: int = 1


@dataclass(frozen=True, slots=True)
class Hit:
    """One entry found. ``minutes`` is None without origin, infinite where no way leads."""

    entry: Entry
    opening: State
    minutes: float | None = None


@dataclass(frozen=True)
class Found:
    """A page of answers.

    Attributes
    ----------
    hits
        Of this page.
    total
        How many in all; at least, when ``more``.
    corrected
        Words of the text read as others: (typed, read).
    estimate
        Whether minutes do not follow real streets.
    """

    hits: tuple[Hit, ...]
    total: int
    page: int
    more: bool = False
    corrected: tuple[tuple[str, str], ...] = ()
    estimate: bool = False

    @property
    def pages(self) -> int:
        """Pages that can be turned."""
        return -(-min(self.total, CANDIDATES) // PAGE)


@dataclass(frozen=True)
class _Matched:
    rows: QuerySet[Entry]
    scores: Mapping[int, int] = field(default_factory=dict)
    corrected: tuple[tuple[str, str], ...] = ()
    listed: bool = False

    @property
    def order(self) -> tuple[OrderBy | str, ...]:
        """By name; few rows are sorted, an index on names would walk all the others."""
        return (Concat(F("sort_name"), Value("")).asc() if self.listed else "sort_name", "pk")


def find(query: Query, now: datetime, known: Calendar = UNKNOWN) -> Found:
    """Published entries that answer a query, best first: fresh before old, then near or fitting, by name.

    Parameters
    ----------
    now
        Local moment, without time zone.
    known
        Calendar of the territory, which tells what is open on holidays.
    """
    matched = _by_words(_WITH_NAMES.filter(published=True), query.text)
    rows = _by_demands(matched.rows, query, now.date())
    if query.origin is None and not query.open_now and not matched.scores:
        return _by_name(rows, matched, query, now, known)
    return _one_by_one(rows, matched, query, now, known)


def _by_demands(rows: QuerySet[Entry], query: Query, today: date) -> QuerySet[Entry]:
    if query.category:
        rows = rows.filter(category=query.category)
    for fact in query.facts:
        rows = rows.filter(accessibility__contains=f"·{fact}{YES}·")
    if query.new_patients:
        rows = rows.filter(accepts=Accepts.YES, accepts_on__gte=oldest_patients(today))
    return rows.exclude(hours="") if query.open_now else rows


def _stale(today: date) -> Case:
    fresh = When(as_of__gte=oldest_fresh(today), then=Value(0))
    return Case(fresh, default=Value(1), output_field=IntegerField())


def _by_name(rows: QuerySet[Entry], matched: _Matched, query: Query, now: datetime, known: Calendar) -> Found:
    """Ordered by the database: the fresh ones, then the old ones, each by an index on names."""
    limit = oldest_fresh(now.date())
    total = rows.order_by().values("pk")[: COUNTED + 1].count()
    start = (query.page - 1) * PAGE
    fresh, old = rows.filter(as_of__gte=limit), rows.filter(as_of__lt=limit)
    page = list(fresh.order_by(*matched.order)[start : start + PAGE])
    if len(page) < PAGE and start + len(page) < total:
        skipped = max(0, start - (fresh.count() if not page else start))
        page += old.order_by(*matched.order)[skipped : skipped + PAGE - len(page)]
    states = open_states([entry.hours for entry in page], now, known)
    hits = tuple(Hit(entry, states[entry.hours]) for entry in page)
    return Found(hits, min(total, COUNTED), query.page, total > COUNTED, matched.corrected)


def _one_by_one(
    rows: QuerySet[Entry], matched: _Matched, query: Query, now: datetime, known: Calendar
) -> Found:
    light = _candidates(rows, matched, query.origin, now.date())
    most = CANDIDATES if query.origin is None else WALKED
    more = len(light) > most
    states = open_states([row[1] for row in light], now, known) if query.open_now else {}
    kept = [row for row in light if not query.open_now or states[row[1]] is State.OPEN][:most]
    minutes, estimate = _minutes(kept, query.origin)
    kept.sort(
        key=lambda row: (row[4], minutes.get(row[0], 0.0), -matched.scores.get(row[0], 0), row[5], row[0])
    )
    chosen = [row[0] for row in kept[(query.page - 1) * PAGE : query.page * PAGE]]
    entries = _WITH_NAMES.in_bulk(chosen)
    page = [entries[identifier] for identifier in chosen if identifier in entries]
    shown = open_states([entry.hours for entry in page], now, known)
    hits = tuple(Hit(entry, shown[entry.hours], minutes.get(entry.pk)) for entry in page)
    return Found(hits, len(kept), query.page, more, matched.corrected, estimate)


Light = tuple[int, str, float | None, float | None, int, str]
"""Identifier, hours, longitude, latitude, whether it is old, name to sort by."""


def _candidates(rows: QuerySet[Entry], matched: _Matched, origin: Origin | None, today: date) -> list[Light]:
    """The entries to look at one by one, one more than can be when there are more."""
    columns = ("pk", "hours", "lon", "lat", "stale", "sort_name")
    rows = rows.annotate(stale=_stale(today))
    if origin is not None:
        near = _square(rows, origin)
        dx, dy = F("lon") - Value(origin.lon), F("lat") - Value(origin.lat)
        apart = ExpressionWrapper(dx * dx * Value(origin.squeeze) + dy * dy, output_field=FloatField())
        nearest = near.annotate(apart=apart).order_by("apart", "pk")
        return list(nearest.values_list(*columns)[: WALKED + 1])
    if matched.scores:
        found = list(rows.values_list(*columns))
        found.sort(key=lambda row: (row[4], -matched.scores.get(row[0], 0), row[5]))
        return found[: CANDIDATES + 1]
    limit, by_name = oldest_fresh(today), rows.order_by(*matched.order).values_list(*columns)
    first = list(by_name.filter(as_of__gte=limit)[: CANDIDATES + 1])
    return first + list(by_name.filter(as_of__lt=limit)[: CANDIDATES + 1 - len(first)])


def _square(rows: QuerySet[Entry], origin: Origin) -> QuerySet[Entry]:
    """The entries of the smallest square around an origin that holds enough of them."""
    near = rows
    for half in _NEAR_DEGREES:
        lon, lat = (origin.lon - half, origin.lon + half), (origin.lat - half, origin.lat + half)
        near = rows.filter(lon__gte=lon[0], lon__lte=lon[1], lat__gte=lat[0], lat__lte=lat[1])
        if near.order_by().values("pk")[: WALKED + 1].count() > WALKED:
            break
    return near


def _minutes(kept: list[Light], origin: Origin | None) -> tuple[dict[int, float], bool]:
    """Walking minutes by entry; those without position come last."""
    if origin is None:
        return {}, False
    placed = [(row[0], row[2], row[3]) for row in kept if row[2] is not None and row[3] is not None]
    found, estimate = walking_minutes(origin, [lon for _, lon, _ in placed], [lat for _, _, lat in placed])
    return {row[0]: minutes for row, minutes in zip(placed, found, strict=True)}, estimate


def _by_words(rows: QuerySet[Entry], text: str) -> _Matched:
    """Entries that hold every word of a text: as it is, as its beginning, else with one slip."""
    asked = [(word, *_readings(word)) for word in words(text)[:MOST_WORDS]]
    if not asked:
        return _Matched(rows.none() if text.strip(" .,;:!?-'’") else rows)
    corrected = tuple((word, near) for word, _, near in asked if near)
    lists = [(Posting.objects.filter(word_id__in=identifiers), word) for word, identifiers, _ in asked]
    counted = sorted(((found[:_LISTED].count(), word, found) for found, word in lists), key=lambda c: c[:2])
    if counted[0][0] < _LISTED:
        scores = _scored([found for _, _, found in counted])
        # the most common texts are ordered by name: there is little to tell their answers apart
        best = scores if counted[0][0] < _RARE else {}
        return _Matched(rows.filter(pk__in=list(scores)), best, corrected, listed=True)
    for _, _, found in counted:
        rows = rows.filter(pk__in=found.values("entry_id"))
    return _Matched(rows, {}, corrected)


def _scored(lists: list[QuerySet[Posting]]) -> dict[int, int]:
    """Entries in all the lists, the shortest first, with the sum of their best weights."""
    scores: dict[int, int] | None = None
    for found in lists:
        mine = found if scores is None else found.filter(entry_id__in=list(scores))
        best: dict[int, int] = {}
        for entry, weight in mine.values_list("entry_id", "weight"):
            best[entry] = max(weight, best.get(entry, 0))
        scores = best if scores is None else {entry: scores[entry] + w for entry, w in best.items()}
    return scores or {}


def _readings(word: str) -> tuple[list[int], str]:
    """Identifiers of the words that a typed one may mean, and what it was read as when it had a slip."""
    begins = Q(text__gte=word, text__lte=f"{word}{'z' * LONGEST}")
    found = list(Word.objects.filter(begins).values_list("pk", flat=True)[:400])
    if found or len(word) < SHORTEST_SLIP - 1 or word.isdigit():
        return found, ""
    forms = [word, *shorter(word)]
    near = set(Spelling.objects.filter(form__in=forms).values_list("word_id", "word__text"))
    near |= set(Word.objects.filter(text__in=forms).values_list("pk", "text"))
    close = sorted((text, pk) for pk, text in near if one_slip(word, text) and len(text) > 3)
    return [pk for _, pk in close], close[0][0] if close else ""
