"""Hospitals, air and IRIS of Narbonne: the numbers of the files, looked up again with csv."""

from __future__ import annotations

import csv
import math
from datetime import date
from pathlib import Path

import pytest

from hygie.engines.kernel.statistic import NO_ZONE, Statistic, StatisticStatus
from hygie.engines.portrait.hospitals import hospital_watch
from hygie.engines.portrait.result import HospitalWatch
from hygie.readers.catalogue import load_catalogue
from hygie.readers.hospital_parameters import watch_rules
from hygie.readers.territory_folder import StoredTerritory, open_territory

pytestmark = pytest.mark.sample_data

CH, ENTITY, PRIVATE = "110000056", "110780137", "110780228"
HOSPITALS = "sae_hospidiag"


@pytest.fixture(scope="module")
def territory(narbonne: Path) -> StoredTerritory:
    return open_territory(narbonne)


@pytest.fixture(scope="module")
def watch(territory: StoredTerritory) -> HospitalWatch:
    on = territory.reference_date
    rules = watch_rules(load_catalogue(), date.fromisoformat(on))
    return hospital_watch(territory.hospitals, territory.statistics, rules, on=on)


def row(file: Path, column: str, code: str) -> dict[str, str]:
    with file.open(encoding="utf-8-sig", newline="") as stream:
        return next(line for line in csv.DictReader(stream, delimiter=";") if line[column] == code)


def of_site(territory: StoredTerritory, code: str) -> dict[str, float | None]:
    return {s.key: s.value for s in territory.statistics if s.level in NO_ZONE and s.code == code}


@pytest.mark.parametrize("code", [CH, PRIVATE])
def test_beds_and_stays_are_those_of_the_sae(
    territory: StoredTerritory, sample_data: Path, code: str
) -> None:
    written = row(sample_data / HOSPITALS / "MCO_2023r_09_11_34_66_81.csv", "FI", code)
    told = of_site(territory, code)
    for key, column in (
        *(("beds_mco", "LIT_MCO"), ("beds_medicine", "LIT_MED"), ("beds_surgery", "LIT_CHI")),
        *(("beds_obstetrics", "LIT_OBS"), ("places_surgery", "PLA_CHI"), ("stays_mco", "SEJHC_MCO")),
        *(("stays_obstetrics", "SEJHC_OBS"), ("day_stays_mco", "SEJHP_MCO")),
    ):
        assert told[key] == float(written[column]), key
    assert told["beds_mco"] == {CH: 273, PRIVATE: 117}[code]


@pytest.mark.parametrize("code", [ENTITY, PRIVATE])
def test_activity_is_that_of_hospidiag(territory: StoredTerritory, sample_data: Path, code: str) -> None:
    written = row(sample_data / HOSPITALS / "hd2022_09_11_34_66_81.csv", "finess", code)
    told = of_site(territory, code)
    assert told["hd_deliveries"] == float(written["CI_A11"])
    assert told["hd_stays_medicine"] == float(written["CI_A1"])


def test_the_meaning_of_hospidiag_agrees_with_the_beds_of_the_sae_a_year_later(sample_data: Path) -> None:
    """The columns of beds, not read, show that the public description of the others is the right one."""
    hospidiag = row(sample_data / HOSPITALS / "hd2022_09_11_34_66_81.csv", "finess", ENTITY)
    sae = row(sample_data / HOSPITALS / "MCO_2023r_09_11_34_66_81.csv", "FI", CH)
    for beds, column in (("CI_AC1", "LIT_MED"), ("CI_AC6", "LIT_CHI"), ("CI_AC8", "LIT_OBS")):
        assert float(hospidiag[beds]) == pytest.approx(float(sae[column]), rel=0.02)


def test_the_watch_shows_both_hospitals_with_their_authorisations(watch: HospitalWatch) -> None:
    sites = {site.code: site for site in watch.sites}
    assert {CH, PRIVATE} <= sites.keys()
    assert [(sites[CH].commune), (sites[PRIVATE].commune)] == ["Narbonne", "Montredon-des-Corbières"]
    assert watch.sites[0].code == CH
    told = {one[0].key: one[0] for one in sites[CH].series}
    assert (told["hd_deliveries"].level, told["hd_deliveries"].value) == ("entity", 886)
    emergency = [a for a in sites[CH].authorisations if "SU Structure des urgences" in a.title]
    assert [(a.until, bool(a.note)) for a in emergency] == [("2022-10-01", True)]
    assert len(sites[CH].authorisations) == 11
    assert all(site.lost == () for site in watch.sites)
    assert any("Une seule année" in warning for warning in watch.warnings)


def test_no_hospital_of_another_group_of_communes_is_there(
    territory: StoredTerritory, sample_data: Path
) -> None:
    epci = sample_data / "cog_population" / "epci_241100593_grand_narbonne.csv"
    members = epci.read_text(encoding="utf-8")
    for hospital in territory.hospitals.hospitals:
        identity = sample_data / HOSPITALS / "ID_2023r_09_11_34_66_81.csv"
        with identity.open(encoding="utf-8", newline="") as stream:
            communes = {line["fi"]: line["COMINSEE"] for line in csv.DictReader(stream, delimiter=";")}
        if hospital.code in communes:
            assert communes[hospital.code] in members


def test_air_comes_from_the_nearest_background_station_and_is_no_value_of_the_commune(
    territory: StoredTerritory, sample_data: Path
) -> None:
    told = {s.key: s for s in territory.statistics if s.key.startswith("air_")}
    assert {s.level for s in told.values()} == {"station"}
    with (sample_data / "air_atmo_occitanie" / "annuelle.csv").open(
        encoding="utf-8-sig", newline=""
    ) as stream:
        rows = [
            line
            for line in csv.DictReader(stream)
            if line["influence"] == "Fond" and line["statut_valid"] == "t" and line["valeur"]
        ]
    centre = (3.0, 43.15)
    for pollutant, key in (("NO2", "air_no2"), ("PM2.5", "air_pm25"), ("O3", "air_o3")):
        current = [r for r in rows if r["nom_poll"] == pollutant and r["date_debut"].startswith("2022")]
        nearest = min(
            current,
            key=lambda r: math.hypot((float(r["X"]) - centre[0]) * 0.73, float(r["Y"]) - centre[1]),
        )
        assert (told[key].code, told[key].value) == (nearest["code_station"], float(nearest["valeur"]))
    assert all(" km" in s.name for s in told.values())


def test_income_by_iris_is_that_of_the_file_and_a_secret_stays_one(
    territory: StoredTerritory, sample_data: Path
) -> None:
    told: dict[tuple[str, str], Statistic] = {
        (s.key, s.code): s for s in territory.statistics if s.level == "iris"
    }
    file = sample_data / "filosofi" / "BASE_TD_FILO_DISP_IRIS_2018_09_11_34_66_81.csv"
    with file.open(encoding="utf-8", newline="") as stream:
        rows = [r for r in csv.DictReader(stream, delimiter=";") if r["IRIS"].startswith("11262")]
    assert len(rows) == 23
    for line in rows:
        rate = told["poverty", line["IRIS"]]
        if line["DISP_TP6018"]:
            assert rate.value == float(line["DISP_TP6018"])
        else:
            assert rate.status is StatisticStatus.SECRET
        assert told["income_median", line["IRIS"]].value == float(line["DISP_MED18"])
    rates = [s.value for (key, _), s in told.items() if key == "poverty" and s.value is not None]
    assert (min(rates), max(rates)) == (12.0, 64.7)
