"""What practitioners offer at the places of a territory: practitioners or acts, with their ages."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from hygie.engines.kernel.french import counted, typeset
from hygie.engines.kernel.practitioner import PractitionerTable
from hygie.engines.kernel.territory import Booleans, Floats, Integers, Places
from hygie.engines.reach.catchments import Positions
from hygie.engines.reach.practitioners import Practitioners, supply_of


@dataclass(frozen=True, slots=True)
class CareUnit:
    """What access is counted in: ``factor`` turns supply a standardised resident into ``label``."""

    label: str
    factor: float
    decimals: int
    counts_acts: bool


DOCTORS = CareUnit("médecins pour 10\u202f000 habitants", 10_000.0, 1, counts_acts=False)
ACTS = CareUnit("consultations par an et par habitant", 1.0, 1, counts_acts=True)


@dataclass(frozen=True, eq=False)
class CareSupply:
    """Practitioners, line by line, at the places where they can be consulted.

    Attributes
    ----------
    places
        Positions of these places in the territory's, ascending.
    place
        Rank in ``places`` of each line, shape (n,).
    heads
        Practitioners of each line: one, less where a place counts fewer than it lists, more where
        it lists fewer than it counts.
    amount
        What each line offers, in ``unit`` before its factor.
    age_from, age_to
        Bounds of the age, NaN where unknown.
    unit
        What supply is counted in.
    cap
        Largest amount counted for a line.
    warnings
        French sentences.
    """

    places: Positions
    place: Integers
    heads: Floats
    amount: Floats
    age_from: Floats
    age_to: Floats
    unit: CareUnit
    cap: float
    warnings: tuple[str, ...]

    def lines(self, age: float | None = None) -> Practitioners:
        """The lines for an age limit: an age that may be on either side of it is unknown."""
        if age is None:
            return Practitioners(self.place, self.amount, np.full(len(self.place), np.nan))
        return Practitioners(self.place, self.amount, np.where(self.known(age), self.age_from, np.nan))

    def known(self, age: float) -> Booleans:
        """Lines whose age is surely on one side of a limit, shape (n,)."""
        return np.asarray((self.age_from >= age) | (self.age_to < age), np.bool_)

    def by_place(self) -> Floats:
        """Supply of each place, shape (places,)."""
        return supply_of(self.lines(), len(self.places), cap=self.cap)


def care_supply(
    places: Places, table: PractitionerTable | None, categories: tuple[str, ...], *, activity_cap: float
) -> CareSupply:
    """What practitioners offer, from the capacity of places and the practitioners known one by one.

    A place offers its capacity; where that is unknown, the practitioners listed there, else one
    practitioner for the first category, and nothing for the others. Practitioners that a place counts
    and does not list are of unknown age and activity. Supply is in acts when the activity of every
    practitioner is known, else in practitioners: the two cannot be added.

    Parameters
    ----------
    places
        Places of the territory.
    table
        Practitioners known one by one; those of the profession ``categories[0]`` count, wherever they are.
    categories
        Categories of place whose capacity is a number of such practitioners, the main one first.
    activity_cap
        Largest activity counted for a practitioner, acts a year.

    Raises
    ------
    ValueError
        If a practitioner is at a place that the territory has not.
    """
    listed, columns = _listed(places, table, categories[0])
    kept = _offering(places, categories, listed)
    rank = np.full(len(places), -1, np.int32)
    rank[kept] = np.arange(len(kept), dtype=np.int32)
    heads, assumed = _heads(places, categories, kept, rank[listed])
    unlisted = np.flatnonzero(heads.rest > 0)
    blank = np.full(len(unlisted), np.nan)
    activity, age_from, age_to = (np.concatenate([column, blank]) for column in columns)
    amount = np.concatenate([heads.each[rank[listed]], heads.rest[unlisted]])
    acts = bool(len(activity)) and bool(np.isfinite(activity).all())
    return CareSupply(
        places=kept,
        place=np.concatenate([rank[listed], unlisted.astype(np.int32)]),
        heads=amount,
        amount=activity if acts else amount,
        age_from=age_from,
        age_to=age_to,
        unit=ACTS if acts else DOCTORS,
        cap=activity_cap if acts else np.inf,
        warnings=_warnings(assumed, 0 if acts else int(np.isfinite(activity).sum()), len(activity)),
    )


@dataclass(frozen=True)
class _Heads:
    """Practitioners of each listed line of a place, and those it counts besides; shape (places,)."""

    each: Floats
    rest: Floats


def _heads(places: Places, categories: tuple[str, ...], kept: Positions, at: Integers) -> tuple[_Heads, int]:
    """Practitioners of each place; how many places are counted for one, nothing being known of them."""
    count = np.bincount(at, minlength=len(kept)).astype(np.float64)
    own = np.isin(places.categories[kept], categories)
    capacity = np.where(own, places.capacity[kept], np.nan)
    said = np.isfinite(capacity)
    total = np.where(said, capacity, np.where(count > 0, count, 1.0))
    each = np.divide(np.minimum(total, count), count, out=np.zeros(len(kept)), where=count > 0)
    assumed = int(np.count_nonzero(~said & (count == 0)))
    return _Heads(each, np.maximum(total - count * each, 0.0)), assumed


def _listed(
    places: Places, table: PractitionerTable | None, profession: str
) -> tuple[Positions, tuple[Floats, Floats, Floats]]:
    """Position of the place of each practitioner of the profession; activity and bounds of the age."""
    if table is None:
        none = np.zeros(0)
        return np.zeros(0, np.int64), (none, none, none)
    lines = np.flatnonzero(table.professions == profession)
    if not len(lines):
        return np.zeros(0, np.int64), (table.activity[lines], table.age_from[lines], table.age_to[lines])
    order = np.argsort(places.ids, kind="stable")
    wanted = table.places[lines]
    found = np.searchsorted(places.ids, wanted, sorter=order)
    position = order[np.minimum(found, len(order) - 1)] if len(order) else np.zeros(0, np.int64)
    if len(position) != len(wanted) or np.any(places.ids[position] != wanted):
        raise ValueError("a practitioner is at a place that the territory has not")
    return position.astype(np.int64), (table.activity[lines], table.age_from[lines], table.age_to[lines])


def _offering(places: Places, categories: tuple[str, ...], listed: Positions) -> Positions:
    """Places that offer something, ascending."""
    others = places.of(*categories[1:])
    counted_others = others[np.isfinite(places.capacity[others])]
    return np.union1d(np.union1d(places.of(categories[0]), counted_others), listed).astype(np.int64)


def _warnings(assumed: int, known: int, lines: int) -> tuple[str, ...]:
    texts = []
    if assumed:
        texts.append(
            f"{counted(assumed, 'lieu dont', 'lieux dont')} le nombre de médecins est inconnu : "
            f"{'compté' if assumed == 1 else 'comptés'} pour un médecin chacun."
        )
    if known:
        texts.append(
            f"L’activité n’est connue que pour {known} lignes de praticiens sur {lines} : "
            "l’offre est comptée en médecins, pas en consultations."
        )
    return tuple(typeset(text) for text in texts)
