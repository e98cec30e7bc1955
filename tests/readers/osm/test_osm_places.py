"""Tags to categories: what a resident can obtain, and nothing guessed."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from tests.readers.osm.conftest import Map

from hygie.readers.osm import OsmSheet
from hygie.readers.osm.places import classify
from hygie.readers.osm.tagtests import plain
from hygie.readers.records import OsmFile

Read = Callable[[Map], OsmFile]

GIVES: list[tuple[str, list[str]]] = [
    ("amenity=doctors|healthcare:speciality=general", ["gp"]),
    ("amenity=doctors|healthcare:speciality=gynaecology;general", ["gp"]),
    ("amenity=doctors|healthcare:speciality=dermatology", []),
    ("amenity=doctors", []),
    ("amenity=doctors|name=Maison de santé du Port", ["msp"]),
    ("healthcare=centre|name=MSP du Port", ["msp"]),
    ("amenity=clinic|name=Maison médicale de garde", ["duty_house"]),
    ("amenity=clinic|name=Centre dentaire de la Gare", ["health_centre_dental"]),
    ("amenity=clinic|name=Centre municipal de santé", ["health_centre_unknown"]),
    ("amenity=clinic|name=Clinique des Vergers", []),
    ("amenity=clinic|name=C.M.P. adultes", []),
    ("amenity=clinic|name=CMP adultes", ["mental_health"]),
    ("amenity=clinic|name=Clinique du CMPort", []),
    ("amenity=social_facility|operator=CSAPA Exemple", ["addiction"]),
    ("amenity=pharmacy", ["pharmacy"]),
    ("amenity=pharmacy|healthcare=pharmacy", ["pharmacy"]),
    ("amenity=pharmacy|dispensing=no", []),
    ("amenity=pharmacy|access=private", []),
    ("amenity=pharmacy|disused=yes", []),
    ("disused:amenity=pharmacy", []),
    ("healthcare=nurse", ["nurse"]),
    ("healthcare=midwife", ["midwife"]),
    ("healthcare=physiotherapist", ["physiotherapist"]),
    ("healthcare=laboratory", ["laboratory"]),
    ("healthcare=podiatrist", []),
    ("amenity=dentist", ["dentist"]),
    ("amenity=dentist|name=Centre dentaire", ["health_centre_dental"]),
    ("amenity=hospital", ["hospital_service"]),
    ("amenity=hospital|emergency=no", ["hospital_service"]),
    ("amenity=hospital|emergency=yes", ["hospital_service", "emergency"]),
    ("amenity=hospital|healthcare:speciality=psychiatry", ["psychiatric_clinic"]),
    ("amenity=hospital|healthcare:speciality=psychiatry;surgery", ["hospital_service"]),
    ("emergency=yes", []),
    ("amenity=social_facility|social_facility=nursing_home|social_facility:for=senior", ["ehpad"]),
    ("amenity=social_facility|social_facility=nursing_home", []),
    ("amenity=social_facility|social_facility=assisted_living|social_facility:for=senior", []),
    ("amenity=school", []),
    ("amenity=school|school:FR=maternelle", ["school_nursery"]),
    ("amenity=kindergarten|school:FR=maternelle", ["school_nursery"]),
    ("amenity=kindergarten", []),
    ("amenity=school|school:FR=élémentaire", ["school_primary"]),
    ("amenity=school|school:FR=primaire", ["school_nursery", "school_primary"]),
    ("amenity=school|school:FR=collège", ["school_lower"]),
    ("amenity=school|school:FR=lycée", ["school_upper"]),
    ("amenity=school|school:FR=médico-social", []),
    ("amenity=townhall", ["counter"]),
    ("office=government|name=France Services de Clairval", ["counter"]),
    ("amenity=post_office|name=La Poste - France services", ["counter", "post_office"]),
    ("office=government|operator=CCAS de Clairval", ["counter"]),
    ("amenity=social_facility|social_facility=assisted_living|operator=CCAS de Clairval", []),
    ("office=government|government=tax", []),
    ("office=insurance|name=France Assurances", []),
    ("amenity=post_office", ["post_office"]),
    ("amenity=police|police:FR=gendarmerie", ["police_gendarmerie"]),
    ("amenity=police|police:FR=police_municipale", []),
    ("amenity=police", []),
    ("amenity=courthouse", ["court"]),
    ("shop=supermarket", ["food_shop"]),
    ("shop=convenience;gas", ["food_shop"]),
    ("shop=bakery", []),
    ("leisure=sports_centre", ["sport"]),
    ("leisure=pitch", []),
    ("leisure=pitch|access=yes", ["sport"]),
    ("leisure=swimming_pool|access=private", []),
]


def tags_of(text: str) -> dict[str, str]:
    return dict(pair.split("=", 1) for pair in text.split("|"))


@pytest.mark.parametrize(("text", "categories"), GIVES, ids=[text for text, _ in GIVES])
def test_tags_give_these_categories_and_no_other(text: str, categories: list[str], sheet: OsmSheet) -> None:
    assert list(classify(tags_of(text), sheet.places)[0]) == categories


@pytest.mark.parametrize(
    ("text", "labels"),
    [
        ("amenity=doctors", ["amenity=doctors, sans healthcare:speciality"]),
        (
            "amenity=doctors|healthcare:speciality=dermatology",
            ["amenity=doctors, healthcare:speciality=dermatology"],
        ),
        ("amenity=school", ["amenity=school, sans school:FR"]),
        ("healthcare=podiatrist", ["healthcare=podiatrist"]),
        ("amenity=pharmacy|access=private", ["amenity=pharmacy (fermé au public ou disparu)"]),
        ("amenity=bench", []),
        ("amenity=pharmacy", []),
    ],
)
def test_a_label_without_a_line_is_counted_as_it_reads(text: str, labels: list[str], sheet: OsmSheet) -> None:
    assert list(classify(tags_of(text), sheet.places)[1]) == labels


def test_every_category_of_the_sheet_is_given_by_some_line(sheet: OsmSheet) -> None:
    given = {category for lines in sheet.places.services for line in lines for category in line.gives}
    assert given | {"green"} == sheet.provides


def test_words_of_a_name_are_compared_without_accents_case_nor_punctuation() -> None:
    assert plain("L’Hôpital  St-Éloi (CCAS)") == "l hopital st eloi ccas"


def test_places_stand_where_they_are_with_their_name_hours_and_number(
    new_map: type[Map], read_map: Read
) -> None:
    drawn = new_map().node(
        7, 2.5, 47.5, amenity="pharmacy", name="Pharmacie du Port", opening_hours="Mo-Fr 09:00-19:00"
    )
    drawn.square(11, 2.0, 47.0).way(8, [11, 12, 13, 14, 11], {"amenity": "hospital", "emergency": "yes"})
    drawn.node(9, 2.6, 47.6, amenity="clinic", name="Maison de santé", ref__FR__FINESS="000000011")
    places = {place.id: place for place in read_map(drawn).places.places}
    assert set(places) == {
        "osm:n7:pharmacy",
        "osm:w8:hospital_service",
        "osm:w8:emergency",
        "osm:n9:msp",
    }
    pharmacy = places["osm:n7:pharmacy"]
    assert (pharmacy.lon, pharmacy.lat) == pytest.approx((2.5, 47.5))
    assert (pharmacy.name, pharmacy.hours) == ("Pharmacie du Port", "Mo-Fr 09:00-19:00")
    assert pharmacy.capacity is None
    emergency = places["osm:w8:emergency"]
    assert (emergency.lon, emergency.lat) == pytest.approx((2.0005, 47.0005))
    assert emergency.site == "osm:w8"
    assert places["osm:n9:msp"].note == "FINESS 000000011"


def test_a_place_whose_outline_is_cut_stands_at_its_present_nodes(new_map: type[Map], read_map: Read) -> None:
    drawn = new_map().square(11, 2.0, 47.0)
    drawn.way(8, [11, 12, 99, 13, 14, 11], {"amenity": "townhall"})
    read = read_map(drawn)
    (place,) = read.places.places
    assert (place.lon, place.lat) == pytest.approx((2.0005, 47.0005))
    assert (read.account.kept, read.account.clipped, read.account.rejects) == (1, 1, ())


def test_a_place_none_of_whose_nodes_is_present_is_rejected(new_map: type[Map], read_map: Read) -> None:
    read = read_map(new_map().node(1, 2.0, 47.0).way(8, [97, 98, 99, 97], {"amenity": "townhall"}))
    assert read.places.places == ()
    assert [reject.row for reject in read.account.rejects] == ["way 8"]
    assert read.places.provides == frozenset()


def test_a_place_off_the_globe_is_rejected_with_its_coordinates(new_map: type[Map], read_map: Read) -> None:
    read = read_map(new_map().node(1, 2.0, 47.0).node(8, 200, 95, amenity="pharmacy"))
    (reject,) = read.account.rejects
    assert (reject.row, reject.column, reject.value) == ("node 8", "lon, lat", "200, 95")
    assert (read.account.read, read.account.kept) == (1, 0)


def test_only_categories_with_an_object_are_provided(new_map: type[Map], read_map: Read) -> None:
    read = read_map(new_map().node(1, 2.0, 47.0, amenity="pharmacy").node(2, 2.0, 47.0, amenity="doctors"))
    assert read.places.provides == {"pharmacy"}
    assert dict(read.places.unmapped) == {"amenity=doctors, sans healthcare:speciality": 1}


def test_a_relation_without_outline_is_listed_and_not_placed(new_map: type[Map], read_map: Read) -> None:
    drawn = new_map().node(1, 2.0, 47.0)
    drawn.relation(5, [("node", 1, "")], {"type": "site", "amenity": "hospital"})
    read = read_map(drawn)
    assert read.places.places == ()
    assert dict(read.places.unmapped) == {"hospital_service (relation site, sans contour)": 1}
    assert (read.account.read, read.account.kept) == (1, 1)
