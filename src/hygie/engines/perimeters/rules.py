"""A rule of perimeters as the catalogue tells it: the kinds of places it protects, and how far."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from hygie.engines.kernel.measures import FigureUse


class Cover(StrEnum):
    """What of a place the rule covers."""

    INDOORS = "indoors"
    """What is closed and covered: nothing to draw."""
    GROUND = "ground"
    """The place itself, whole."""
    ACCESSES = "ground_and_accesses"
    """The place itself, and a circle around each of its public accesses."""
    DISTANCE = "ground_and_distance"
    """The place itself, and a band around its edge."""


@dataclass(frozen=True)
class ShapeLine:
    """Shapes of one category, by their tags; ``*`` is any value that is not empty."""

    category: str
    when: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    unless: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True)
class PlaceKind:
    """One kind of places of a rule.

    Attributes
    ----------
    key, article, title, short
        Its name, the paragraph of the text, the words of the text, the name of one such place.
    cover
        What of the place is covered.
    shapes
        Which drawn shapes are such places: one line is enough.
    places
        Categories of places that are such, where nothing is drawn.
    when_words, unknown_when
        When the rule holds, as the text says; what to say where it depends on hours that the source does
        not give, empty where it does not depend on them.
    school
        Whether these are schools, around which shops are counted.
    note, why_absent
        What to read with it, and why nothing is computed; empty mostly.
    """

    key: str
    article: str
    title: str
    short: str
    cover: Cover
    shapes: tuple[ShapeLine, ...]
    places: tuple[str, ...] = ()
    when_words: str = ""
    unknown_when: str = ""
    school: bool = False
    note: str = ""
    why_absent: str = ""


@dataclass(frozen=True)
class SignText:
    """Text of the signs: where a circle surrounds the access, where only the ground is covered, last line."""

    text: str
    text_ground: str
    note: str


@dataclass(frozen=True)
class PerimeterRule:
    """A rule in force on a day.

    Attributes
    ----------
    key, title, question
        Its name and what it answers.
    law
        Whether a text sets the distance; else a council chooses it.
    text, status, since
        The text of law, whether somebody read it, since when.
    metres
        Distance of the circles or of the bands, in metres.
    choices
        Distances to propose; empty where the law sets it.
    from_accesses
        Whether the distance starts from accesses rather than from the edge of the place.
    allows, not_covered
        Sentences: what the law allows, what the rule leaves out.
    counts
        Categories of shapes counted inside.
    sign
        None where no sign is due.
    kinds
        In the order of the text.
    figures
        Figures that were used, the distance first.
    """

    key: str
    title: str
    question: str
    law: bool
    text: str
    status: str
    since: str
    metres: float
    choices: tuple[float, ...]
    from_accesses: bool
    allows: tuple[str, ...]
    not_covered: tuple[str, ...]
    counts: tuple[str, ...]
    sign: SignText | None
    kinds: tuple[PlaceKind, ...]
    figures: tuple[FigureUse, ...] = ()

    def __post_init__(self) -> None:
        if not 0 < self.metres <= MOST_METRES:
            raise ValueError(f"a perimeter has a distance above zero and up to {MOST_METRES} m")


MOST_METRES = 2000.0
"""Widest distance that makes a perimeter; beyond, a whole town is one."""


@dataclass(frozen=True, slots=True)
class PerimeterParameters:
    """How accesses are found and shops counted; metres.

    Attributes
    ----------
    access_near
        A drawn entrance this close to the edge of a place opens it.
    access_facing
        A way this close to a place without entrance gives it a presumed one.
    same_access
        Two accesses of one place closer than this are one.
    same_place
        A point this close to an outline of its kind is the same place.
    density
        Distances within which shops are counted around schools, ascending.
    """

    access_near: float
    access_facing: float
    same_access: float
    same_place: float
    density: tuple[float, ...]
    figures: tuple[FigureUse, ...] = ()

    def __post_init__(self) -> None:
        lengths = (self.access_near, self.access_facing, self.same_access, self.same_place, *self.density)
        if min(lengths) < 0 or list(self.density) != sorted(self.density):
            raise ValueError("distances are not negative, and those of shops ascend")
