"""Hospitals and air stations of a territory: which are kept, and at which level a number stays."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import shapely

from hygie.engines.kernel.errors import HygieError
from hygie.engines.kernel.hospital import ActivityKind
from hygie.engines.kernel.territory import ZoneLayer
from hygie.readers.air import AirFile, AirMean, AirSheet
from hygie.readers.catalogue import load_catalogue
from hygie.readers.hospitals import HospitalFile, SiteNumber, SiteRecord
from hygie.readers.hospitals.model import FilledForm
from hygie.readers.records import FileAccount, PlaceFile, PlaceRecord, SiteAuthorisation
from hygie.territories.air import air_statistics, station_name
from hygie.territories.area import Area, plane_of
from hygie.territories.hospital_files import HospitalVintage, read_vintage, vintage_year
from hygie.territories.hospitals import FoundHospitals, hospitals_of
from hygie.territories.recipe import SourceChoice

CATALOGUE = load_catalogue()
ACCOUNT = FileAccount("f", "", 0, 0)
BOUNDARY = shapely.box(2.9, 43.1, 3.1, 43.2)
AREA = Area(BOUNDARY, shapely.box(2.8, 43.0, 3.2, 43.3), frozenset({"11262"}), frozenset({"11255"}))
COMMUNES = ZoneLayer(
    *("commune", "Communes", ("11262", "11255"), ("Narbonne", "Montredon"), (b"", b""), "s", "v"),
    in_force=True,
    inside=np.array([True, False]),
)


def choice(name: str = "sae_2023", *, source: str = "sae", vintage: str = "2023") -> SourceChoice:
    return SourceChoice(source, vintage, {}, key=name)


def number(
    code: str, value: float = 10.0, *, key: str = "beds_mco", year: int = 2023, name: str = "CH"
) -> SiteNumber:
    return SiteNumber(code, name, key, "Lits", "lits", year, value)


def vintage(
    *numbers: SiteNumber,
    sites: tuple[tuple[str, str, str], ...] = (),
    forms: tuple[FilledForm, ...] = (),
    authorised: tuple[SiteAuthorisation, ...] = (),
    year: int = 2023,
) -> HospitalVintage:
    records = tuple(SiteRecord(code, entity, f"CH {code}", where, "VILLE") for code, entity, where in sites)
    return HospitalVintage(HospitalFile(records, numbers, forms), f"Source {year}", year, authorised)


def assembled(
    *vintages: tuple[SourceChoice, HospitalVintage], places: tuple[PlaceFile, ...] = ()
) -> FoundHospitals:
    register = [(choice("", source="finess", vintage="avril 2026"), file) for file in places]
    return hospitals_of(list(vintages), register, AREA, COMMUNES, reference_year=2026)


SITES = (
    ("110000056", "110780137", "11262"),
    ("110780228", "110000114", "11255"),
    ("340000033", "340780055", "34032"),
)


def test_the_territory_and_its_margin_are_kept_the_rest_is_counted_outside() -> None:
    found = assembled((choice(), vintage(*(number(code) for code, *_ in SITES), sites=SITES)))
    assert [(h.code, h.commune, h.inside) for h in found.records.hospitals] == [
        ("110000056", "Narbonne", True),
        ("110780228", "Montredon", False),
    ]
    assert {s.code for s in found.statistics} == {"110000056", "110780228"}
    assert found.outside == {"sae_2023": 1}


def test_the_number_of_a_legal_entity_is_never_given_to_an_establishment() -> None:
    told = vintage(
        number("110780137", 886, key="births", year=2022),
        number("340780055", key="births", year=2022),
        year=2022,
    )
    found = assembled((choice(), vintage(sites=SITES)), (choice("hd", vintage="2022"), told))
    assert [(s.level, s.code, s.value, s.year) for s in found.statistics] == [
        ("entity", "110780137", 886.0, "2022")
    ]
    assert found.statistics[0].title == "Lits (entité juridique)"


def test_two_vintages_make_a_series_and_one_year_given_twice_is_refused() -> None:
    older = vintage(number("110000056", 12, year=2019), sites=SITES, year=2019)
    newer = vintage(number("110000056", 10), sites=SITES)
    found = assembled((choice("new"), newer), (choice("old", vintage="2019"), older))
    assert sorted((s.year, s.value) for s in found.statistics) == [("2019", 12.0), ("2023", 10.0)]
    with pytest.raises(HygieError, match="Deux sources"):
        assembled((choice("one"), newer), (choice("two"), newer))


def test_a_hospital_that_only_an_older_vintage_knows_is_still_followed() -> None:
    older = vintage(number("110000099", 5, year=2019), sites=(("110000099", "", "11262"),), year=2019)
    newer = vintage(number("110000056"), sites=SITES)
    found = assembled((choice("new"), newer), (choice("old", vintage="2019"), older))
    assert "110000099" in {h.code for h in found.records.hospitals}


def test_authorisations_of_the_register_and_of_older_editions_are_put_in_order() -> None:
    place = PlaceRecord(
        "finess:110000056:hospital_site", "finess:110000056", "hospital_site", "CH", 3.0, 43.15
    )
    register = PlaceFile(
        (place,), ACCOUNT, frozenset(), authorised=(SiteAuthorisation("110000056", "01", "Médecine", ""),)
    )
    older = vintage(
        authorised=(
            SiteAuthorisation("110000056", "03", "Obstétrique", "2022-01-01"),
            SiteAuthorisation("340000033", "01", "Médecine", ""),
        ),
        year=2018,
    )
    found = assembled(
        (choice("old", source="finess_activities", vintage="mars 2018"), older), places=(register,)
    )
    assert [(a.activity, a.year, a.vintage, a.until) for a in found.records.activities] == [
        ("01", 2026, "avril 2026", ""),
        ("03", 2018, "mars 2018", "2022-01-01"),
    ]
    assert {a.kind for a in found.records.activities} == {ActivityKind.AUTHORISED}
    assert found.outside == {"old": 1}


def test_nothing_given_is_nothing_found() -> None:
    assert assembled() == FoundHospitals(assembled().records, (), {})
    assert assembled().records.hospitals == ()


@pytest.mark.parametrize(
    ("vintage_text", "year"),
    [
        ("avril 2026", 2026),
        ("2015-2023", 2023),
        ("2023", 2023),
        ("fictif", None),
        ("12023", None),
        ("", None),
    ],
)
def test_the_year_of_a_vintage_is_its_last_one(vintage_text: str, year: int | None) -> None:
    assert vintage_year(vintage_text) == year


def test_a_vintage_without_year_and_a_wrong_role_say_what_to_write(tmp_path: Path) -> None:
    sources = CATALOGUE.sources

    def read(source: str, vintage_text: str, **files: Path) -> None:
        asked = SourceChoice(source, vintage_text, files, key="k")
        read_vintage(asked, sources[source], finess=sources["finess"], progress=lambda *_: None)

    with pytest.raises(HygieError, match="année") as told:
        read("hospidiag", "dernier", indicators=tmp_path)
    assert told.value.fix == "Écrivez par exemple « vintage: 2023 »."
    for source, role in (("hospidiag", "indicators"), ("finess_activities", "activities")):
        with pytest.raises(HygieError, match=role):
            read(source, "2022", table=tmp_path)


SHEET = AirSheet.from_mapping(CATALOGUE.sources["atmo_annual"].raw["tables"], source="Atmo, test")


def mean(
    station: str, lon: float, value: float | None = 10.0, *, year: int = 2022, influence: str = "Fond"
) -> AirMean:
    return AirMean(
        station, f"Nom {station}", "VILLE", "Urbaine", influence, lon, 43.15, "air_no2", year, value
    )


def nearest(*means: AirMean, reach: float = 60_000) -> dict[str, tuple[str, float | None]]:
    file = AirFile(SHEET, means, ACCOUNT)
    told = air_statistics(file, AREA, plane_of(BOUNDARY), year=2022, reach_metres=reach)
    assert {one.level for one in told} == {"station"}
    return {one.key: (one.code, one.value) for one in told if one.key.startswith("air_no2")}


def test_the_nearest_background_station_is_told_for_the_newest_whole_year() -> None:
    assert nearest(mean("far", 3.5), mean("near", 3.3), mean("near", 3.3, 99, year=2023)) == {
        "air_no2": ("near", 10.0)
    }


def test_a_station_by_a_road_is_never_taken_even_nearer() -> None:
    assert nearest(mean("road", 3.0, influence="Trafic"), mean("far", 3.5)) == {"air_no2": ("far", 10.0)}


def test_a_nearer_station_without_a_value_that_year_gives_way() -> None:
    assert nearest(mean("near", 3.3, None), mean("far", 3.5)) == {"air_no2": ("far", 10.0)}


def test_earlier_years_come_from_the_same_station_with_the_year_in_their_key() -> None:
    found = nearest(mean("near", 3.3), mean("near", 3.3, 12, year=2019), mean("far", 3.5, 8, year=2020))
    assert found == {"air_no2": ("near", 10.0), "air_no2_2019": ("near", 12.0)}


def test_beyond_the_reach_nothing_is_available_and_never_zero() -> None:
    assert nearest(mean("far", 5.0)) == {"air_no2": ("", None)}
    assert nearest() == {"air_no2": ("", None)}


@pytest.mark.parametrize(
    ("metres", "said"),
    [(0.0, "dans le territoire"), (300.0, "à 1 km"), (23_400.0, "à 23 km"), (23_600.0, "à 24 km")],
)
def test_the_name_of_a_station_says_its_kind_and_its_distance(metres: float, said: str) -> None:
    assert station_name(mean("S", 3.3), metres) == f"Station Nom S (Ville), de fond, urbaine, {said}"


def test_the_distance_is_that_of_the_boundary_by_an_independent_formula() -> None:
    file = AirFile(SHEET, (mean("near", 3.4),), ACCOUNT)
    (told,) = [
        one
        for one in air_statistics(file, AREA, plane_of(BOUNDARY), year=2022, reach_metres=60_000)
        if one.value is not None
    ]
    earth = 6371.0088
    km = np.radians(3.4 - 3.1) * earth * np.cos(np.radians(43.15))
    assert told.name.endswith(f"à {round(float(km))} km")
