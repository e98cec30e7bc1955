from __future__ import annotations

from dataclasses import replace

from tests.engines.diagnosis.towns import (
    PARAMETERS,
    Home,
    Shop,
    movements,
    territory,
    with_people_unknown,
)

from hygie.engines.diagnosis.diagnose import diagnose
from hygie.engines.diagnosis.result import Diagnosis
from hygie.engines.kernel.territory import Territory

HOMES = [*[Home(0) for _ in range(8)], Home(16), Home(20, quarter=1, qpv=0), Home(30, quarter=2)]
SHOPS = [Shop("near", "pharmacy", 0), Shop("far", "pharmacy", 30), Shop("gp", "gp", 0)]
TOWN = territory(HOMES, SHOPS)


def run(town: Territory, *, estimate: bool = False) -> Diagnosis:
    return diagnose(town, movements(town, estimate=estimate), PARAMETERS)


def sentences(result: Diagnosis) -> dict[str, str]:
    return {
        finding.key: finding.sentence.replace("\u202f", " ").replace("\u00a0", " ")
        for finding in result.findings
    }


def test_the_first_sentence_gives_the_share_and_where_it_is_worst() -> None:
    result = run(TOWN)
    assert result.findings[0].indicator == "access_gp"
    assert (result.findings[0].layer, result.findings[0].zone) == ("qpv", "QN1")
    assert sentences(result)["outlier:access_gp"] == (
        "27 % des habitants sont à plus de 15 minutes à pied d’un cabinet de médecine générale ; "
        "c’est 3,7 fois plus aux Ormeaux (quartier prioritaire)."
    )


def test_a_repealed_priority_quarter_is_called_a_former_one() -> None:
    layers = dict(TOWN.layers)
    layers["qpv"] = replace(layers["qpv"], in_force=False)
    said = run(replace(TOWN, layers=layers))
    assert "(ancien quartier prioritaire)" in sentences(said)["outlier:access_gp"]
    assert any("abrogé" in warning for warning in said.provenance.warnings)


def test_the_gap_of_priority_quarters_is_said_in_points() -> None:
    assert sentences(run(TOWN))["gap:access_gp"] == (
        "100 % des habitants des quartiers prioritaires sont à plus de 15 minutes à pied "
        "d’un cabinet de médecine générale, contre 20 % ailleurs : 80 points d’écart."
    )


def test_nobody_far_is_said_as_everybody_near() -> None:
    assert sentences(run(TOWN))["within:access_pharmacy"] == (
        "100 % des habitants sont à 15 minutes ou moins à pied d’une pharmacie."
    )


def test_a_closure_is_said_by_the_residents_it_touches() -> None:
    said = sentences(run(TOWN))
    assert said["closure:gp"] == (
        "1 100 habitants n’auraient plus de cabinet de médecine générale accessible si « Lieu gp » fermait."
    )
    assert said["closure:near"] == (
        "800 habitants n’ont que « Lieu near » comme pharmacie à 15 minutes ou moins."
    )


def test_a_longer_way_is_said_in_minutes_lost() -> None:
    town = territory([Home(0), Home(0)], [Shop("a", "pharmacy", 0), Shop("b", "pharmacy", 9)])
    assert sentences(run(town))["closure:a"] == (
        "200 habitants perdraient 5 minutes ou plus si « Lieu a » (pharmacie) fermait."
    )


def test_what_is_not_computed_is_said_last_with_its_reason() -> None:
    result = run(TOWN)
    assert sentences(result)["none:access_health_centre"] == (
        "Access_health_centre : non calculé, aucune source."
    )
    assert result.findings[-1].key.startswith("none:")


def test_estimates_are_said_to_be_about() -> None:
    said = sentences(run(TOWN, estimate=True))
    assert said["outlier:access_gp"].startswith("Environ 27 % des habitants")
    assert said["closure:gp"].startswith("Environ 1 100 habitants")


def test_the_interval_of_spread_residents_is_said() -> None:
    town = territory([*HOMES, Home(40, imputed=True)], SHOPS)
    assert "33 % des habitants (entre 25 et 33 %)" in sentences(run(town))["outlier:access_gp"]


def test_a_town_without_any_place_says_that_nobody_has_one() -> None:
    said = sentences(run(territory(HOMES, SHOPS[:2])))
    assert (
        said["overall:access_gp"]
        == "100 % des habitants n’ont pas de cabinet de médecine générale accessible."
    )


def test_dwellings_are_never_called_residents() -> None:
    said = sentences(run(with_people_unknown(TOWN)))
    assert said["overall:access_gp"].startswith("Environ 27 % des logements présumés")
    assert not any("habitants sont" in sentence for sentence in said.values())


def test_a_number_kept_back_makes_no_sentence() -> None:
    town = territory([Home(0), Home(20, (1.0, 2.0, 1.0, 0.0))], [Shop("a", "pharmacy", 0)])
    said = sentences(run(town))
    assert not any("access_pharmacy" in key and not key.startswith("closure") for key in said)
    assert not any(sentence.startswith("4 ") or " 4 " in sentence for sentence in said.values())


def test_the_elderly_are_counted_in_their_sentence() -> None:
    town = territory([Home(0), Home(20)], [Shop("a", "pharmacy", 0)])
    assert sentences(run(town))["elderly:elderly_pharmacy"] == (
        "30 habitants de 65 ans et plus sont à plus de 15 minutes à pied d’une pharmacie, "
        "soit 50 % d’entre eux."
    )


def test_how_many_people_live_there_is_said_with_their_age() -> None:
    assert sentences(run(TOWN))["people:people_age"] == "1 100 habitants, dont 30 % de 65 ans et plus."


def test_less_than_one_percent_is_not_said_to_be_about() -> None:
    homes = [Home(0, (1000.0, 4000.0, 3000.0, 2000.0)), Home(20, (5.0, 10.0, 5.0, 0.0))]
    said = sentences(run(territory(homes, [Shop("a", "pharmacy", 0)]), estimate=True))
    assert said["overall:access_pharmacy"].startswith("Moins de 1 % des habitants sont")
