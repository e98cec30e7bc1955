"""Quarters and villages of Clairval: how each is built, who lives there.

All invented. Coordinates are metres east and north of the old bridge.
"""

from __future__ import annotations

from dataclasses import dataclass

from hygie.territories.clairval.characters import (
    BOULEVARD,
    HAMLET,
    OLD,
    PLAIN,
    SMALL_BLOCKS,
    SUBURB_1960,
    SUBURB_1990,
    TOWERS,
    VILLAGE,
    Character,
)

Point = tuple[float, float]
Line = tuple[Point, ...]


@dataclass(frozen=True, slots=True)
class Part:
    """A ring and the sides of the river and of the railway it is kept on (None: both)."""

    ring: Line
    left_bank: bool | None = None
    north_of_rail: bool | None = None


@dataclass(frozen=True, slots=True)
class Zone:
    """A quarter of Clairval, or a village with its commune.

    ``of`` is its name after a noun (« Pharmacie du Port »).
    ``youth`` and ``income`` place its residents: share of children against the average (1 is the
    average), and mean national decile. ``centre`` and ``density`` (people per km²) draw the zones
    that have no ``parts``.
    """

    key: str
    name: str
    of: str
    commune: str
    people: int
    character: Character
    youth: float
    income: float
    centre: Point
    parts: tuple[Part, ...] = ()
    density: float = 1_900.0
    priority: bool = False


TOWN = "00001"
_PORT_EAST: Line = ((720, -700), (660, 500))

QUARTERS: tuple[Zone, ...] = (
    Zone(
        key="centre",
        name="Centre ancien",
        of="du Centre ancien",
        commune=TOWN,
        people=7_000,
        character=OLD,
        youth=0.72,
        income=5.0,
        centre=(-40, 180),
        parts=(Part(((-760, -700), (720, -700), (660, 500), (0, 640), (-760, 480)), left_bank=True),),
    ),
    Zone(
        key="gare",
        name="La Gare",
        of="de la Gare",
        commune=TOWN,
        people=7_500,
        character=BOULEVARD,
        youth=0.90,
        income=5.3,
        centre=(1000, 300),
        parts=(
            Part(
                (
                    *((-760, 480), (0, 640), (660, 500), (720, -700)),
                    *((1520, -700), (1520, 1400), (-760, 1400)),
                ),
                left_bank=True,
                north_of_rail=False,
            ),
        ),
    ),
    Zone(
        key="port",
        name="Le Port",
        of="du Port",
        commune=TOWN,
        people=6_500,
        character=BOULEVARD,
        youth=0.92,
        income=5.2,
        centre=(-100, -650),
        parts=(
            Part(
                (
                    (-960, 300),
                    (-1040, -600),
                    (-960, -1100),
                    (-100, -1150),
                    (360, -1141),
                    (760, -1130),
                    *_PORT_EAST,
                ),
                left_bank=False,
            ),
        ),
    ),
    Zone(
        key="saint-eloi",
        name="Saint-Éloi",
        of="de Saint-Éloi",
        commune=TOWN,
        people=7_500,
        character=SUBURB_1960,
        youth=0.95,
        income=5.8,
        centre=(-1500, 100),
        parts=(
            Part(
                ((-2260, -1000), (-760, -1000), (-760, 480), (-760, 1400), (-2300, 1400), (-2350, 320)),
                left_bank=True,
                north_of_rail=False,
            ),
        ),
    ),
    Zone(
        key="ormeaux",
        name="Les Ormeaux",
        of="des Ormeaux",
        commune=TOWN,
        people=6_000,
        character=TOWERS,
        youth=1.60,
        income=2.3,
        centre=(-1850, 1180),
        parts=(
            Part(
                ((-2330, 300), (-1380, 300), (-1380, 1580), (-1850, 1650), (-2330, 1560)), north_of_rail=True
            ),
        ),
        priority=True,
    ),
    Zone(
        key="bellevue",
        name="Bellevue",
        of="de Bellevue",
        commune=TOWN,
        people=5_500,
        character=SMALL_BLOCKS,
        youth=1.50,
        income=2.6,
        centre=(-300, -1500),
        parts=(
            Part(((-960, -1100), (-100, -1150), (360, -1141), (407, -1735), (420, -1900), (-900, -1860))),
        ),
        priority=True,
    ),
    Zone(
        key="vergers",
        name="Les Vergers",
        of="des Vergers",
        commune=TOWN,
        people=8_500,
        character=SUBURB_1990,
        youth=1.12,
        income=7.0,
        centre=(2350, 350),
        parts=(
            Part(
                (
                    (1520, -700),
                    (3300, -900),
                    (3250, -150),
                    (3420, 420),
                    (3050, 1250),
                    (2300, 1600),
                    (1520, 1680),
                ),
                True,
            ),
            Part(
                ((1520, 400), (1520, 1680), (700, 1650), (250, 1520), (-250, 1480), (-300, 400)),
                north_of_rail=True,
            ),
        ),
    ),
    Zone(
        key="plaine",
        name="La Plaine",
        of="de la Plaine",
        commune=TOWN,
        people=4_300,
        character=PLAIN,
        youth=1.10,
        income=6.2,
        centre=(1300, -1300),
        parts=(
            Part(
                (
                    *(_PORT_EAST[1], _PORT_EAST[0], (760, -1130), (360, -1141), (407, -1735), (420, -1900)),
                    *((1500, -2080), (2150, -2180), (2900, -1950), (3120, -1300), (3000, -700), (3350, 500)),
                ),
                left_bank=False,
            ),
        ),
    ),
    Zone(
        key="montredon",
        name="Montredon",
        of="de Montredon",
        commune=TOWN,
        people=1_300,
        character=HAMLET,
        youth=0.85,
        income=6.0,
        centre=(-3600, -3000),
        density=1_700,
    ),
    Zone(
        "salines", "Les Salines", "des Salines", TOWN, 900, HAMLET, 0.75, 6.4, (-2350, -4350), density=1_500
    ),
)

VILLAGES: tuple[Zone, ...] = (
    Zone(
        key="courtavelle",
        name="Courtavelle",
        of="de Courtavelle",
        commune="00002",
        people=9_000,
        character=VILLAGE,
        youth=1.05,
        income=6.1,
        centre=(4200, 4600),
    ),
    Zone(
        key="marsonval",
        name="Marsonval",
        of="de Marsonval",
        commune="00003",
        people=6_500,
        character=VILLAGE,
        youth=1.08,
        income=6.5,
        centre=(4800, -4300),
    ),
    Zone(
        key="lussagny",
        name="Lussagny",
        of="de Lussagny",
        commune="00004",
        people=5_200,
        character=VILLAGE,
        youth=1.05,
        income=6.0,
        centre=(-6300, 1100),
    ),
    Zone(
        key="saint-orvain",
        name="Saint-Orvain",
        of="de Saint-Orvain",
        commune="00005",
        people=4_300,
        character=VILLAGE,
        youth=1.03,
        income=6.3,
        centre=(-600, 5600),
    ),
    Zone(
        key="trevanges",
        name="Trévanges",
        of="de Trévanges",
        commune="00006",
        people=3_400,
        character=VILLAGE,
        youth=1.00,
        income=6.0,
        centre=(7200, 600),
        density=1_700,
    ),
    Zone(
        key="brezolieres",
        name="Brézolières",
        of="de Brézolières",
        commune="00007",
        people=2_700,
        character=VILLAGE,
        youth=1.00,
        income=5.9,
        centre=(900, -6400),
        density=1_600,
    ),
    Zone(
        key="montfaulcy",
        name="Montfaulcy",
        of="de Montfaulcy",
        commune="00008",
        people=2_100,
        character=VILLAGE,
        youth=0.98,
        income=5.8,
        centre=(-5200, 5200),
        density=1_500,
    ),
    Zone(
        key="pontvielle",
        name="Pontvielle",
        of="de Pontvielle",
        commune="00009",
        people=1_600,
        character=HAMLET,
        youth=0.95,
        income=5.7,
        centre=(8600, 6400),
        density=1_400,
    ),
    Zone(
        key="vaucressac",
        name="Vaucressac",
        of="de Vaucressac",
        commune="00010",
        people=1_200,
        character=HAMLET,
        youth=0.90,
        income=5.5,
        centre=(9000, -4000),
        density=1_300,
    ),
    Zone(
        key="fontcrese",
        name="Fontcrèse",
        of="de Fontcrèse",
        commune="00011",
        people=700,
        character=HAMLET,
        youth=0.80,
        income=5.2,
        centre=(-7400, -3900),
        density=1_200,
    ),
    Zone(
        key="sainte-mauvine",
        name="Sainte-Mauvine",
        of="de Sainte-Mauvine",
        commune="00012",
        people=300,
        character=HAMLET,
        youth=0.70,
        income=5.0,
        centre=(-9300, 3600),
        density=1_000,
    ),
)

ZONES = QUARTERS + VILLAGES
