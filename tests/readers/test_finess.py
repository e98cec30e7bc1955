"""FINESS establishments as what a resident can obtain there."""

from __future__ import annotations

import csv
import gzip
from collections import Counter
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from hygie.engines.kernel.errors import InputError
from hygie.readers.catalogue import load_checked, load_yaml
from hygie.readers.catalogue.paths import catalogue_folder
from hygie.readers.finess import FinessMapping, read_finess
from hygie.readers.records import PlaceFile

SHEET = catalogue_folder() / "sources" / "finess.yaml"
ON = date(2026, 4, 15)
HEADER = "nofinesset;rs;rslongue;complrs;categetab;libcategetab;departement;commune;longitude;latitude"


@pytest.fixture(scope="module")
def mapping() -> FinessMapping:
    return FinessMapping.from_mapping(load_yaml(SHEET))


@pytest.fixture(scope="module")
def occitanie(sample_data: Path, mapping: FinessMapping) -> PlaceFile:
    folder = sample_data / "finess_occitanie"
    return read_finess(
        folder / "etablissements_occitanie.csv.gz",
        activities=folder / "finess_activites_soin.txt.gz",
        equipment=folder / "equipements_occitanie.csv.gz",
        mapping=mapping,
        on=ON,
    )


def written(folder: Path, *lines: str, name: str = "etablissements.csv") -> Path:
    path = folder / name
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def line(
    number: str = "110000056",
    code: str = "620",
    *names: str,
    commune: str = "11;262",
    place: str = "3.0033;43.1843",
) -> str:
    rs, long_name, extra = (*names, *("",) * (3 - len(names)))
    return f"{number};{rs or 'NOM'};{long_name};{extra};{code};Libellé;{commune};{place}"


def read(folder: Path, mapping: FinessMapping, *lines: str, **others: Any) -> PlaceFile:
    return read_finess(written(folder, HEADER, *lines), mapping=mapping, on=ON, **others)


def categories(folder: Path, mapping: FinessMapping, code: str, *names: str) -> list[str]:
    return [place.category for place in read(folder, mapping, line("110000056", code, *names)).places]


def activities(folder: Path, *rows: str) -> Path:
    header = "nofinesset;activite;modalite;forme;datefin"
    return written(folder, header, *rows, name="activites.csv")


def commune_counts(file: PlaceFile, commune: str) -> Mapping[str, int]:
    return Counter(place.category for place in file.places if place.commune == commune)


def test_sheet_is_true_to_its_schema_and_says_what_the_mapping_provides(mapping: FinessMapping) -> None:
    sheet = load_checked(SHEET, "source")
    assert frozenset(sheet["provides"]) == mapping.provides(with_activities=True)


def test_every_mapping_line_says_why() -> None:
    lines = load_yaml(SHEET)["mapping"]
    assert all(line["why"] for key in ("categories", "names", "services", "capacity") for line in lines[key])


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("categories", None),
        ("categories", [{"codes": [620], "category": "pharmacy"}]),
        ("names", [{"codes": ["124"]}]),
    ],
)
def test_malformed_sheet_is_one_error(key: str, value: Any) -> None:
    sheet = load_yaml(SHEET)
    sheet["mapping"] = {**sheet["mapping"], key: value}
    with pytest.raises(InputError, match="mal formée"):
        FinessMapping.from_mapping(sheet)


def test_code_on_two_lines_of_the_sheet_is_refused() -> None:
    sheet = load_yaml(SHEET)
    sheet["mapping"]["categories"].append({"codes": ["620"], "category": "laboratory"})
    with pytest.raises(InputError, match="mal formée"):
        FinessMapping.from_mapping(sheet)


def test_a_pharmacy_is_one_place_of_its_site(tmp_path: Path, mapping: FinessMapping) -> None:
    place = read(tmp_path, mapping, line("110009999", "620", "PHARMACIE")).places[0]
    assert place.id == "finess:110009999:pharmacy"
    assert place.site == "finess:110009999"
    assert (place.lon, place.lat) == pytest.approx((3.0033, 43.1843))
    assert (place.commune, place.capacity, place.note) == ("11262", None, "")


def test_long_name_is_preferred(tmp_path: Path, mapping: FinessMapping) -> None:
    assert read(tmp_path, mapping, line("110000056", "620", "PH", "PHARMACIE DU PORT")).places[0].name == (
        "PHARMACIE DU PORT"
    )


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("CENTRE DE SANTE DENTAIRE NARBONNE BS", ["health_centre_dental"]),
        ("CABINET DENT MUTUALISTE", ["health_centre_dental"]),
        ("CENTRE ACCES VISION NARBONNE", ["health_centre_eye"]),
        ("CDS OPHTALMO ET MEDICAL CARCASSONNE", ["health_centre_eye"]),
        ("CENTRE DE SOINS INFIRMIERS", ["health_centre_other"]),
        ("CSI ALTRIANE RODEZ", ["health_centre_other"]),
        ("CDS POLYVALENT DES PRADETTES", ["health_centre_general"]),
        ("CENTRE DE SANTÉ DE MA RÉGION LACAUNE", ["health_centre_general"]),
        ("CENTRE MUNICIPAL DE SANTÉ D'ELNE", ["health_centre_general"]),
        ("CTRE MEDICAL ET DENTAIRE BEZIERS", ["health_centre_general", "health_centre_dental"]),
        ("CENTRE DE SANTE MEDICAL ET INFIRMIER", ["health_centre_general", "health_centre_other"]),
        ("CDS POLYVALENT UNIVERSITAIRE MTP", ["health_centre_other"]),
        ("CENTRE MEDICAL IMT MINES ALES", ["health_centre_other"]),
        ("CSP FILIERIS DE CAGNAC LES MINES POLYVALENT", ["health_centre_general"]),
        ("MEDICOBUS POLYVALENT", ["health_centre_other"]),
        ("CENTRE SPORT SANTE NARBONNE", ["health_centre_other"]),
        ("CENTRE DE SANTE DU PORT", ["health_centre_unknown"]),
        ("CENTRE DE SANTE LE DARDAILLON", ["health_centre_unknown"]),
        ("IDENTITE", ["health_centre_unknown"]),
    ],
)
def test_health_centre_is_what_its_name_says_and_never_general_by_default(
    tmp_path: Path, mapping: FinessMapping, name: str, expected: list[str]
) -> None:
    assert categories(tmp_path, mapping, "124", name) == expected


def test_health_centre_with_two_names_is_judged_on_both(tmp_path: Path, mapping: FinessMapping) -> None:
    both = "CENTRE DE SANTE POLYVALENT", "CENTRE DE SOINS INFIRMIERS"
    assert categories(tmp_path, mapping, "124", *both) == ["health_centre_other"]


@pytest.mark.parametrize(
    ("code", "name", "expected"),
    [
        ("603", "MSP DE LA CLAPE", ["msp"]),
        ("603", "MAISON DE SANTÉ DE SIGEAN", ["msp"]),
        ("603", "ASSOCIATION SANTE MAGALAS", ["health_centre_unknown"]),
        ("292", "CL VIA DOMITIA NARBONNE", ["psychiatric_clinic"]),
        ("292", "HJ ADULT MASSIA LIMOUX", ["mental_health"]),
        ("161", "HC HDJ AMBU ADULT CL MARIGNY", ["psychiatric_clinic"]),
        ("161", "FONDATION", ["mental_health"]),
        ("355", "CH NARBONNE CDAG", ["hospital_service"]),
        ("109", "SSR", ["rehabilitation"]),
        ("362", "USLD", ["long_stay"]),
        ("617", "MMG", ["duty_house"]),
        ("627", "PROPHARMACIE", []),
        ("999", "INCONNU", []),
    ],
)
def test_code_and_name_give_the_category(
    tmp_path: Path, mapping: FinessMapping, code: str, name: str, expected: list[str]
) -> None:
    assert categories(tmp_path, mapping, code, name) == expected


def test_unmapped_codes_are_kept_counted_and_give_no_place(tmp_path: Path, mapping: FinessMapping) -> None:
    lines = [line(f"11000000{n}", "999") for n in range(3)]
    file = read(tmp_path, mapping, *lines)
    assert file.unmapped == {"999 Libellé": 3}
    assert file.places == ()
    assert (file.account.read, file.account.kept) == (3, 3)


@pytest.mark.parametrize(
    ("granted", "expected"),
    [
        (["01;00;01;"], ["hospital_site"]),
        (["02;00;01;"], ["hospital_site"]),
        (["03;01;01;"], ["hospital_site", "maternity"]),
        (["03;02;01;"], ["hospital_site"]),
        (["3;1;1;"], ["hospital_site", "maternity"]),
        (["01;00;02;"], ["hospital_service"]),
        (["02;00;07;"], ["hospital_service"]),
        (["04;06;01;"], ["hospital_service"]),
        (["03;01;02;"], ["hospital_service"]),
        (["14;23;14;"], ["emergency", "hospital_service"]),
        (["14;22;14;", "14;24;14;", "14;26;14;", "14;29;14;"], ["hospital_service"]),
        (["01;00;01;", "14;23;14;"], ["hospital_site", "emergency"]),
        ([], ["hospital_service"]),
    ],
)
def test_activities_give_hospital_site_emergency_and_maternity(
    tmp_path: Path, mapping: FinessMapping, granted: list[str], expected: list[str]
) -> None:
    path = activities(tmp_path, *(f"110000056;{row}" for row in granted), "340000000;14;23;14;")
    file = read(tmp_path, mapping, line("110000056", "355"), activities=path)
    assert [place.category for place in file.places] == expected
    assert len({place.site for place in file.places}) == 1


def test_a_rehabilitation_clinic_with_a_medical_ward_gives_both(
    tmp_path: Path, mapping: FinessMapping
) -> None:
    path = activities(tmp_path, "110000056;01;00;01;")
    file = read(tmp_path, mapping, line("110000056", "109"), activities=path)
    assert [place.category for place in file.places] == ["hospital_site", "rehabilitation"]


@pytest.mark.parametrize(
    ("ends", "note"),
    [
        (["2022-10-01"], "date de fin d’autorisation dépassée (01/10/2022), à vérifier"),
        (["2021-01-01", "2022-10-01"], "date de fin d’autorisation dépassée (01/10/2022), à vérifier"),
        (["2022-10-01", "2029-01-01"], ""),
        (["2022-10-01", ""], ""),
        (["2026-04-15"], ""),
        (["2026-04-14"], "date de fin d’autorisation dépassée (14/04/2026), à vérifier"),
        ([""], ""),
    ],
)
def test_authorisation_past_its_end_is_kept_and_marked(
    tmp_path: Path, mapping: FinessMapping, ends: list[str], note: str
) -> None:
    path = activities(tmp_path, *(f"110000056;14;23;14;{end}" for end in ends))
    file = read(tmp_path, mapping, line("110000056", "355"), activities=path)
    assert [place.note for place in file.places if place.category == "emergency"] == [note]


def test_without_activities_nothing_is_promised_of_what_they_tell(
    tmp_path: Path, mapping: FinessMapping
) -> None:
    file = read(tmp_path, mapping, line("110000056", "355"))
    assert [place.category for place in file.places] == ["hospital_service"]
    assert not file.provides & {"hospital_site", "emergency", "maternity"}
    assert "pharmacy" in file.provides


def test_activities_have_their_own_account(tmp_path: Path, mapping: FinessMapping) -> None:
    path = activities(tmp_path, "110000056;14;23;14;", "bad;14;23;14;", "110000056;14;23;14;2022-02-30")
    file = read(tmp_path, mapping, line("110000056", "355"), activities=path)
    account = file.accounts[0]
    assert (account.read, account.kept) == (3, 1)
    assert [reject.column for reject in account.rejects] == ["nofinesset", "datefin"]


def test_capacity_of_an_ehpad_is_the_sum_of_its_beds(tmp_path: Path, mapping: FinessMapping) -> None:
    rows = (
        "110000056;Accueil pour Personnes Âgées;Hébergement Complet Internat;70",
        "110000056;Accueil temporaire pour Personnes Âgées;Hébergement Complet Internat;4",
        "110000056;Section Cure Médicale (dont);Hébergement Complet Internat;20",
        "110000056;Pôles d'activité et de soins adaptés;Accueil de Jour;14",
    )
    path = written(tmp_path, "nofinesset;libde;libta;capinstot", *rows, name="equipements.csv")
    file = read(tmp_path, mapping, line("110000056", "500"), line("110000057", "500"), equipment=path)
    assert [place.capacity for place in file.places] == [74.0, None]


def test_lost_zeros_come_back(tmp_path: Path, mapping: FinessMapping) -> None:
    place = read(tmp_path, mapping, line("90003922", "620", commune="9;1")).places[0]
    assert place.site == "finess:090003922"
    assert place.commune == "09001"


def test_overseas_communes_take_their_own_prefix(tmp_path: Path, mapping: FinessMapping) -> None:
    place = read(tmp_path, mapping, line("9A0000001", "620", commune="9A;105", place="-61.73;15.99")).places[
        0
    ]
    assert place.commune == "97105"


@pytest.mark.parametrize("place", ["772160.6;6278093.4", "6278093.4;772160.6", "43.5982217;3.8934094"])
def test_swapped_or_projected_coordinates_are_understood(
    tmp_path: Path, mapping: FinessMapping, place: str
) -> None:
    found = read(tmp_path, mapping, line("340030188", "620", place=place)).places[0]
    assert (found.lon, found.lat) == pytest.approx((3.8934094, 43.5982217), abs=1e-6)


@pytest.mark.parametrize(
    ("faulty", "column", "reason"),
    [
        (line("1100", "620"), "nofinesset", "9 caractères"),
        (line("", "620"), "nofinesset", "absente"),
        (line("110000057", ""), "categetab", "absente"),
        (line("110000057", "620", place="0;0"), "longitude", "hors de France"),
        (line("110000057", "620", place=";"), "longitude", "absentes"),
        (line("110000057", "620", commune="11;26Z"), "commune", "code commune"),
        (line("110000056", "620"), "nofinesset", "doublon de la ligne 2"),
    ],
)
def test_faulty_establishment_is_rejected_with_its_column(
    tmp_path: Path, mapping: FinessMapping, faulty: str, column: str, reason: str
) -> None:
    file = read(tmp_path, mapping, line("110000056", "620"), faulty)
    assert (file.account.read, file.account.kept) == (2, 1)
    assert file.account.rejects[0].column == column
    assert reason in file.account.rejects[0].reason


def test_legal_entities_are_not_establishments(tmp_path: Path, mapping: FinessMapping) -> None:
    path = written(tmp_path, "nofiness;rs;rslongue", "110000000;CH;CENTRE HOSPITALIER")
    with pytest.raises(InputError, match="il manque"):
        read_finess(path, mapping=mapping, on=ON)


def test_occitanie_is_read_whole(occitanie: PlaceFile) -> None:
    assert (occitanie.account.read, occitanie.account.kept) == (10_007, 10_004)
    assert {reject.reason for reject in occitanie.account.rejects} == {"coordonnées absentes"}
    care, equipment = occitanie.accounts
    assert (care.read, care.kept) == (10_291, 10_291)
    assert (equipment.read, equipment.kept) == (10_816, 10_816)
    assert len({place.id for place in occitanie.places}) == len(occitanie.places)


def test_every_establishment_kept_gives_a_place_or_is_counted_as_unmapped(occitanie: PlaceFile) -> None:
    sites = {place.site for place in occitanie.places}
    assert len(sites) + sum(occitanie.unmapped.values()) == occitanie.account.kept


def test_narbonne_has_what_its_residents_know(occitanie: PlaceFile) -> None:
    counts = commune_counts(occitanie, "11262")
    expected = {
        "pharmacy": 20,
        "msp": 3,
        "ehpad": 6,
        "duty_house": 1,
        "hospital_site": 1,
        "emergency": 1,
        "maternity": 1,
        "health_centre_dental": 3,
        "health_centre_eye": 1,
        "psychiatric_clinic": 1,
        "rehabilitation": 1,
        "long_stay": 1,
    }
    assert {category: counts[category] for category in expected} == expected
    assert counts["health_centre_general"] == counts["health_centre_unknown"] == 0


def test_grand_narbonne_has_two_hospital_sites(occitanie: PlaceFile, sample_data: Path) -> None:
    epci = sample_data / "cog_population" / "epci_241100593_grand_narbonne.csv"
    with epci.open(encoding="utf-8", newline="") as file:
        members = {row["insee"] for row in csv.DictReader(file)}
    sites = [p for p in occitanie.places if p.category == "hospital_site" and p.commune in members]
    assert {(place.site, place.commune) for place in sites} == {
        ("finess:110000056", "11262"),
        ("finess:110780228", "11255"),
    }


def test_occitanie_pharmacies_are_those_of_the_file(occitanie: PlaceFile, sample_data: Path) -> None:
    path = sample_data / "finess_occitanie" / "etablissements_occitanie.csv.gz"
    with gzip.open(path, "rt", encoding="utf-8", newline="") as file:
        codes = Counter(row["categetab"] for row in csv.DictReader(file, delimiter=";"))
    expected = codes["620"] + codes["628"] + codes["629"] + codes["641"]
    assert sum(place.category == "pharmacy" for place in occitanie.places) == expected
    assert occitanie.unmapped["627 Propharmacie"] == codes["627"] == 21


def test_five_departements_have_28_emergency_sites_23_past_their_end(
    sample_data: Path, mapping: FinessMapping
) -> None:
    folder = sample_data / "finess_occitanie"
    file = read_finess(
        folder / "etablissements_occitanie_09_11_34_66_81.csv",
        activities=folder / "finess_activites_soin_09_11_34_66_81.csv",
        mapping=mapping,
        on=ON,
    )
    assert file.account.read == file.account.kept == 4290
    emergencies = [place for place in file.places if place.category == "emergency"]
    assert len(emergencies) == 28
    assert sum("à vérifier" in place.note for place in emergencies) == 23


def test_published_degrees_and_metres_of_the_sample_agree(
    sample_data: Path, mapping: FinessMapping, occitanie: PlaceFile, tmp_path: Path
) -> None:
    path = sample_data / "finess_occitanie" / "etablissements_occitanie_09_11_34_66_81.csv"
    text = path.read_text(encoding="utf-8").replace(";longitude;latitude;", ";a;b;", 1)
    metres_only = tmp_path / "metres.csv"
    metres_only.write_text(text, encoding="utf-8")
    degrees = {place.id: (place.lon, place.lat) for place in occitanie.places}
    places = read_finess(metres_only, mapping=mapping, on=ON).places
    compared = [(p.lon, p.lat, *degrees[p.id]) for p in places if p.id in degrees]
    assert len(compared) > 2000
    assert all(abs(a - c) < 1e-5 and abs(b - d) < 1e-5 for a, b, c, d in compared)


def test_authorisations_are_told_by_establishment_with_their_labels_and_end(
    tmp_path: Path, mapping: FinessMapping
) -> None:
    header = "nofinesset;activite;libactivite;modalite;libmodalite;forme;libforme;datefin"
    activities = written(
        tmp_path,
        header,
        "110000056;01;Médecine;00;Pas de modalité;01;Hospitalisation complète;2022-01-01",
        "110000056;01;Médecine;00;Pas de modalité;01;Hospitalisation complète;2029-02-02",
        "110000056;14;Médecine d'urgence;23;SU Structure des urgences;14;Non saisonnier;",
        name="activites.csv",
    )
    told = read(tmp_path, mapping, line(code="355"), activities=activities).authorised
    assert [(one.site, one.code, one.title, one.until) for one in told] == [
        ("110000056", "01-00-01", "Médecine · Hospitalisation complète", "2029-02-02"),
        ("110000056", "14-23-14", "Médecine d'urgence · SU Structure des urgences", ""),
    ]


def test_authorisations_without_labels_are_named_by_their_codes(
    tmp_path: Path, mapping: FinessMapping
) -> None:
    activities = written(
        tmp_path, "nofinesset;activite;modalite;forme", "110000056;3;1;1", name="activites.csv"
    )
    told = read(tmp_path, mapping, line(code="355"), activities=activities).authorised
    assert [one.title for one in told] == ["activité 03-01-01"]
