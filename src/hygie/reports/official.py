"""Official numbers as tables: value and its level, wider zones beside, similar communes, what is missing."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence

from hygie.engines.kernel.french import NARROW, WIDE, listing, number
from hygie.engines.kernel.measures import Status
from hygie.engines.kernel.statistic import LEVEL_LABELS, Statistic
from hygie.engines.portrait.result import OfficialResult
from hygie.reports.official_words import (
    STATUS_WORDS,
    TIGHT,
    level_words,
    natural_decimals,
    short_year,
    split_title,
    statistic_shown,
    with_unit,
)
from hygie.reports.standing import ordinal
from hygie.reports.tables import Column, Row, Table
from hygie.reports.texts import OfficialTexts
from hygie.reports.words import Shown

WIDER = (("epci", "Intercommunalité"), ("departement", "Département"), ("france", "France"))
"""Levels printed beside a number, and their headings."""

PEERS, EARLIER = "Communes comparables", "Plus tôt"
"""Headings: what similar communes are worth, and the oldest number known."""

NO_NUMBER = Shown("–", number=False)
Sheets = Mapping[str, OfficialTexts]

_LEVELS = re.compile(r"^valeur (de la |de l’|du )")
_THOUSANDS = re.compile(r"(?<=\d) (?=\d{3}\b)")


def decimals_of(result: OfficialResult, sheets: Sheets) -> int:
    """Decimals that the catalogue asks for, else those its own number calls for."""
    if result.key in sheets:
        return sheets[result.key].decimals
    return natural_decimals(result.main.value) if result.main and result.main.value is not None else 0


def known(results: Sequence[OfficialResult]) -> list[OfficialResult]:
    """Those that a table gives, statistical secrecy included."""
    return [result for result in results if result.status is not Status.NOT_COMPUTED]


def official_table(key: str, caption: str, results: Sequence[OfficialResult], sheets: Sheets) -> Table | None:
    """One row an indicator that is known; None when none is.

    The level that most rows share is said once, in the caption; the others say their own under their name.

    Parameters
    ----------
    key
        Unique in the page.
    results
        Of one theme.
    sheets
        What the catalogue says of each.
    """
    told = known(results)
    if not told:
        return None
    compared = any(result.standing for result in told)
    former = any(result.earlier for result in told)
    wider = [(level, head) for level, head in WIDER if any(_adds(result, level) for result in told)]
    columns = [Column("Valeur"), Column("Année", text=True)]
    columns += [Column(head, "Zones plus larges") for _, head in wider]
    if compared:
        columns += [Column(head, PEERS) for head in ("Médiane", "Rang")]
    if former:
        columns.append(Column(EARLIER))
    columns.append(Column("Statut", text=True))
    levels = [level for level, _ in wider]
    usual, said = _usual_level(told)
    rows = [
        Row(
            title_of(r),
            tuple(_cells(r, sheets, levels, compared=compared, former=former)),
            detail=_under(r, usual),
        )
        for r in told
    ]
    notes = (*_other_years(told), *sources_of(told))
    return Table(key, f"{caption}{said}", "Indicateur", tuple(columns), (("", tuple(rows)),), notes)


def _usual_level(results: Sequence[OfficialResult]) -> tuple[str, str]:
    """The level of most rows, and how a caption says it: « (valeurs de la commune, sauf mention) ».

    Stations are not counted: each is named under its row.
    """
    mains = [r for r in results if r.main is not None]
    counts = Counter(level_words(r.main) for r in mains if not split_title(r.title)[1])
    if not counts:
        return "", ""
    usual = counts.most_common(1)[0][0]
    but = "" if counts[usual] == len(mains) else ", sauf mention"
    return usual, f" ({usual.replace('valeur', 'valeurs', 1)}{but})"


def _under(result: OfficialResult, usual: str) -> str:
    """What goes under a name: its station, its unit when it is long, its level when it is not the usual."""
    _, place = split_title(result.title)
    known_number = result.main is not None and result.main.value is not None
    unit = "" if _said(result) or not known_number or result.unit.startswith(TIGHT) else result.unit
    level = level_words(result.main)
    return " · ".join(part for part in (place, unit, "" if place or level == usual else level) if part)


def _other_years(results: Sequence[OfficialResult]) -> tuple[str, ...]:
    """« Autre donnée du calcul : population municipale 2022, pour : bibliothèques. »."""
    told: dict[str, list[str]] = {}
    for result in results:
        other = result.main.year.partition(" (")[2].removesuffix(")") if result.main else ""
        if other:
            told.setdefault(other, []).append(in_sentence(title_of(result)))
    return tuple(
        f"Autre donnée du calcul{WIDE}: {other}, pour{WIDE}: {listing(names)}."
        for other, names in told.items()
    )


def _adds(result: OfficialResult, level: str) -> bool:
    """Whether a wider zone has another number than the main one."""
    return any(s.level == level and s != result.main for s in result.values)


def _cells(
    result: OfficialResult, sheets: Sheets, wider: Sequence[str], *, compared: bool, former: bool
) -> list[Shown]:
    main, decimals = result.main, decimals_of(result, sheets)
    value = statistic_shown(main, decimals) if main else Shown(_no_main(result), number=False)
    cells = [_united(value, result.unit), text(short_year(main.year) if main else "")]
    cells += [_beside(result, level, decimals) for level in wider]
    if compared:
        cells += _standing(result, decimals)
    if former:
        cells.append(_former(result, decimals))
    return [*cells, text(STATUS_WORDS[main.status] if main else _no_main(result))]


def _no_main(result: OfficialResult) -> str:
    """Why no number speaks for the whole territory."""
    return "secret statistique" if result.status is Status.SUPPRESSED else "connu par zone"


def _united(value: Shown, unit: str) -> Shown:
    """A number with its unit when it is short; the others go under the name of the row."""
    if value.number and unit.startswith(TIGHT):
        return Shown(with_unit(value.text, unit), value.detail, value.number)
    return value


def text(words: str) -> Shown:
    """A cell of words, or a dash."""
    return Shown(words) if words else NO_NUMBER


def _beside(result: OfficialResult, level: str, decimals: int) -> Shown:
    """The number of a wider zone; its year when it is another than the main number's."""
    found = next((s for s in result.values if s.level == level), None)
    if found is None:
        return NO_NUMBER
    told = statistic_shown(found, decimals)
    year = short_year(found.year)
    other = year if result.main is not None and year != short_year(result.main.year) else ""
    return Shown(told.text, other, told.number)


def _standing(result: OfficialResult, decimals: int) -> list[Shown]:
    peers = result.standing
    if peers is None:
        return [NO_NUMBER, NO_NUMBER]
    low, high = number(peers.low, decimals), number(peers.high, decimals)
    middle = Shown(number(peers.median, decimals), f"moitié{WIDE}: {low} à {high}")
    return [middle, Shown(ordinal(peers.rank), f"sur {peers.known + 1}")]


def _former(result: OfficialResult, decimals: int) -> Shown:
    """The oldest known number of the same zone, and its year."""
    first = next((s for s in result.earlier if s.value is not None), None)
    return (
        NO_NUMBER
        if first is None
        else Shown(statistic_shown(first, decimals).text, f"en {short_year(first.year)}")
    )


def sources_of(results: Sequence[OfficialResult]) -> tuple[str, ...]:
    """« Source : DREES, APL (2023) : … » a source, with the indicators it gives when there are several."""
    by_source: dict[str, list[str]] = {}
    for result in results:
        if result.main is not None and result.main.source:
            by_source.setdefault(result.main.source, []).append(title_of(result))
    if len(by_source) == 1:
        return (f"Source{WIDE}: {next(iter(by_source))}.",)
    told = ((source, listing([in_sentence(name) for name in names])) for source, names in by_source.items())
    return tuple(f"Source{WIDE}: {source}, pour{WIDE}: {names}." for source, names in told)


def missing_table(key: str, title: str, results: Sequence[OfficialResult], sheets: Sheets) -> Table | None:
    """The indicators that no table gives, and where to ask for them; None when there is none."""
    absent = [result for result in results if result.status is Status.NOT_COMPUTED]
    if not absent:
        return None
    heads = ("Producteur", "Jeu de données", "Niveau le plus fin", "Où le trouver")
    columns = tuple(Column(head, text=True) for head in heads)
    rows = tuple(Row(title_of(result), _where(result, sheets)) for result in absent)
    caption = f"{title}{WIDE}: ce qui n’est pas dans les données fournies, et où le demander"
    return Table(key, caption, "Indicateur", columns, (("", rows),))


def _where(result: OfficialResult, sheets: Sheets) -> tuple[Shown, ...]:
    """Publisher, data set, finest level, page; what was not read at its source says so."""
    if result.key not in sheets:
        return (NO_NUMBER,) * 4
    needs = sheets[result.key].needs
    page = f"{needs.page} (à vérifier)" if needs.page and needs.status == "to-verify" else needs.page
    finest = _LEVELS.sub("", LEVEL_LABELS.get(needs.finest, needs.finest))
    return text(needs.publisher), text(needs.dataset), text(finest), text(page)


def official_answer(result: OfficialResult, sheets: Sheets) -> str:
    """« 4,3 consultations par an : médecins généralistes (valeur de la commune, 2023). », number first.

    A number of a station says which one instead of its level.
    """
    main = result.main
    if main is None or main.value is None:
        lacking = result.status is Status.NOT_COMPUTED
        why = "aucune table fournie ne le donne" if lacking else _no_main(result)
        return f"Non disponible pour l’ensemble du territoire{WIDE}: {why}."
    told = statistic_shown(main, decimals_of(result, sheets)).text
    value = told if _said(result) else with_unit(told, result.unit)
    where = split_title(result.title)[1] or level_words(main)
    return f"{value}{WIDE}: {in_sentence(title_of(result))} ({where}, {short_year(main.year)})."


def _said(result: OfficialResult) -> bool:
    """Whether the title already says the unit."""
    return result.unit.lower() in result.title.lower()


def in_sentence(words: str) -> str:
    """A title without its first capital, but for those of an acronym."""
    return words if words[1:2].isupper() else words[:1].lower() + words[1:]


def title_of(result: OfficialResult) -> str:
    """The title without its station, its large numbers never broken: « pour 10 000 habitants »."""
    return unbroken(split_title(result.title)[0])


def unbroken(title: str) -> str:
    """The title, its large numbers on one line."""
    return _THOUSANDS.sub(NARROW, title)


def values_table(result: OfficialResult, sheets: Sheets) -> Table | None:
    """Every known level of one indicator, as published; None when nothing is known."""
    values = _all_values(result)
    if not values:
        return None
    decimals = decimals_of(result, sheets)
    rows = tuple(
        Row(
            s.name or s.code,
            (
                Shown(statistic_shown(s, decimals).text, "", s.value is not None),
                text(level_words(s)),
                text(s.year),
                text(STATUS_WORDS[s.status]),
                text(s.source),
            ),
            whole=s == result.main,
        )
        for s in values
    )
    heads = [Column("Niveau", text=True), Column("Année", text=True), Column("Statut", text=True)]
    columns = (
        Column(f"Valeur ({result.unit})" if result.unit else "Valeur"),
        *heads,
        Column("Source", text=True),
    )
    caption = f"{title_of(result)}{NARROW}; tous les niveaux connus"
    return Table(f"values-{result.key}", caption, "Zone", columns, (("", rows),))


def _all_values(result: OfficialResult) -> list[Statistic]:
    """Earlier numbers, then every known level, the main one once."""
    return list(dict.fromkeys([*([result.main] if result.main else []), *result.values, *result.earlier]))
