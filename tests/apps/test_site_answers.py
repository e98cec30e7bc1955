"""Sentences for a chosen zone and group."""

from __future__ import annotations

import pytest

from hygie.apps.territory.answers import answer_for
from hygie.engines.diagnosis.residents import OUT_QPV
from hygie.engines.diagnosis.result import WHOLE, Cell
from hygie.engines.kernel.measures import Measure, Reason, Status, not_computed, suppressed

FAR = "à plus de 15 min d’une pharmacie"
KEY = "beyond_15"


def cell(measure: Measure, *, group: str = WHOLE, name: str = "Les Ormeaux", key: str = KEY) -> Cell:
    return Cell("quarter", "q", name, group, {key: measure})


def whole(share: float) -> Cell:
    return Cell(WHOLE, "00001", "Clairval", WHOLE, {KEY: Measure(share)})


def plain(text: str) -> str:
    return text.replace("\u202f", " ").replace("\u00a0", " ")


@pytest.mark.parametrize(
    ("found", "said"),
    [
        (
            cell(Measure(0.41)),
            "41 % des habitants des Ormeaux sont à plus de 15 min d’une pharmacie.",
        ),
        (
            cell(Measure(0.41), group="65_plus", name="Bellevue"),
            "41 % des habitants de 65 ans et plus de Bellevue sont à plus de 15 min d’une pharmacie.",
        ),
        (
            cell(Measure(0.41, Status.ESTIMATE, low=0.38, high=0.44)),
            f"Environ 41 % (entre 38 et 44 %) des habitants des Ormeaux sont {FAR}.",
        ),
        (cell(Measure(0.0)), "Aucun habitant des Ormeaux n’est à plus de 15 min d’une pharmacie."),
        (cell(suppressed()), "Chiffre masqué pour « Les Ormeaux » : il porterait sur moins de 11 personnes."),
        (
            cell(not_computed(Reason.NO_AGE)),
            "Non calculé pour « Les Ormeaux » : âges inconnus ou tranches d’âge qui ne s’y prêtent pas.",
        ),
    ],
)
def test_the_sentence_says_the_number_or_why_there_is_none(found: Cell, said: str) -> None:
    assert plain(answer_for(KEY, found, None, far=FAR, few=11)) == said


@pytest.mark.parametrize(
    ("there", "everywhere", "said"),
    [
        (0.41, 0.18, "C’est 23 points de plus que dans l’ensemble du territoire (18 %)."),
        (0.05, 0.18, "C’est 13 points de moins que dans l’ensemble du territoire (18 %)."),
        (0.176, 0.184, "C’est autant que dans l’ensemble du territoire (18 %)."),
    ],
)
def test_a_zone_is_compared_with_the_whole(there: float, everywhere: float, said: str) -> None:
    answer = plain(answer_for(KEY, cell(Measure(there)), whole(everywhere), far=FAR, few=11))
    assert answer.endswith(said)


def test_a_hidden_whole_is_not_compared_with() -> None:
    hidden = Cell(WHOLE, "00001", "Clairval", WHOLE, {KEY: suppressed()})
    answer = answer_for(KEY, cell(Measure(0.41)), hidden, far=FAR, few=11)
    assert "ensemble du territoire" not in answer


def test_residents_are_counted_where_they_live() -> None:
    answer = answer_for("people", cell(Measure(4210.0), key="people"), None, far="", few=11)
    assert plain(answer) == "4 210 habitants vivent aux Ormeaux."


def test_quarters_taken_together_are_named_in_words() -> None:
    found = Cell("qpv", OUT_QPV, "Hors quartiers prioritaires", WHOLE, {KEY: Measure(0.1)})
    answer = answer_for(KEY, found, None, far=FAR, few=11)
    assert "des habitants hors des quartiers prioritaires sont" in answer
    former = answer_for(KEY, found, None, far=FAR, few=11, repealed=True)
    assert "des habitants hors des anciens quartiers prioritaires sont" in former


def test_a_measure_that_a_cell_has_not_is_said_missing() -> None:
    assert "n’existe pas" in answer_for(KEY, None, None, far=FAR, few=11)
