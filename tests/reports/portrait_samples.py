"""A portrait made by hand: official numbers at several levels, a hospital, checks of the data."""

from __future__ import annotations

from dataclasses import replace

from hygie.engines.diagnosis.result import Diagnosis
from hygie.engines.kernel.measures import Measure, Reason, Status
from hygie.engines.kernel.statistic import Statistic, StatisticStatus
from hygie.engines.portrait.result import (
    Authorisation,
    Grade,
    HospitalSite,
    HospitalWatch,
    OfficialResult,
    PeerGroup,
    PeerStanding,
    Portrait,
    QualityCheck,
)

TABLE = "DREES, table d’essai"


def statistic(
    level: str, value: float | None, year: str = "2023", *, key: str = "apl_gp", unit: str = "consultations"
) -> Statistic:
    names = {"commune": "Clairval", "epci": "Pays de Clairval", "departement": "Département fictif"}
    status = StatisticStatus.SECRET if value is None else StatisticStatus.PUBLISHED
    name = names.get(level, level)
    return Statistic(key, "Accès", unit, level, f"{level}-1", name, value, year, TABLE, status)


def official() -> tuple[OfficialResult, ...]:
    """A number of the commune, one known by département only, one kept back, one that nobody gives."""
    commune, epci = statistic("commune", 2.4), statistic("epci", 3.25)
    former = tuple(statistic("commune", value, year) for value, year in ((2.9, "2015"), (2.7, "2019")))
    vaccinated = statistic("departement", 54.4, "2024", key="flu_vaccination_65_plus", unit="%")
    secret = statistic("commune", None, key="poverty", unit="%")
    return (
        _result("apl_gp", "care", main=commune, values=(commune, epci), earlier=former, standing=STANDING),
        _result("flu_vaccination_65_plus", "prevention", main=vaccinated, values=(vaccinated,), unit="%"),
        replace(_result("poverty", "equity", values=(secret,), unit="%"), status=Status.SUPPRESSED),
        replace(
            _result("hpv_vaccination", "prevention"), status=Status.NOT_COMPUTED, reason=Reason.NO_SOURCE
        ),
    )


STANDING = PeerStanding(low=2.5, median=3.1, high=4.4, rank=17, known=20)


def _result(
    key: str,
    theme: str,
    *,
    main: Statistic | None = None,
    values: tuple[Statistic, ...] = (),
    earlier: tuple[Statistic, ...] = (),
    standing: PeerStanding | None = None,
    unit: str = "consultations",
) -> OfficialResult:
    return OfficialResult(
        key=key,
        theme=theme,
        title=f"Titre de {key}",
        question=f"Question de {key} ?",
        unit=unit,
        status=Status.COMPUTED,
        reason=None,
        main=main,
        values=values,
        earlier=earlier,
        standing=standing,
    )


def hospitals() -> HospitalWatch:
    beds = tuple(
        Statistic("beds", "Lits", "lits", "site", "H1", "Hôpital", v, y, TABLE, StatisticStatus.PUBLISHED)
        for v, y in ((120.0, "2015"), (96.0, "2023"))
    )
    site = HospitalSite(
        code="H1",
        name="Hôpital <b>de</b> Clairval",
        commune="00001",
        series=(beds,),
        authorisations=(Authorisation("04", "Chirurgie", "2027-05-01", "date à vérifier"),),
        lost=("Lits : 120 en 2015, 96 en 2023.",),
    )
    return HospitalWatch((site,), ("Une remarque sur l’hôpital.",))


def quality() -> tuple[QualityCheck, ...]:
    return (
        QualityCheck("names", "noms", Grade.GOOD, None, "", "Tous les lieux ont un nom.", ""),
        QualityCheck(
            "hours",
            "horaires des lieux",
            Grade.BAD,
            Measure(0.99),
            "part",
            "Presque aucun horaire n’est connu.",
            "Fournir une liste.",
            ("access_pharmacy", "apl_gp"),
        ),
    )


def make_portrait(diagnosis: Diagnosis) -> Portrait:
    """The diagnosis and everything beside it."""
    peers = PeerGroup(
        ("Population de 30 000 à 70 000 habitants.",), (("11", "Aubeterre"), ("12", "Belval")), TABLE
    )
    return Portrait(diagnosis, official(), peers, hospitals(), quality())
