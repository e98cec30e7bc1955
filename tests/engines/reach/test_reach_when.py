"""Times to what is open: unknown hours are counted neither as open nor as closed."""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime
from typing import Any

import numpy as np
import pytest
from numpy.typing import ArrayLike

from hygie.engines.kernel.minutes import to_minutes
from hygie.engines.kernel.plane import Plane
from hygie.engines.kernel.territory import Places
from hygie.engines.kernel.travel import Movement
from hygie.engines.reach.days import Calendar, Days, ordinary_day, public_holiday
from hygie.engines.reach.reach_when import SupplyAt, supply_at, times_at
from hygie.engines.streets.crowfly import CrowFlyTravel

YEAR = (date(2026, 1, 1), date(2026, 12, 31))
ARMISTICE = date(2026, 11, 11)
CHRISTMAS = date(2026, 12, 25)
CALENDAR = Calendar(Days(frozenset({ARMISTICE, CHRISTMAS}), *YEAR), Days(frozenset(), *YEAR))
SATURDAY = datetime(2026, 11, 28, 15)  # noqa: DTZ001  # opening hours are local
THURSDAY = datetime(2026, 11, 26, 15)  # noqa: DTZ001  # opening hours are local
WEEKLY, LATE = "Mo-Fr 08:00-19:00; Sa 09:00-12:00", "Mo-Sa 08:30-19:30"


def places(hours: list[str]) -> Places:
    n = len(hours)
    texts, blank = np.array([f"p{k}" for k in range(n)]), np.full(n, "")
    return Places(
        ids=texts,
        sites=texts,
        categories=np.full(n, "pharmacy"),
        names=blank,
        lon=np.arange(n) / 100,
        lat=np.zeros(n),
        capacity=np.full(n, np.nan),
        communes=blank,
        inside=np.ones(n, np.bool_),
        sources=blank,
        vintages=blank,
        hours=np.array(hours),
        notes=blank,
        traces=blank,
    )


def movement(lon: ArrayLike, supply: Places) -> Movement:
    model = CrowFlyTravel(Plane(0.0, 0.0), metres_per_minute=80.0, detour_factor=1.0)
    east = np.asarray(lon, np.float64)
    return Movement(model, model.locate(east, np.zeros_like(east)), model.locate(supply.lon, supply.lat))


def test_places_are_told_apart_and_unknown_ones_say_why() -> None:
    supply = supply_at(places([WEEKLY, LATE, "", "", "Lu-Ve 8h"]), np.arange(5), SATURDAY, CALENDAR)
    assert supply.open.tolist() == [1]
    assert supply.closed.tolist() == [0]
    assert supply.unknown.tolist() == [2, 3, 4]
    assert supply.reasons == {"horaires non renseignés": 2, "horaires illisibles": 1}
    assert supply.unknown_share == pytest.approx(0.6)


def test_only_the_places_asked_for_are_judged() -> None:
    supply = supply_at(places([WEEKLY, LATE, ""]), np.array([1]), SATURDAY, CALENDAR)
    assert (supply.open.tolist(), len(supply), supply.unknown_share) == ([1], 1, 0.0)


def test_no_place_gives_no_share_and_no_time() -> None:
    shops = places([WEEKLY])
    nothing = supply_at(shops, np.array([], np.int64), SATURDAY, CALENDAR)
    found = times_at(movement([0.0], shops), np.arange(1), (nothing,))[0]
    assert nothing.unknown_share == pytest.approx(0.0)
    assert np.isnan(to_minutes(found.surely)).all()
    assert times_at(movement([0.0], shops), np.arange(1), ()) == ()


def test_times_go_to_what_is_open_and_at_best_to_what_may_be() -> None:
    shops = places([WEEKLY, "", LATE])
    moves = movement([0.0, 0.02], shops)
    supplies = [supply_at(shops, np.arange(3), moment, CALENDAR) for moment in (SATURDAY, THURSDAY)]
    saturday, thursday = times_at(moves, np.arange(2), supplies)
    hundredth = moves.model.each(moves.people.take([0]), moves.places.take([1]))[0, 0]
    assert to_minutes(saturday.surely) == pytest.approx(to_minutes([2 * hundredth, 0]), abs=1e-4)
    assert to_minutes(saturday.at_best) == pytest.approx(to_minutes([hundredth, 0]), abs=1e-4)
    assert thursday.surely.tolist() == [0, 0]
    assert saturday.supply.moment == SATURDAY


def test_several_moments_at_once_equal_each_by_itself() -> None:
    rng = np.random.default_rng(5)
    shops = places([str(text) for text in rng.choice([WEEKLY, LATE, "", "24/7", "off"], 30)])
    moves = movement(rng.uniform(0, 0.3, 40), shops)
    supplies = [supply_at(shops, np.arange(30), moment, CALENDAR) for moment in (SATURDAY, THURSDAY)]
    together = times_at(moves, np.arange(40), supplies)
    for supply, found in zip(supplies, together, strict=True):
        assert Counter(states(supply)) == {"open": len(supply.open), **rest(supply)}
        open_ones = moves.model.each(moves.people, moves.places.take(supply.open)).min(axis=1)
        maybe = np.concatenate([supply.open, supply.unknown])
        assert found.surely.tolist() == open_ones.tolist()
        assert (
            found.at_best.tolist() == moves.model.each(moves.people, moves.places.take(maybe)).min(1).tolist()
        )
        assert (found.at_best <= found.surely).all()


def states(supply: SupplyAt) -> list[str]:
    everyone = np.concatenate([supply.open, supply.closed, supply.unknown])
    assert sorted(everyone.tolist()) == list(range(30)), "every place is in one state"
    return ["open"] * len(supply.open) + ["closed"] * len(supply.closed) + ["unknown"] * len(supply.unknown)


def rest(supply: SupplyAt) -> dict[str, int]:
    return {"closed": len(supply.closed), "unknown": len(supply.unknown)}


def test_an_ordinary_day_is_no_holiday() -> None:
    school = Days(frozenset({date(2026, 11, 13)}), date(2026, 11, 1), date(2026, 11, 30))
    calendar = Calendar(CALENDAR.public, school)
    assert ordinary_day(ARMISTICE, (2,), calendar) == date(2026, 11, 18)
    assert ordinary_day(date(2026, 11, 13), (4, 5), calendar) == date(2026, 11, 14)
    assert ordinary_day(date(2027, 3, 1), (0,), calendar) == date(2027, 3, 1)


def test_a_public_holiday_falls_on_a_working_day_or_is_refused() -> None:
    assert public_holiday(date(2026, 11, 12), CALENDAR) == CHRISTMAS
    with pytest.raises(ValueError, match="no public holiday"):
        public_holiday(date(2026, 12, 26), CALENDAR)
    with pytest.raises(ValueError, match="no ordinary day"):
        ordinary_day(ARMISTICE, (), CALENDAR)


def test_days_out_of_what_is_known_are_not_ordinary_days() -> None:
    days = Days(frozenset({ARMISTICE}), *YEAR, gaps=frozenset({date(2026, 5, 1)}))
    assert days.holds(ARMISTICE) is True
    assert days.holds(date(2026, 11, 12)) is False
    assert days.holds(date(2026, 5, 1)) is None
    assert days.holds(date(2027, 1, 1)) is None
    assert Days().holds(ARMISTICE) is None


def test_impossible_days_are_refused() -> None:
    wrongs: tuple[dict[str, Any], ...] = (
        {"held": frozenset({ARMISTICE})},
        {"first": YEAR[0]},
        {"held": frozenset({ARMISTICE}), "first": YEAR[0], "last": YEAR[1], "gaps": frozenset({ARMISTICE})},
    )
    for wrong in wrongs:
        with pytest.raises(ValueError, match=r"holidays|gap"):
            Days(**wrong)
