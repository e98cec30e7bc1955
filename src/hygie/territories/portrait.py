"""The portrait of a territory folder: diagnosis, official numbers, hospitals, quality of its data."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from hygie.engines.diagnosis.result import Diagnosis
from hygie.engines.diagnosis.study import Study
from hygie.engines.portrait.air import air_results
from hygie.engines.portrait.comparison import peer_group, peer_standings
from hygie.engines.portrait.hospitals import hospital_watch
from hygie.engines.portrait.keeping import publishable
from hygie.engines.portrait.official import OfficialParameters
from hygie.engines.portrait.portrait import Beside, portrait_of, printed_accounts
from hygie.engines.portrait.quality import quality_checks
from hygie.engines.portrait.result import Portrait
from hygie.readers.catalogue import Catalogue
from hygie.readers.hospital_parameters import watch_rules
from hygie.readers.portrait_parameters import portrait_parameters
from hygie.readers.quality_parameters import quality_rules
from hygie.readers.territory_folder import StoredTerritory
from hygie.territories.similar import SIMILAR_FIGURES, peer_rules


def portrait_from(
    stored: StoredTerritory, study: Study, diagnosis: Diagnosis, catalogue: Catalogue
) -> Portrait:
    """Everything that the reports of a territory print.

    Parameters
    ----------
    stored
        The territory as kept on disk.
    study
        The same, made ready.
    diagnosis
        Its indicators, as they may be published.
    catalogue
        Official indicators, and how the checks of the data are graded.

    Raises
    ------
    HygieError
        If a figure of the catalogue has no value on the reference date.
    """
    on = date.fromisoformat(stored.reference_date)
    statistics = publishable(stored.statistics, study.parameters.smallest_count)
    checks = quality_checks(
        stored.territory,
        diagnosis,
        statistics=statistics,
        movements=study.movements,
        year=on.year,
        rules=quality_rules(catalogue, on),
    )
    hospitals = hospital_watch(
        stored.hospitals, statistics, watch_rules(catalogue, on), on=stored.reference_date
    )
    parameters = portrait_parameters(catalogue)
    compared = _compared(stored, parameters, catalogue)
    portrait = portrait_of(
        diagnosis,
        statistics,
        parameters,
        sources=stored.territory.sources,
        beside=replace(compared, hospitals=hospitals, quality=checks),
    )
    accounts = printed_accounts(stored.territory.sources)
    air = air_results(statistics, accounts=accounts)
    return replace(portrait, official=(*portrait.official, *air))


def _compared(stored: StoredTerritory, parameters: OfficialParameters, catalogue: Catalogue) -> Beside:
    """Similar communes, and where the commune stands among them; nothing without them."""
    if stored.similar is None:
        return Beside()
    on = date.fromisoformat(stored.reference_date)
    rules = peer_rules({key: catalogue.figure(key, on) for key in SIMILAR_FIGURES})
    standings = peer_standings(parameters.sheets, stored.statistics, stored.similar, rules)
    return Beside(peers=peer_group(stored.similar, rules), standings=standings)
