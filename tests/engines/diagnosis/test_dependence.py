from __future__ import annotations

from tests.engines.diagnosis.towns import PARAMETERS, Home, Shop, movements, territory

from hygie.engines.diagnosis.closures import services_of
from hygie.engines.diagnosis.dependence import Dependence, dependences_of
from hygie.engines.diagnosis.diagnose import diagnose
from hygie.engines.diagnosis.study import prepare


def found(homes: list[Home], shops: list[Shop]) -> list[Dependence]:
    town = territory(homes, shops)
    study = prepare(town, movements(town), PARAMETERS)
    return list(dependences_of(study, services_of(study, study.computable())))


HOMES = [Home(0), Home(40, quarter=1), Home(70, quarter=2)]


def test_a_place_that_two_quarters_depend_on_is_found_with_all_their_residents() -> None:
    alone = found(HOMES, [Shop("a", "pharmacy", 0), Shop("b", "pharmacy", 2), Shop("far", "pharmacy", 50)])
    assert [(d.place, d.zones, d.people) for d in alone] == [
        (2, (("Q2", "Les Ormeaux"), ("Q3", "Montredon")), 200.0)
    ]


def test_one_resident_with_another_place_nearby_frees_the_quarter() -> None:
    shops = [Shop("a", "pharmacy", 0), Shop("far", "pharmacy", 50)]
    one_more = [*HOMES, Home(16, (1.0, 0.0, 0.0, 0.0), quarter=2)]
    assert {zone for d in found(one_more, shops) for zone, _ in d.zones} == {"Q1", "Q2"}


def test_an_empty_point_does_not_count() -> None:
    shops = [Shop("a", "pharmacy", 0), Shop("far", "pharmacy", 50)]
    nobody = [*HOMES, Home(16, (0.0, 0.0, 0.0, 0.0), quarter=2)]
    assert found(nobody, shops) == found(HOMES, shops)


def test_the_only_place_of_the_territory_is_left_to_its_closure() -> None:
    assert found(HOMES, [Shop("a", "pharmacy", 0)]) == []


def test_a_quarter_of_ten_residents_is_not_counted() -> None:
    homes = [*HOMES[:2], Home(70, (2.0, 5.0, 3.0, 0.0), quarter=2)]
    shops = [Shop("a", "pharmacy", 0), Shop("b", "pharmacy", 40), Shop("c", "pharmacy", 70)]
    assert {zone for d in found(homes, shops) for zone, _ in d.zones} == {"Q1", "Q2"}


def test_the_sentence_names_the_place_and_its_quarters() -> None:
    shops = [Shop("a", "pharmacy", 0), Shop("b", "pharmacy", 2), Shop("far", "pharmacy", 50)]
    town = territory(
        [*HOMES, *[Home(0) for _ in range(4)]], [*shops, Shop("gp", "gp", 0), Shop("gp2", "gp", 60)]
    )
    result = diagnose(town, movements(town), PARAMETERS)
    alone = next(f for f in result.findings if f.key == "alone:gp2")
    assert alone.sentence.replace("\u00a0", " ").replace("\u202f", " ") == (
        "200 habitants, aux Ormeaux et à Montredon, n’ont que « Lieu gp2 » comme cabinet de médecine "
        "générale : tout autre lieu est encore plus loin, à plus de 15 minutes à pied."
    )
    assert (alone.layer, alone.zone) == ("quarter", "Q2")
