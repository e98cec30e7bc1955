"""Air near a territory: a station's number stays a station's."""

from __future__ import annotations

from hygie.engines.kernel.measures import Reason, Status
from hygie.engines.kernel.statistic import Statistic, StatisticStatus
from hygie.engines.portrait.air import air_results


def measured(key: str, year: int, value: float | None, *, level: str = "station") -> Statistic:
    status = StatisticStatus.NOT_AVAILABLE if value is None else StatisticStatus.PUBLISHED
    return Statistic(
        *(key, "Ozone", "µg/m³", level, "FR1", "Station Test, à 23 km", value, str(year), "Atmo", status)
    )


def test_the_newest_year_is_the_result_and_the_others_come_oldest_first() -> None:
    (found,) = air_results(
        [
            measured("air_o3", 2022, 67.7),
            measured("air_o3_2021", 2021, 67.4),
            measured("air_o3_2018", 2018, 65.4),
        ],
        accounts={"Atmo": "atmo_annual"},
    )
    assert found.main is not None
    assert (found.key, found.status, found.main.value, found.main.level) == (
        *("air_o3", Status.COMPUTED, 67.7, "station"),
    )
    assert [one.year for one in found.earlier] == ["2018", "2021"]
    assert found.title.replace("\u00a0", " ") == "Ozone : station Test, à 23 km"
    assert (found.theme, found.source) == ("environment", "atmo_annual")


def test_a_pollutant_that_no_near_station_measures_is_not_available() -> None:
    (found,) = air_results([measured("air_pm25", 2022, None)])
    assert (found.main, found.values, found.status, found.reason) == (
        *(None, (), Status.NOT_COMPUTED, Reason.NO_SOURCE),
    )


def test_a_number_of_a_zone_is_none_of_its_business() -> None:
    assert air_results([measured("air_o3", 2022, 1.0, level="commune")]) == ()
