"""The hand-drawn part of Clairval: which roads, rails and waters structure it.

Everything here is invented. Coordinates are metres east and north of the old bridge, drawn for
``REFERENCE_PEOPLE`` residents; other sizes are the same drawing at another scale.
"""

from __future__ import annotations

from dataclasses import dataclass

from hygie.territories.clairval.quarters import Line, Point

REFERENCE_PEOPLE = 92_000
CENTRE_LON, CENTRE_LAT = -5.5, 46.3
"""At sea, in the Bay of Biscay: no real place lies under the town."""


RIVER: Line = (
    *((-13000, -1700), (-9000, -1500), (-5000, -1150), (-3200, -720), (-2300, -430), (-1500, -420)),
    *((-750, -310), (-150, -260), (700, -380), (1500, -290), (2100, -210), (3300, -480), (5500, -800)),
    *((8500, -1500), (13000, -2600)),
)
RAIL: Line = (
    *((-13000, 3300), (-6500, 2700), (-3000, 820), (-1700, 700), (-500, 840), (900, 940), (2300, 900)),
    *((3600, 1150), (7000, 2300), (13000, 4000)),
)
CANAL: Line = (
    *((2600, -290), (2680, -900), (2560, -1700), (2250, -2500), (1500, -3500), (1750, -4600), (2300, -7800)),
)
RIVER_HALF, QUAY_HALF = 30.0, 45.0
RAIL_HALF = 20.0
CANAL_HALF, TOWPATH_HALF = 8.0, 14.0
LIMIT = 12_000.0
"""Radius of the Pays de Clairval, metres at the reference size."""

MAIN_ROADS: tuple[Line, ...] = (
    ((0, 640), (120, 890), (-60, 1420), (-400, 3600), (-600, 5600)),
    ((660, 500), (1100, 950), (1900, 1800), (3000, 3300), (4200, 4600), (6500, 5800), (8600, 6400)),
    ((660, 500), (1520, 330), (2400, 620), (3420, 420), (5200, 760), (7200, 600)),
    ((7200, 600), (8200, 3400), (8600, 6400)),
    ((-760, 480), (-1500, 250), (-2350, 320), (-4200, 560), (-6300, 1100), (-8000, 2700), (-9300, 3600)),
    ((-1500, 250), (-1530, 720), (-1720, 1150), (-1850, 1650), (-3300, 3400), (-5200, 5200)),
    ((-5200, 5200), (-2900, 5700), (-600, 5600), (1800, 5400), (4200, 4600)),
    ((-5200, 5200), (-7600, 4700), (-9300, 3600)),
    ((0, 640), (-60, 200), (-130, -260), (-100, -1150), (-240, -1880), (200, -4000), (900, -6400)),
    ((-960, -1100), (-1700, -1550), (-2700, -2500), (-3600, -3000), (-5600, -3250), (-7400, -3900)),
    ((-3600, -3000), (-2350, -4350), (-700, -5700), (900, -6400)),
    ((660, 500), (720, -700), (760, -1130), (1500, -2080), (3000, -3000), (4800, -4300)),
    ((4800, -4300), (7000, -3900), (9000, -4000)),
    ((900, -6400), (3000, -5900), (4800, -4300)),
    ((9000, -4000), (8400, -1500), (7200, 600)),
    ((-7400, -3900), (-7000, -1300), (-6300, 1100)),
    ((1520, -150), (1560, -1000), (1500, -2080)),
    # the southern by-pass and the strip of the school of Bellevue, with no street of its own
    ((-900, -1860), (-240, -1880), (125, -1891), (420, -1900)),
    ((-913, -1700), (-200, -1715), (120, -1725), (407, -1735)),
    ((120, -1725), (125, -1891)),
)
STREETS: tuple[Line, ...] = (
    ((-760, 60), (-60, 200), (690, 120)),
    ((120, 890), (-40, 640)),
    ((690, 120), (1520, 30)),
    ((-960, -700), (-115, -720), (720, -700)),
    ((-2350, -60), (-1500, 250)),
    ((-2330, 1150), (-1720, 1150), (-1380, 1150)),
    ((1560, -1000), (2690, -950), (3060, -900)),
    ((2400, 620), (2350, 1000), (2300, 1600)),
    ((-60, 1420), (700, 1330), (1520, 1340), (2350, 1300), (3050, 1250)),
    ((-600, -1119), (-620, -1708)),
)
FOOTBRIDGES: tuple[Line, ...] = (
    ((-520, -100), (-540, -600)),
    ((2350, 100), (2330, -500)),
    ((520, 700), (540, 1100)),
)


@dataclass(frozen=True, slots=True)
class Reserve:
    """Ground kept whole around a point: a park, a campus. ``hectares`` is its largest size."""

    key: str
    use: str
    name: str
    zone: str
    at: Point
    hectares: float


RESERVES: tuple[Reserve, ...] = (
    Reserve("school-bellevue", "school", "École élémentaire des Coteaux", "bellevue", (300, -1815), 9.0),
    Reserve("hospital", "hospital", "Centre hospitalier de Clairval", "vergers", (2900, 200), 9.0),
    Reserve("clinic", "hospital", "Clinique de la Clère", "gare", (1250, 650), 2.5),
    Reserve("stadium", "sport", "Stade des Coteaux", "bellevue", (-100, -1800), 12.0),
    Reserve("park1", "park", "Jardin du Rempart", "centre", (-480, -60), 0.9),
    Reserve("park2", "park", "Jardin de la Gare", "gare", (1050, 420), 1.8),
    Reserve("park3", "park", "Parc Saint-Éloi", "saint-eloi", (-1650, -80), 4.5),
    Reserve("park4", "park", "Parc des Quais", "port", (330, -850), 2.4),
    Reserve("park5", "park", "Jardin de Bellevue", "bellevue", (-720, -1560), 1.8),
    Reserve("park6", "park", "Parc des Ormeaux", "ormeaux", (-2080, 1330), 4.0),
    Reserve("park7", "park", "Parc des Vergers", "vergers", (2700, -60), 7.0),
    Reserve("park8", "park", "Bois de la Butte", "vergers", (400, 1250), 4.0),
    Reserve("park9", "park", "Jardin de la Plaine", "plaine", (1150, -1650), 2.5),
    Reserve("park10", "park", "Jardin du Vieux Lavoir", "montredon", (-3500, -2850), 0.9),
    Reserve("park11", "park", "Parc de Courtavelle", "courtavelle", (4500, 4900), 3.0),
    Reserve("park12", "park", "Parc de Marsonval", "marsonval", (4500, -4050), 2.5),
    Reserve("park13", "park", "Parc de Lussagny", "lussagny", (-6550, 1450), 2.2),
    Reserve("park14", "park", "Jardin de Saint-Orvain", "saint-orvain", (-350, 5850), 2.0),
    Reserve("park15", "park", "Jardin de Trévanges", "trevanges", (7450, 850), 1.6),
    Reserve("park16", "park", "Jardin de Brézolières", "brezolieres", (650, -6150), 1.6),
    Reserve("park17", "park", "Jardin de Montfaulcy", "montfaulcy", (-5000, 5000), 1.4),
)
BUSINESS: tuple[Line, ...] = (((1640, -1060), (3400, -960), (3400, -2200), (1640, -2200)),)
"""The business park: large plots, no home."""
