"""Sheets of what stands beside the diagnosis: official numbers, similar communes, hospitals, quality."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain

from hygie.engines.kernel.french import typeset
from hygie.engines.kernel.statistic import LEVEL_LABELS, Statistic
from hygie.engines.portrait.result import HospitalSite, OfficialResult
from hygie.reports.annexes import GRADES
from hygie.reports.ods.computed import Book
from hygie.reports.ods.measures import SHARE, number_of, status_words
from hygie.reports.ods.sheets import Column, Format, Num, Sheet, Value
from hygie.reports.official_words import STATUS_WORDS
from hygie.reports.provenance import french_date
from hygie.reports.words import REASONS

OFFICIAL_COLUMNS = (
    *(Column("Clé", 4.5), Column("Thème"), Column("Indicateur", 7), Column("Rôle", 4.5)),
    *(Column("Valeur"), Column("Unité", 5), Column("Statut"), Column("Raison", 5)),
    *(Column("Niveau", 5), Column("Code"), Column("Zone", 5), Column("Année")),
    *(Column("Part manquante"), Column("Source", 8), Column("Communes similaires connues")),
    *(Column("Premier quartile"), Column("Médiane"), Column("Troisième quartile"), Column("Rang")),
)
PEER_COLUMNS = (Column("Rang de ressemblance"), Column("Code"), Column("Commune", 6), Column("Note", 10))
HOSPITAL_COLUMNS = (
    *(Column("Code"), Column("Établissement", 7), Column("Commune"), Column("Ligne", 4)),
    *(Column("Libellé", 8), Column("Valeur"), Column("Unité", 4), Column("Statut"), Column("Année")),
    *(Column("Jusqu’au", 4), Column("Remarque", 9), Column("Source", 8)),
)
QUALITY_COLUMNS = (
    *(Column("Clé", 4.5), Column("Vérification", 7), Column("Avis"), Column("Mesure")),
    *(Column("Unité", 4), Column("Statut"), Column("Constat", 12), Column("À faire", 10)),
    Column("Indicateurs concernés", 9),
)

OFFICIAL_ORIGIN = "tableau officiel"
_NO_TABLE = "Aucun chiffre officiel : aucun tableau n’est fourni."


def official_lines(book: Book) -> Iterator[list[Value]]:
    """One line an official indicator, under the columns of the computed ones."""
    for result in book.portrait.official:
        text = book.texts.official.get(result.key)
        main = result.main
        formula = "" if text is None else _formula(text.numerator, text.denominator)
        yield [
            *(result.key, result.title, result.question, OFFICIAL_ORIGIN, "Valeur du territoire"),
            *(_value(main), result.unit, *_status(result, main), None, None),
            *(LEVEL_LABELS[main.level] if main else "", main.name if main else "", "ensemble"),
            *(main.year if main else "", _source(result, main), formula),
            *(text.reading if text else "", " ".join(text.limits) if text else ""),
            "définition à vérifier" if text and text.status == "to-verify" else "",
        ]


def _formula(numerator: str, denominator: str) -> str:
    if denominator in ("", "sans objet"):
        return numerator
    return typeset(f"{numerator}, rapporté à : {denominator}")


def _value(statistic: Statistic | None) -> Value:
    return None if statistic is None else number_of(statistic.value, Format.PLAIN)


def _status(result: OfficialResult, statistic: Statistic | None) -> tuple[str, str]:
    if statistic is not None:
        return STATUS_WORDS[statistic.status], ""
    reason = "" if result.reason is None else REASONS[result.reason]
    return "non disponible", reason


def _source(result: OfficialResult, main: Statistic | None) -> str:
    return main.source if main else result.source


def official_sheet(book: Book) -> Sheet:
    """Every official number, at every level and year."""
    rows = chain.from_iterable(_official_rows(result) for result in book.portrait.official)
    return Sheet("Officiel", OFFICIAL_COLUMNS, rows, typeset(_NO_TABLE))


def _official_rows(result: OfficialResult) -> Iterator[list[Value]]:
    others = [s for s in result.values if s != result.main]
    roles = [("valeur du territoire", result.main), *(("autre niveau", s) for s in others)]
    roles += [("année antérieure", s) for s in result.earlier]
    for role, statistic in roles:
        standing = result.standing if role == "valeur du territoire" else None
        named = (result.key, result.theme, result.title, role)
        if statistic is None:
            yield [*named, None, result.unit, *_status(result, None), "", "", "", "", None, result.source]
            continue
        yield [
            *(*named, _value(statistic), statistic.unit or result.unit, *_status(result, statistic)),
            *(LEVEL_LABELS[statistic.level], statistic.code, statistic.name, statistic.year),
            *(number_of(statistic.missing, Format.SHARE), statistic.source),
            *(
                ()
                if standing is None
                else (
                    *(Num(standing.known, Format.COUNT), Num(standing.low), Num(standing.median)),
                    *(Num(standing.high), Num(standing.rank, Format.COUNT)),
                )
            ),
        ]


def peer_sheet(book: Book) -> Sheet:
    """The communes called similar, and by what."""
    peers, rows = book.portrait.peers, list[list[Value]]()
    if peers is not None:
        rows += [[Num(rank, Format.COUNT), code, name] for rank, (code, name) in enumerate(peers.communes, 1)]
        rows += [[None, "", "Critère", criterion] for criterion in peers.criteria]
        rows.append([None, "", "Source", peers.source])
    return Sheet("Communes similaires", PEER_COLUMNS, rows, "Aucune commune similaire n’est connue.")


def hospital_sheet(book: Book) -> Sheet:
    """Numbers by year, authorisations and losses of each hospital."""
    watch = book.portrait.hospitals
    rows = [row for site in watch.sites for row in _hospital_rows(site)]
    rows += [["", "", "", "avertissement", text] for text in watch.warnings]
    return Sheet("Hôpitaux", HOSPITAL_COLUMNS, rows, "Aucun hôpital n’est suivi : aucune source fournie.")


def _hospital_rows(site: HospitalSite) -> Iterator[list[Value]]:
    named = (site.code, site.name, site.commune)
    for statistic in chain.from_iterable(site.series):
        yield [
            *(*named, "série", statistic.title, _value(statistic), statistic.unit),
            *(STATUS_WORDS[statistic.status], statistic.year, "", LEVEL_LABELS[statistic.level]),
            statistic.source,
        ]
    for held in site.authorisations:
        title = f"{held.title} ({held.activity})"
        until = french_date(held.until)
        yield [*named, "autorisation", title, None, "", "", "", until, held.note, ""]
    for sentence in site.lost:
        yield [*named, "perdu depuis", sentence]


def quality_sheet(book: Book) -> Sheet:
    """What was verified about the data, worst first."""
    order = list(GRADES)
    titles = book.titles
    rows: list[list[Value]] = []
    for found in sorted(book.portrait.quality, key=lambda one: order.index(one.grade)):
        measure = found.measure
        share = found.unit == "part"
        shown = Format.SHARE if share else Format.PLAIN
        status = "" if measure is None else " ".join(filter(None, status_words(measure, book.few)))
        bears = ", ".join(titles.get(key, key) for key in found.indicators)
        rows.append(
            [
                *(found.key, found.subject, GRADES[found.grade]),
                number_of(measure.value, shown) if measure else None,
                *(SHARE if share else found.unit, status, found.sentence, found.to_do, bears),
            ]
        )
    return Sheet("Qualité", QUALITY_COLUMNS, rows, "Aucune vérification n’est faite.")
