"""Which ways a profile may use: the table, and the ruling on one way."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from hygie.engines.streets.graph import THROUGH
from hygie.readers.osm.entries import Entry
from hygie.readers.osm.tagtests import Tags, TagTest


class Verdict(StrEnum):
    """What a line says of a way, before its access tags."""

    ALLOWED = "allowed"
    STATED = "stated"
    FORBIDDEN = "forbidden"


class Heading(StrEnum):
    """The directions a way may be used in, compared with how it is drawn."""

    FORWARD = "forward"
    BACK = "back"
    BOTH = "both"


@dataclass(frozen=True, slots=True)
class WayLine:
    """What one value of a key says.

    ``kind`` is that of `RawWays`; ``speed`` in km/h, 0 where the profile has one speed;
    ``closed_is_area`` when a closed way of this kind is a surface without saying so; ``own_time``
    when the way carries people at its own speed, as a ferry does.
    """

    verdict: Verdict
    kind: int = 0
    speed: float = 0.0
    closed_is_area: bool = False
    own_time: bool = False


@dataclass(frozen=True, slots=True)
class Passage:
    """How a way may be used; ``speed`` in km/h, 0 where the profile has one speed."""

    kind: int
    speed: float
    forward: bool
    back: bool
    area: bool
    own_time: bool


@dataclass(frozen=True, slots=True)
class Ruling:
    """A passage, or None where the way may not be used; ``unknown`` are values the table lacks."""

    passage: Passage | None
    unknown: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class AccessTable:
    """Access keys, the first known value deciding; ``stating`` alone opens a ``stated`` way."""

    keys: tuple[str, ...]
    stating: str
    open: frozenset[str]
    closed: frozenset[str]
    ignored: frozenset[str]

    @classmethod
    def from_entry(cls, entry: Entry) -> AccessTable:
        """Read ``access``; raises `InputError`."""
        entry.only("keys", "stating", "open", "closed", "ignored", "why").text_of("why")
        return cls(
            entry.need("keys").texts(),
            entry.text_of("stating"),
            frozenset(entry.need("open").texts()),
            frozenset(entry.need("closed").texts()),
            frozenset(entry.texts_of("ignored")),
        )

    def ruling(self, tags: Tags, verdict: Verdict) -> tuple[bool, tuple[str, ...]]:
        """Whether access lets through a way of this verdict, and the values the table lacks."""
        for key in self.keys:
            value = tags.get(key)
            if value is None or value in self.ignored:
                continue
            if value in self.open:
                return verdict is Verdict.ALLOWED or key == self.stating, ()
            return False, () if value in self.closed else (f"{key}={value}",)
        return verdict is Verdict.ALLOWED, ()


@dataclass(frozen=True, slots=True)
class BarrierTable:
    """Nodes that cut the ways they lie on."""

    key: str
    closing: frozenset[str]
    closed: frozenset[str]

    @classmethod
    def from_entry(cls, entry: Entry) -> BarrierTable:
        """Read ``barriers``; raises `InputError`."""
        entry.only("key", "closing", "closed", "why").text_of("why")
        return cls(
            entry.text_of("key"),
            frozenset(entry.need("closing").texts()),
            frozenset(entry.need("closed").texts()),
        )


@dataclass(frozen=True)
class ProfileTable:
    """The whole table of one profile.

    Attributes
    ----------
    lines
        By key then value, keys in the order they are looked at.
    conditions
        Tests that change the verdict, in order.
    one_way
        Tests on the directions; the first met decides.
    area_key, area_yes, area_no
        The tag that says a closed way is, or is not, a surface.
    duration_key, speed_key
        Tags of a ferry's crossing time and speed (km/h).
    """

    lines: Mapping[str, Mapping[str, WayLine]]
    conditions: tuple[tuple[TagTest, Verdict], ...]
    access: AccessTable
    one_way: tuple[tuple[TagTest, Heading], ...]
    area_key: str
    area_yes: frozenset[str]
    area_no: frozenset[str]
    duration_key: str
    speed_key: str
    barriers: BarrierTable

    @classmethod
    def from_entry(cls, entry: Entry, profile: str) -> ProfileTable:
        """Read the table of a profile, whose name is the key of verdicts; raises `InputError`."""
        entry.only("ways", "conditions", "access", "one_way", "area", "ferry", "barriers")
        area = entry.need("area").only("key", "yes", "no")
        ferry = entry.need("ferry").only("duration", "speed")
        return cls(
            _lines(entry.need("ways"), profile),
            tuple(_condition(row, profile) for row in entry.need("conditions").rows()),
            AccessTable.from_entry(entry.need("access")),
            tuple(_heading(row) for row in entry.need("one_way").rows()),
            area.text_of("key"),
            frozenset(area.need("yes").texts()),
            frozenset(area.need("no").texts()),
            ferry.text_of("duration"),
            ferry.text_of("speed"),
            BarrierTable.from_entry(entry.need("barriers")),
        )

    @property
    def main_key(self) -> str:
        """The key whose every value must have a line: the first of the table."""
        return next(iter(self.lines))

    def matters(self, tags: Tags) -> bool:
        """Whether the table speaks of a way with these tags, if only to say its value is unknown."""
        return self.main_key in tags or self._line(tags) is not None

    def _line(self, tags: Tags) -> WayLine | None:
        found = (lines.get(tags[key]) for key, lines in self.lines.items() if key in tags)
        return next((line for line in found if line is not None), None)

    def rule(self, tags: Tags, *, closed: bool) -> Ruling:
        """Rule on a way, or on a multipolygon (always ``closed``).

        Parameters
        ----------
        tags
            Of the way.
        closed
            Whether it ends where it starts.
        """
        line = self._line(tags)
        if line is None:
            key = self.main_key
            return Ruling(None, (f"{key}={tags[key]}",) if key in tags else ())
        verdict = self._verdict(line, tags)
        if verdict is Verdict.FORBIDDEN:
            return Ruling(None)
        passes, unknown = self.access.ruling(tags, verdict)
        if not passes:
            return Ruling(None, unknown)
        heading = next((heading for test, heading in self.one_way if test.meets(tags)), None)
        return Ruling(
            Passage(
                line.kind,
                line.speed,
                heading is not Heading.BACK,
                heading is not Heading.FORWARD,
                closed and self._is_area(line, tags),
                line.own_time,
            )
        )

    def _verdict(self, line: WayLine, tags: Tags) -> Verdict:
        verdict = line.verdict
        for test, changed in self.conditions:
            if verdict is Verdict.FORBIDDEN:
                break
            if test.meets(tags):
                verdict = changed
        return verdict

    def _is_area(self, line: WayLine, tags: Tags) -> bool:
        said = tags.get(self.area_key)
        return said in self.area_yes or (line.closed_is_area and said not in self.area_no)

    def cuts(self, tags: Tags) -> bool:
        """Whether a node with these tags cuts the ways through it."""
        barrier = tags.get(self.barriers.key)
        if barrier is None:
            return False
        said = (tags[key] for key in self.access.keys if key in tags and tags[key] not in self.access.ignored)
        access = next(said, None)
        return access in self.barriers.closed or (access is None and barrier in self.barriers.closing)


def _lines(entry: Entry, profile: str) -> dict[str, dict[str, WayLine]]:
    lines: dict[str, dict[str, WayLine]] = {}
    for row in entry.rows():
        line = _line(row, profile)
        values = lines.setdefault(row.text_of("key"), {})
        for value in row.need("values").texts():
            if value in values:
                raise row.fault(f"« {value} » sur une seule ligne")
            values[value] = line
    if not lines:
        raise entry.fault("au moins une ligne")
    _check_speeds(entry, [line for values in lines.values() for line in values.values()])
    return lines


def _line(row: Entry, profile: str) -> WayLine:
    row.only("key", "values", profile, "kind", "speed", "closed_is_area", "own_time", "why").text_of("why")
    verdict = row.word_of(profile, Verdict)
    return WayLine(
        verdict,
        _kind(row, verdict),
        row.number_of("speed") if row.find("speed") else 0.0,
        row.flag_of("closed_is_area"),
        row.flag_of("own_time"),
    )


def _check_speeds(entry: Entry, lines: list[WayLine]) -> None:
    """Refuse a table where a way that may be used lacks the speed that others have."""
    paced = [line.speed > 0 for line in lines if line.verdict is not Verdict.FORBIDDEN and not line.own_time]
    if any(paced) and not all(paced):
        raise entry.fault("une vitesse sur chaque ligne praticable, ou sur aucune")


def _kind(row: Entry, verdict: Verdict) -> int:
    """Kind of drawing; nothing is drawn of a forbidden way."""
    if verdict is Verdict.FORBIDDEN:
        return 0
    kind = row.need("kind")
    if kind.value not in (0, 1, 2, THROUGH):
        raise kind.fault("0, 1, 2 ou 3")
    return int(str(kind.value))


def _condition(row: Entry, profile: str) -> tuple[TagTest, Verdict]:
    row.only("when", profile, "why").text_of("why")
    return TagTest.from_entry(row), row.word_of(profile, Verdict)


def _heading(row: Entry) -> tuple[TagTest, Heading]:
    row.only("when", "only", "why").text_of("why")
    return TagTest.from_entry(row), row.word_of("only", Heading)
