"""The OpenStreetMap sheet of the catalogue, typed: which tag means what."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property

from hygie.readers.osm.entries import Entry
from hygie.readers.osm.profile_table import ProfileTable
from hygie.readers.osm.tagtests import Tags, TagTest, Values, plain

HEADER = (
    "key", "title", "publisher", "licence", "licence_status", "page", "address", "rhythm",
    "attribution", "completeness",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class PlaceLine:
    """What an object that meets ``test`` gives: categories, or a label counted as unmapped."""

    test: TagTest
    gives: tuple[str, ...]
    label: tuple[str, ...]


@dataclass(frozen=True)
class PlaceTable:
    """Tags → categories of place.

    Attributes
    ----------
    services
        Lists of lines; in each the first line met decides.
    watched
        Keys whose every value must find a line, or be counted as unmapped.
    absent
        Tags of a place that is gone, or closed to residents.
    name_keys
        Where the words of a line are looked for.
    name_key, hours_key, finess_key
        Tags of the name, the opening hours and the FINESS number.
    """

    services: tuple[tuple[PlaceLine, ...], ...]
    watched: tuple[str, ...]
    absent: Values
    name_keys: tuple[str, ...]
    name_key: str
    hours_key: str
    finess_key: str

    @classmethod
    def from_entry(cls, entry: Entry) -> PlaceTable:
        """Read the ``mapping`` of the sheet; raises `InputError`."""
        entry.only("watched", "absent", "name_keys", "name_key", "hours_key", "finess_key", "services")
        return cls(
            tuple(tuple(map(_place_line, service.rows())) for _, service in entry.need("services").pairs()),
            entry.texts_of("watched"),
            Values.from_entry(entry.need("absent")),
            entry.texts_of("name_keys"),
            entry.text_of("name_key"),
            entry.text_of("hours_key"),
            entry.text_of("finess_key"),
        )

    def names(self, tags: Tags) -> str:
        """Every name of an object, as `plain` words."""
        return plain(" | ".join(tags[key] for key in self.name_keys if key in tags))

    @cached_property
    def triggers(self) -> frozenset[str]:
        """Keys without any of which the table has nothing to say: most objects stop here."""
        tests = (line.test.keys for lines in self.services for line in lines)
        return frozenset(self.watched).union(*tests)

    def lines(self, tags: Tags) -> list[PlaceLine]:
        """The line that decides in each service, where one is met."""
        if self.triggers.isdisjoint(tags):
            return []
        names = self.names(tags)
        met = (
            next((line for line in service if line.test.meets(tags, names)), None)
            for service in self.services
        )
        return [line for line in met if line is not None]

    def matters(self, tags: Tags) -> bool:
        """Whether the table has something to say of an object, if only that it does not know it."""
        return any(key in tags for key in self.watched) or bool(self.lines(tags))


def _place_line(entry: Entry) -> PlaceLine:
    entry.only("when", "unless", "named", "gives", "label", "why").text_of("why")
    gives, label = entry.texts_of("gives"), entry.texts_of("label")
    if bool(gives) == bool(label):
        raise entry.fault("soit « gives », soit « label »")
    return PlaceLine(TagTest.from_entry(entry), gives, label)


@dataclass(frozen=True, slots=True)
class BuildingTable:
    """Which objects are buildings, and which of them hold no home."""

    key: str
    never: frozenset[str]
    levels_key: str
    not_dwellings: Values

    @classmethod
    def from_entry(cls, entry: Entry) -> BuildingTable:
        """Read ``tables.buildings``; raises `InputError`."""
        entry.only("key", "never", "levels_key", "not_dwellings", "why").text_of("why")
        return cls(
            entry.text_of("key"),
            frozenset(entry.texts_of("never")),
            entry.text_of("levels_key"),
            Values.from_entry(entry.need("not_dwellings")),
        )

    def is_building(self, tags: Tags) -> bool:
        """Whether tags tell a standing building."""
        return tags.get(self.key, "no") not in self.never


@dataclass(frozen=True, slots=True)
class GreenLine:
    """A kind of green space; ``stated`` when it is public only if its access says so."""

    test: TagTest
    stated: bool


@dataclass(frozen=True, slots=True)
class GreenTable:
    """Which green spaces anyone may enter."""

    lines: tuple[GreenLine, ...]
    access_key: str
    public: frozenset[str]
    closed: Values

    @classmethod
    def from_entry(cls, entry: Entry) -> GreenTable:
        """Read ``tables.greens``; raises `InputError`."""
        entry.only("lines", "access_key", "public", "closed")
        return cls(
            tuple(_green_line(line) for line in entry.need("lines").rows()),
            entry.text_of("access_key"),
            frozenset(entry.texts_of("public")),
            Values.from_entry(entry.need("closed")),
        )

    def line(self, tags: Tags) -> GreenLine | None:
        """The first line met, or None for what is no green space."""
        return next((line for line in self.lines if line.test.meets(tags)), None)

    def is_public(self, line: GreenLine, tags: Tags) -> bool:
        """Whether anyone may enter."""
        if self.closed.any_met(tags):
            return False
        return not line.stated or tags.get(self.access_key, "") in self.public


def _green_line(entry: Entry) -> GreenLine:
    entry.only("when", "unless", "access", "why").text_of("why")
    access = entry.need("access")
    if access.value not in ("open", "stated"):
        raise access.fault("open ou stated")
    return GreenLine(TagTest.from_entry(entry), access.value == "stated")


def _water_line(entry: Entry) -> TagTest:
    entry.only("when", "unless", "why").text_of("why")
    return TagTest.from_entry(entry)


@dataclass(frozen=True, slots=True)
class TreeTable:
    """Tags of single trees, of rows (counted, not expanded) and of the crown's diameter."""

    tree: Values
    row: Values
    crown_key: str

    @classmethod
    def from_entry(cls, entry: Entry) -> TreeTable:
        """Read ``tables.trees``; raises `InputError`."""
        entry.only("tree", "row", "crown_key")
        return cls(
            Values.from_entry(entry.need("tree")),
            Values.from_entry(entry.need("row")),
            entry.text_of("crown_key"),
        )


class Drawn(StrEnum):
    """As what a mapper draws the shapes of a category."""

    AREA = "area"
    POINT = "point"
    BOTH = "both"


@dataclass(frozen=True, slots=True)
class ShapeLine:
    """Which objects are shapes of a category, drawn as what."""

    category: str
    test: TagTest
    drawn: Drawn


@dataclass(frozen=True)
class ShapeTable:
    """Shapes kept besides buildings, green spaces and waters, and what is kept of each.

    ``height_key`` and ``levels_key`` tell heights; ``kept`` are the tags written with a shape.
    """

    lines: tuple[ShapeLine, ...]
    kept: tuple[str, ...]
    hours_key: str
    height_key: str
    highest_metres: float

    @classmethod
    def from_entry(cls, entry: Entry) -> ShapeTable:
        """Read ``tables.shapes``; raises `InputError`."""
        entry.only("lines", "kept", "hours_key", "height_key", "highest_metres")
        return cls(
            tuple(_shape_line(line) for line in entry.need("lines").rows()),
            entry.texts_of("kept"),
            entry.text_of("hours_key"),
            entry.text_of("height_key"),
            entry.number_of("highest_metres"),
        )

    @cached_property
    def triggers(self) -> frozenset[str]:
        """Keys without any of which the table has nothing to say: most objects stop here."""
        return frozenset().union(*(line.test.keys for line in self.lines))

    def of(self, tags: Tags, *, point: bool = False) -> tuple[str, ...]:
        """Categories of an object, a node or else an area: all that it meets."""
        if self.triggers.isdisjoint(tags):
            return ()
        other = Drawn.AREA if point else Drawn.POINT
        met = (line.category for line in self.lines if line.drawn is not other and line.test.meets(tags))
        return tuple(dict.fromkeys(met))


def _shape_line(entry: Entry) -> ShapeLine:
    entry.only("category", "when", "unless", "drawn", "why").text_of("why")
    return ShapeLine(entry.text_of("category"), TagTest.from_entry(entry), entry.word_of("drawn", Drawn))


@dataclass(frozen=True, slots=True)
class Limits:
    """Beyond these, a file is refused or an object simplified; see the sheet for each."""

    decompressed_bytes: float
    expansion: float
    expansion_from_bytes: float
    markup_bytes: float
    square_entries: float
    repair_share: float
    highest_levels: float

    @classmethod
    def from_entry(cls, entry: Entry) -> Limits:
        """Read ``tables.limits``; raises `InputError`."""
        names = tuple(cls.__dataclass_fields__)
        entry.only(*names)
        return cls(*(entry.number_of(name) for name in names))


@dataclass(frozen=True)
class OsmSheet:
    """All the reader knows of the meaning of tags.

    Attributes
    ----------
    header
        Key, title, publisher, licence, page, address, rhythm, attribution, completeness.
    provides
        Categories that lines can give.
    profiles
        Which ways each profile may use.
    places, buildings, greens, waters, shapes, trees, limits
        The other tables.
    """

    header: Mapping[str, str]
    provides: frozenset[str]
    profiles: Mapping[str, ProfileTable]
    places: PlaceTable
    buildings: BuildingTable
    greens: GreenTable
    waters: tuple[TagTest, ...]
    shapes: ShapeTable
    trees: TreeTable
    limits: Limits

    @classmethod
    def from_mapping(cls, mapping: Mapping[str, object]) -> OsmSheet:
        """Type a loaded ``catalogue/sources/openstreetmap.yaml``.

        Raises
        ------
        InputError
            If a table lacks an entry, holds an unknown one, or one of the wrong form.
        """
        top = Entry(mapping).only(*HEADER, "provides", "mapping", "tables", "notes")
        names = ("profiles", "buildings", "greens", "waters", "shapes", "trees", "limits")
        tables = top.need("tables").only(*names)
        places = PlaceTable.from_entry(top.need("mapping"))
        provides = frozenset(top.need("provides").texts())
        for line in (line for lines in places.services for line in lines):
            if not provides.issuperset(line.gives):
                raise top.need("provides").fault(f"aussi {', '.join(line.gives)}, que des lignes donnent")
        return cls(
            {key: top.text_of(key) for key in HEADER},
            provides,
            {name: ProfileTable.from_entry(table, name) for name, table in tables.need("profiles").pairs()},
            places,
            BuildingTable.from_entry(tables.need("buildings")),
            GreenTable.from_entry(tables.need("greens")),
            tuple(_water_line(line) for line in tables.need("waters").rows()),
            ShapeTable.from_entry(tables.need("shapes")),
            TreeTable.from_entry(tables.need("trees")),
            Limits.from_entry(tables.need("limits")),
        )
