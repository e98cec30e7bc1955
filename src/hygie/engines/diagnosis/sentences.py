"""Words shared by the findings of every kind."""

from __future__ import annotations

from hygie.engines.diagnosis.parameters import DiagnosisParameters, IndicatorSheet
from hygie.engines.diagnosis.residents import QPV
from hygie.engines.diagnosis.result import WHOLE, Finding
from hygie.engines.diagnosis.study import Study
from hygie.engines.kernel.french import capital, counted, number, percent, percent_between, typeset
from hygie.engines.kernel.measures import Measure, Reason, Status

MODES = {"walk": "à pied", "car": "en voiture"}
_REASONS = {
    Reason.NO_SOURCE: "aucune source",
    Reason.NO_PEOPLE: "nombre d’habitants inconnu",
    Reason.NO_AGE: "âges inconnus",
    Reason.NO_STREETS: "aucun réseau de rues",
    Reason.NO_DRIVING_GRAPH: "aucun réseau routier pour la voiture",
    Reason.NO_ZONE: "aucun quartier prioritaire",
    Reason.NO_INCOME: "revenus inconnus",
    Reason.NOBODY_REACHES: "aucun trajet possible",
    Reason.NO_HOURS: "trop peu d’horaires d’ouverture connus",
    Reason.NO_MAIN_ROAD: "aucun axe principal dans le plan des rues",
    Reason.NO_OUTLINE: "aucun contour de zone",
    Reason.SMALL_ZONE: "zone trop petite",
}
TIERS = {
    "outlier": 6.0,
    "slower": 5.5,
    "gap": 5.0,
    "retirement": 4.8,
    "open": 4.6,
    "trees": 4.4,
    "school_way": 4.3,
    "catchment": 4.2,
    "inequality": 2.5,
    "closure": 4.0,
    "alone": 3.5,
    "overall": 3.0,
    "elderly": 2.0,
    "people": 1.5,
    "within": 1.0,
    "brief": 0.5,
    "none": 0.0,
}
"""Rank of each kind of finding; inside one, the share of residents concerned decides."""


def reason_words(reason: Reason) -> str:
    """A reason in French words: « aucune source »."""
    return _REASONS[reason]


def far_from(parameters: DiagnosisParameters, sheet: IndicatorSheet) -> str:
    """« à plus de 15 minutes à pied d’une pharmacie »."""
    return f"à plus de {number(parameters.main_threshold)} minutes {way_to(sheet)}"


def way_to(sheet: IndicatorSheet) -> str:
    """« à pied d’une pharmacie »."""
    return f"{MODES[sheet.mode]} {sheet.target}"


def residents_label(study: Study) -> str:
    """« habitants », or « habitants des carreaux fournis », without what is between parentheses."""
    return study.territory.population_label.split(" (")[0]


def of_residents(study: Study) -> str:
    """« des habitants »."""
    return f"des {residents_label(study)}"


def share_words(share: Measure) -> str:
    """« 18 % », « environ 18 % », « moins de 1 % »."""
    words = percent(share.value or 0.0)
    return f"{roughly(share)}{words}" if words[0].isdigit() else words


def roughly(measure: Measure) -> str:
    """« environ » before an estimate, else nothing."""
    return "environ " if measure.status is Status.ESTIMATE else ""


def between_words(share: Measure) -> str:
    """« (entre 16 et 20 %) » after whose share it is; empty when the interval prints as one number."""
    if share.low is None or share.high is None:
        return ""
    words = percent_between(share.low, share.high)
    return f" ({words})" if words.startswith("entre") else ""


def inhabitants(people: Measure) -> str:
    """« environ 1 340 habitants »."""
    return f"{roughly(people)}{counted(people.value or 0.0, 'habitant', 'habitants')}"


def whole_key(study: Study) -> tuple[str, str]:
    """Layer and code of the whole territory."""
    return WHOLE, study.residents.covers[0].zones[0][0]


def priority_words(study: Study) -> tuple[str, str]:
    """Singular and plural of the priority quarters, which may have been repealed."""
    if study.territory.layers[QPV].in_force:
        return "quartier prioritaire", "quartiers prioritaires"
    return "ancien quartier prioritaire", "anciens quartiers prioritaires"


def as_sentence(text: str) -> str:
    """A text with its capital and French spaces."""
    return typeset(capital(text))


def finding_of(kind: str, sheet: IndicatorSheet, text: str, concerned: float, *, about: str = "") -> Finding:
    """A finding of a kind; ``concerned`` (0 to 1) ranks it among its kind."""
    return Finding(f"{kind}:{about or sheet.key}", sheet.key, as_sentence(text), TIERS[kind] + concerned)
