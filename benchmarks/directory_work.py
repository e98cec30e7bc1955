"""What the directory bench does once Django is ready: fills a directory, then asks it questions."""

from __future__ import annotations

import random
import statistics
import time
from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta

from django.core.management import call_command
from django.db import connection, transaction

from hygie.apps.core.organisations.models import Organisation
from hygie.apps.core.organisations.roles import Kind
from hygie.apps.directory.indexing import index
from hygie.apps.directory.models import Entry
from hygie.apps.directory.origins import Origin, Spot
from hygie.apps.directory.searching import Query, find
from hygie.apps.directory.vocabulary import categories
from hygie.apps.directory.words import plain
from hygie.engines.kernel.plane import Plane
from hygie.engines.streets.crowfly import CrowFlyTravel

BATCH = 2_000
SEED = 7
NOW = datetime(2026, 11, 24, 10, 0)  # noqa: DTZ001  # hours are local, without time zone
HOURS = ("Mo-Fr 08:30-12:00,14:00-18:30", "24/7", "", "Sa 09:00-12:00", "Mo-Sa 09:00-19:00; PH off")
_SOUNDS = "ba be bi bo bu cha cle dor fau gra lan lus mar mont nar ort pui ra ser tel val vic yon"
SYLLABLES = _SOUNDS.split()


def fill(count: int) -> None:
    """Write ``count`` invented entries, with names of a few thousand words."""
    call_command("migrate", verbosity=0)
    draw = random.Random(SEED)
    names = ["".join(draw.choices(SYLLABLES, k=draw.randint(2, 4))) for _ in range(6_000)]
    town = Organisation.objects.create(name="Essai", slug="essai", kind=Kind.COMMUNE, hosts=True)
    for start in range(0, count, BATCH):
        entries = list(_drawn(draw, names, town, min(BATCH, count - start)))
        with transaction.atomic():
            index(Entry.objects.bulk_create(entries))
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def _drawn(draw: random.Random, names: list[str], town: Organisation, count: int) -> Iterator[Entry]:
    kinds = list(categories().values())
    for _ in range(count):
        kind, words = draw.choice(kinds), draw.sample(names, 2)
        name = f"{kind.title} {words[0]} {words[1]}".capitalize()
        yield Entry(
            organisation=town,
            category=kind.key,
            name=name,
            sort_name=plain(name),
            address=f"{draw.randint(1, 90)} rue {draw.choice(names)}",
            hours=draw.choice(HOURS),
            lon=draw.uniform(-0.5, 0.5),
            lat=46.3 + draw.uniform(-0.4, 0.4),
            as_of=date(2026, 11, 1) - timedelta(days=draw.choice((0, 100, 400))),
            accessibility=draw.choice(("", "·step_free+·")),
        )


def questions() -> dict[str, Query]:
    """What people ask, the heaviest kinds included."""
    some = Entry.objects.order_by("pk")[1234:1235].get()
    word = some.sort_name.split()[-1]
    slip = word[0] + word[2:]
    model = CrowFlyTravel(Plane(0.0, 46.3), metres_per_minute=79.8, detour_factor=1.3)
    origin = Origin(Spot("zone:x:1", "Centre", "quartier", 0.0, 46.3), model)
    return {
        "one rare word": Query(word),
        "the beginning of a word": Query(word[:4]),
        "a slip of the finger": Query(slip),
        "a common word": Query("pharmacie"),
        "two words, one common": Query(f"pharmacie {word}"),
        "two common words": Query("centre sante"),
        "the street of one": Query("rue " + plain(some.address).split()[-1]),
        "a category": Query(category="pharmacy"),
        "a category, page 20": Query(category="pharmacy", page=20),
        "open now": Query(open_now=True),
        "a category, open now": Query(category="pharmacy", open_now=True),
        "step-free": Query(facts=("step_free",)),
        "near an origin": Query(origin=origin),
        "a common word, open now, near": Query("pharmacie", open_now=True, origin=origin),
        "nothing answers": Query("xyzzyx pharmacie"),
    }


def measured(repeat: int) -> dict[str, tuple[int, float, float]]:
    """By question: answers, median and worst milliseconds, warm."""
    told = {}
    for name, query in questions().items():
        total = find(query, NOW).total
        times = sorted(_timed(lambda query=query: find(query, NOW)) for _ in range(repeat))  # type: ignore[misc]  # bound now
        told[name] = (total, statistics.median(times), times[-1])
    return told


def _timed(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return 1000 * (time.perf_counter() - start)
