"""The catalogue as typed values: what a file of it says, once checked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from difflib import get_close_matches
from itertools import pairwise
from typing import Any, TypeVar

from hygie.engines.kernel.errors import HygieError
from hygie.engines.kernel.french import long_date
from hygie.engines.kernel.measures import FigureUse
from hygie.readers.catalogue.official import OfficialIndicator

Entry = TypeVar("Entry")


@dataclass(frozen=True, slots=True)
class DatedValue:
    """A value of a figure, in force from ``since`` to ``until``, both included.

    ``until`` is None when no end is known; ``status`` is ``verified`` or ``to-verify``.
    """

    since: date
    until: date | None
    value: float
    status: str
    source: str
    note: str = ""

    def __post_init__(self) -> None:
        if self.until is not None and self.until < self.since:
            raise ValueError(f"a value in force from {self.since} cannot end on {self.until}")

    def in_force(self, on: date) -> bool:
        """True when this value applies on a day."""
        return self.since <= on and (self.until is None or on <= self.until)


@dataclass(frozen=True, slots=True)
class Figure:
    """A number of law or practice: dated, sourced, saying whether its source was read.

    ``values`` are in ascending order of date and never overlap.
    """

    key: str
    title: str
    unit: str
    values: tuple[DatedValue, ...]

    def __post_init__(self) -> None:
        if not self.values:
            raise ValueError(f"figure {self.key!r} has no value")
        for before, after in pairwise(self.values):
            if (before.until or before.since) >= after.since:
                raise ValueError(f"figure {self.key!r} has two values on {after.since}")

    def on(self, day: date) -> FigureUse:
        """The value in force on a day.

        A value without an end is in force until the day before the next one.

        Raises
        ------
        HygieError
            If no value is in force that day: none is guessed.
        """
        begun = [value for value in self.values if value.since <= day]
        if begun and begun[-1].in_force(day):
            value = begun[-1]
            return FigureUse(
                self.key, value.value, self.unit, value.since.isoformat(), value.status, value.source
            )
        if begun:
            why = f"La valeur précédente s’arrête le {long_date(begun[-1].until or begun[-1].since)}."
        else:
            why = f"La première valeur connue commence le {long_date(self.values[0].since)}."
        raise HygieError(
            f"La valeur de référence « {self.key} » ({self.title}) n’existe pas au {long_date(day)}.",
            why=why,
            fix="Changez la date, ou ajoutez la valeur de cette date, avec sa source, au catalogue.",
        )


@dataclass(frozen=True, slots=True)
class Category:
    """A kind of place, and how French sentences name it.

    Attributes
    ----------
    key
        Word of the closed vocabulary.
    title, plural
        « pharmacie », « pharmacies ».
    indefinite, definite, of
        « une pharmacie », « la pharmacie », « de pharmacie ».
    description
        What can be obtained there.
    capacity_unit
        Singular and plural of the unit of ``capacity``; None when it is not counted.
    """

    key: str
    title: str
    plural: str
    indefinite: str
    definite: str
    of: str
    description: str
    capacity_unit: tuple[str, str] | None = None


@dataclass(frozen=True)
class SourceSheet:
    """What a data set is, and how to read it.

    Attributes
    ----------
    key, title, publisher, licence, licence_status, page, address, rhythm, attribution
        As declared; addresses are text to show, empty when none is known.
    presence_only
        True when the absence of a place does not mean that it does not exist.
    provides
        Categories of place that the data set can give.
    fictional
        True for invented data.
    since, until
        When a zoning was in force; None when it has no date, or no end.
    layer, layer_title
        Key and title of the layer of zones it gives, or empty.
    columns
        Accepted names of each column, by role, the official one first.
    notes
        Limits to know.
    raw
        The sheet as written: ``mapping`` and ``tables`` belong to the reader of the data set.
    """

    key: str
    title: str
    publisher: str
    licence: str
    licence_status: str
    page: str
    address: str
    rhythm: str
    attribution: str
    presence_only: bool
    provides: frozenset[str]
    fictional: bool
    since: date | None
    until: date | None
    layer: str
    layer_title: str
    columns: Mapping[str, tuple[str, ...]]
    notes: tuple[str, ...]
    raw: Mapping[str, Any]

    @property
    def statistics(self) -> tuple[str, ...]:
        """Keys of the statistics that its table gives; empty when it is no table of indicators."""
        return tuple(value["key"] for value in self.raw.get("tables", {}).get("values", ()))

    def in_force(self, on: date) -> bool:
        """True when the zoning applies on a day; always true for what has no date."""
        return (self.since is None or self.since <= on) and (self.until is None or on <= self.until)


@dataclass(frozen=True, slots=True)
class Moment:
    """When a place must be open to count.

    ``day`` is ``weekday``, ``saturday`` or ``sunday``, ``hour`` the key of a figure; ``words``,
    ``only`` and ``nothing`` are how sentences say the moment, the only place open, and none.
    """

    day: str
    hour: str
    words: str
    only: str
    nothing: str


@dataclass(frozen=True)
class Indicator:
    """A question of the diagnosis, its formula, how to read it and what it does not say.

    Attributes
    ----------
    key, order
        Name, and rank in the diagnosis.
    kind
        How it is computed: ``population``, ``access``, ``elderly``, ``gap`` or ``closures``.
    title, question, short
        For the page, its title as a question, and for tables.
    subject, target
        Its theme to start a sentence (« pharmacie »), and what residents are far from (« d’une
        pharmacie »); may be empty.
    unit
        Of the main number.
    numerator, denominator
        The formula in words.
    categories
        Places that answer, any of them.
    mode
        ``walk``, ``car`` or empty.
    group
        Age group counted (``65_plus``), or empty for everyone.
    thresholds, main_threshold, figures, smallest_cell
        Keys of figures; ``main_threshold`` is empty when the question has none.
    needs
        Kinds of data without which it is not computed.
    levels
        Where it is read: layers, ``all`` or ``place``.
    headline
        Sentence patterns by case (``answer``, ``nobody``, ``no_place``).
    reading, limits
        How to read it, and what it does not say.
    brief
        True for what is told in one line of a table.
    moment
        When places must be open; None for every kind but ``open``.
    """

    key: str
    order: int
    kind: str
    title: str
    question: str
    short: str
    subject: str
    target: str
    unit: str
    numerator: str
    denominator: str
    categories: tuple[str, ...]
    mode: str
    group: str
    thresholds: tuple[str, ...]
    main_threshold: str
    figures: tuple[str, ...]
    smallest_cell: str
    needs: tuple[str, ...]
    levels: tuple[str, ...]
    headline: Mapping[str, str]
    reading: str
    limits: tuple[str, ...]
    brief: bool = False
    moment: Moment | None = None

    @property
    def all_figures(self) -> tuple[str, ...]:
        """Keys of every figure it uses, each once."""
        hour = () if self.moment is None else (self.moment.hour,)
        return tuple(dict.fromkeys((*self.thresholds, *self.figures, *hour, self.smallest_cell)))


@dataclass(frozen=True)
class Catalogue:
    """Figures, source sheets, indicators and categories, by key; indicators in their order.

    ``indicators`` are computed; ``official`` are read from official tables.
    """

    figures: Mapping[str, Figure]
    sources: Mapping[str, SourceSheet]
    indicators: Mapping[str, Indicator]
    categories: Mapping[str, Category]
    official: Mapping[str, OfficialIndicator] = field(default_factory=dict)

    def figure(self, key: str, on: date) -> FigureUse:
        """Value of a figure in force on a day.

        Raises
        ------
        HygieError
            If the key is unknown, or no value is in force that day.
        """
        return find(self.figures, key, "valeur de référence").on(on)

    def source(self, key: str) -> SourceSheet:
        """Sheet of a data set; HygieError, with the closest keys, when there is none."""
        return find(self.sources, key, "fiche de source")

    def indicator(self, key: str) -> Indicator:
        """Indicator of a key; HygieError, with the closest keys, when there is none."""
        return find(self.indicators, key, "fiche d’indicateur")

    def category(self, key: str) -> Category:
        """Category of a key; HygieError, with the closest keys, when there is none."""
        return find(self.categories, key, "catégorie de lieu")


def find(entries: Mapping[str, Entry], key: str, kind: str) -> Entry:
    """Entry of a key, or a HygieError that proposes the closest keys.

    ``kind`` is the French feminine noun of what is looked for.
    """
    if key in entries:
        return entries[key]
    close = get_close_matches(key, list(entries), n=3, cutoff=0.5)
    proposed = " ou ".join(f"« {word} »" for word in close)
    raise HygieError(
        f"Aucune {kind} ne porte la clé « {key} ».",
        why=f"Le catalogue en contient {len(entries)}.",
        fix=f"Vouliez-vous écrire {proposed} ?" if close else "Vérifiez la clé dans le catalogue.",
    )
