"""Checks of the sources, of the official numbers and of what the diagnosis could not compute."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from hygie.engines.diagnosis.sentences import reason_words
from hygie.engines.kernel.french import counted, listing, number, percent
from hygie.engines.kernel.measures import Measure
from hygie.engines.kernel.statistic import Statistic, StatisticStatus
from hygie.engines.kernel.territory import SourceAccount
from hygie.engines.portrait.quality_model import SHARE, YEARS, Facts, check
from hygie.engines.portrait.result import Grade, QualityCheck

_YEAR = re.compile(r"(?<![0-9])(?:19|20)[0-9]{2}(?![0-9])")
_OWN_LEVELS = frozenset({"commune", "territory"})


def vintage_year(vintage: str) -> int | None:
    """First year that a vintage names, which is that of the data; None when it names none.

    « 2020, en vigueur en 2023 » describes 2020.
    """
    found = _YEAR.search(vintage)
    return None if found is None else int(found[0])


def first_accounts(accounts: Sequence[SourceAccount]) -> tuple[SourceAccount, ...]:
    """One account a source, that of its first file, in their order."""
    by_name: dict[str, SourceAccount] = {}
    for account in accounts:
        by_name.setdefault(account.name, account)
    return tuple(by_name.values())


def vintage_checks(facts: Facts) -> Iterator[QualityCheck]:
    """Age of each source in whole years on the reference date."""
    for account in first_accounts(facts.territory.sources):
        subject, bears = f"Ancienneté : {account.title}", facts.by_source(account.name)
        key, year = f"vintage:{account.name}", vintage_year(account.vintage)
        if facts.territory.fictional:
            told = ("Données inventées : elles n’ont pas de date.", "")
            yield check(key, subject, Grade.GOOD, measured=(None, YEARS), sentences=told, bears=bears)
        elif year is None:
            told = (
                f"Le millésime « {account.vintage} » ne dit pas d’année.",
                "Écrire l’année des données dans la recette : la Licence Ouverte demande leur date.",
            )
            yield check(key, subject, Grade.WATCH, measured=(None, YEARS), sentences=told, bears=bears)
        else:
            yield _aged(facts, account, year)


def _aged(facts: Facts, account: SourceAccount, year: int) -> QualityCheck:
    age = facts.year - year
    seen = f"Millésime {account.vintage} : {counted(age, 'an', 'ans')} à la date de référence."
    grade = facts.rules.limits["age"].grade(age)
    if age < 0:
        seen = f"Le millésime {account.vintage} est postérieur à la date de référence, {facts.year}."
        grade = Grade.WATCH
    to_do = "Chercher un millésime plus récent ; sinon dire l’année à chaque lecture."
    subject, measured = f"Ancienneté : {account.title}", (Measure(float(age)), YEARS)
    return check(
        f"vintage:{account.name}",
        subject,
        grade,
        measured=measured,
        sentences=(seen, to_do),
        bears=facts.by_source(account.name),
    )


def rejected_checks(facts: Facts) -> Iterator[QualityCheck]:
    """Rows that no reader could understand: all files together, then each file that has some."""
    sources = facts.territory.sources
    read, rejected = sum(a.read for a in sources), sum(a.rejected for a in sources)
    if read:
        yield _rejection(facts, "rejected", ("Lignes rejetées, tous fichiers", read, rejected), ())
    for place, account in enumerate(sources):
        if account.rejected:
            told = (f"Lignes rejetées : {account.file or account.title}", account.read, account.rejected)
            key, bears = f"rejected:{account.name}:{place}", facts.by_source(account.name)
            yield _rejection(facts, key, told, bears)


def _rejection(facts: Facts, key: str, told: tuple[str, int, int], bears: tuple[str, ...]) -> QualityCheck:
    subject, read, rejected = told
    share = rejected / read
    seen = f"{counted(rejected, 'ligne rejetée', 'lignes rejetées')} sur {number(read)}"
    seen += f" ({percent(share, 1)})." if rejected else "."
    to_do = "Lire rejects.csv dans le dossier du territoire, et prévenir le producteur."
    grade = facts.rules.limits["rejected"].grade(share)
    return check(key, subject, grade, measured=(Measure(share), SHARE), sentences=(seen, to_do), bears=bears)


def repealed_checks(facts: Facts) -> Iterator[QualityCheck]:
    """Zonings that no longer apply on the reference date."""
    for layer in facts.territory.layers.values():
        if layer.in_force:
            continue
        bears = tuple(
            result.key
            for result in facts.diagnosis.indicators
            if any(cell.layer == layer.key for cell in result.cells)
        )
        seen = f"{layer.title} : ce découpage n’est plus en vigueur."
        to_do = "Fournir le découpage en vigueur, puis reconstruire le territoire."
        key, subject = f"repealed:{layer.key}", "Découpage abrogé"
        yield check(
            key, subject, Grade.BAD, measured=(None, "découpage"), sentences=(seen, to_do), bears=bears
        )


def missing_check(facts: Facts) -> Iterator[QualityCheck]:
    """Indicators that are not computed, gathered by what they lack."""
    indicators = facts.diagnosis.indicators
    if not indicators:
        return
    lacking = [(result, result.reason) for result in indicators if result.reason is not None]
    reasons = dict.fromkeys(reason for _, reason in lacking)
    told = [
        f"{reason_words(reason)} ({listing([r.title for r, why in lacking if why is reason])})"
        for reason in reasons
    ]
    seen = f"{counted(len(lacking), 'indicateur', 'indicateurs')} sur {len(indicators)} non "
    seen += "calculé" if len(lacking) < 2 else "calculés"
    seen += f" : {' ; '.join(told)}." if told else "."
    grade = facts.rules.limits["not_computed"].grade(len(lacking) / len(indicators))
    yield check(
        "not_computed",
        "Indicateurs non calculés",
        grade,
        measured=(Measure(float(len(lacking))), "indicateurs"),
        sentences=(seen, "Fournir les sources qui manquent, puis recalculer."),
        bears=[result.key for result, _ in lacking],
    )


def figure_check(facts: Facts) -> Iterator[QualityCheck]:
    """Reference figures whose source was not read."""
    figures = facts.diagnosis.provenance.figures
    if not figures:
        return
    pending = {figure.key for figure in figures if figure.status == "to-verify"}
    seen = f"{counted(len(pending), 'valeur', 'valeurs')} de référence « à vérifier » sur {len(figures)}."
    bears = [r.key for r in facts.diagnosis.indicators if pending.intersection(r.figures)]
    grade = facts.rules.limits["to_verify"].grade(len(pending) / len(figures))
    measured = (Measure(float(len(pending))), "valeurs")
    to_do = "Faire lire leur source avant toute publication."
    yield check(
        "to_verify",
        "Valeurs de référence à vérifier",
        grade,
        measured=measured,
        sentences=(seen, to_do),
        bears=bears,
    )


def statistic_checks(facts: Facts) -> Iterator[QualityCheck]:
    """Official numbers of the territory itself that are absent or kept back, and partial means."""
    own = [s for s in facts.statistics if s.level in _OWN_LEVELS]
    limit = facts.rules.limits["statistics"]
    for key, status, words in (
        ("statistics_missing", StatisticStatus.NOT_AVAILABLE, "absents des tableaux fournis"),
        ("statistics_secret", StatisticStatus.SECRET, "gardés secrets par leur producteur"),
    ):
        if not own:
            continue
        lost = [s for s in own if s.status is status]
        share = len(lost) / len(own)
        seen = f"{counted(len(lost), 'chiffre officiel', 'chiffres officiels')} sur {number(len(own))} "
        seen += f"{words}{_named(lost)}."
        to_do = "Lire la valeur d’un niveau plus large, en disant lequel."
        measured = (Measure(share), SHARE)
        yield check(
            key,
            "Chiffres officiels du territoire",
            limit.grade(share),
            measured=measured,
            sentences=(seen, to_do),
        )
    partial = [s.missing for s in facts.statistics if s.missing is not None and s.value is not None]
    if partial:
        most = max(partial)
        seen = f"Moyennes de communes : il y manque au plus {percent(most, 1)} de la population."
        to_do = "Dire cette part à côté du chiffre."
        measured = (Measure(most), SHARE)
        subject = "Chiffres officiels calculés ici"
        yield check(
            "statistics_partial", subject, limit.grade(most), measured=measured, sentences=(seen, to_do)
        )


def _named(lost: list[Statistic]) -> str:
    titles = list(dict.fromkeys(s.title for s in lost))
    if not titles:
        return ""
    more = len(titles) - 3
    tail = f" et {counted(more, 'autre', 'autres')}" if more > 0 else ""
    return f" : {', '.join(titles[:3])}{tail}"
