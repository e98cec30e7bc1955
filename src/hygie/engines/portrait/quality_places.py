"""Checks of the places: what their sources leave out, what is to be verified, what was merged."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from hygie.engines.kernel.french import counted, number, percent
from hygie.engines.kernel.measures import Measure
from hygie.engines.portrait.quality_model import SHARE, Facts, check, share_of
from hygie.engines.portrait.result import Grade, QualityCheck

MOST_NAMED = 5
"""Categories named in one sentence; the lists of places hold the others."""

WITHOUT_HOURS = frozenset({"green"})
"""Entrances of green spaces have no hours of their own."""

_LACKS = {
    "capacity": ("Capacité des lieux", "sans capacité connue", "Un lieu sans capacité compte pour un."),
    "hours": ("Horaires des lieux", "sans horaires", "Leur ouverture est dite inconnue, jamais devinée."),
    "names": ("Nom des lieux", "sans nom", "Ils sont appelés par leur catégorie."),
}


def lacking_checks(facts: Facts) -> Iterator[QualityCheck]:
    """Places of the territory without capacity, hours or name, the categories that lack most first."""
    places = facts.territory.places
    categories = places.categories
    has_unit = np.isin(categories, sorted(facts.rules.counted))
    opens = ~np.isin(categories, sorted(WITHOUT_HOURS))
    for key, asked, lacks in (
        ("capacity", has_unit, np.isnan(places.capacity)),
        ("hours", opens, places.hours == ""),
        ("names", np.ones(len(places), np.bool_), places.names == ""),
    ):
        among = places.inside & asked
        if not among.any():
            continue
        subject, words, effect = _LACKS[key]
        without = lacks[among]
        share, grade = share_of(without), facts.rules.limits[key].grade(share_of(without))
        seen = f"{counted(int(without.sum()), 'lieu', 'lieux')} sur {number(len(without))} {words}."
        if without.any():
            seen += f" {effect} {_worst(facts, categories[among], without)}"
        to_do = "Compléter la source, ou fournir une liste de lieux de la commune."
        bears = facts.by_category(np.unique(categories[among][without]).tolist())
        yield check(
            f"no_{key}",
            subject,
            grade,
            measured=(Measure(share), SHARE),
            sentences=(seen, to_do),
            bears=bears,
        )


def _worst(facts: Facts, categories: NDArray[np.str_], without: NDArray[np.bool_]) -> str:
    """« Les plus touchés : pharmacie (3 sur 8)… », most missing first, then by key."""
    keys, of = np.unique(categories, return_counts=True)
    lost = [int(np.count_nonzero(without[categories == key])) for key in keys]
    ranked = sorted(
        ((n, int(total), str(key)) for key, total, n in zip(keys, of, lost, strict=True) if n),
        key=lambda row: (-row[0], row[2]),
    )
    named = [f"{facts.rules.titles.get(key, key)} ({n} sur {total})" for n, total, key in ranked]
    more = len(named) - MOST_NAMED
    tail = f" et {counted(more, 'autre catégorie', 'autres catégories')}" if more > 0 else ""
    return f"Les plus touchés : {', '.join(named[:MOST_NAMED])}{tail}."


def remark_check(facts: Facts) -> Iterator[QualityCheck]:
    """Places that their source, or its reading, makes a remark about."""
    places = facts.territory.places
    if not places.inside.any():
        return
    # A FINESS number that a map names is an identity, not a remark.
    told = (places.notes != "") & ~np.char.startswith(places.notes, "FINESS ")
    noted = told[places.inside]
    doubtful = np.char.find(places.notes, "vérifier")[places.inside] >= 0
    share = share_of(noted & doubtful)
    seen = f"{counted(int(noted.sum()), 'lieu porte', 'lieux portent')} une remarque, dont "
    seen += f"{number(int((noted & doubtful).sum()))} « à vérifier »."
    bears = facts.by_category(np.unique(places.categories[places.inside][noted & doubtful]).tolist())
    to_do = "Vérifier ces lieux sur place ou auprès de leur producteur ; leur liste est dans les annexes."
    grade = facts.rules.limits["notes"].grade(share)
    yield check(
        "notes",
        "Lieux à vérifier",
        grade,
        measured=(Measure(share), SHARE),
        sentences=(seen, to_do),
        bears=bears,
    )


def merged_check(facts: Facts) -> Iterator[QualityCheck]:
    """Places told by several sources and kept once: said, never bad."""
    places = facts.territory.places
    if not places.inside.any():
        return
    merged = (places.traces != "")[places.inside]
    others = sum(len(trace.split()) for trace in places.traces[places.inside].tolist())
    seen = "Aucun lieu n’est cité par plusieurs sources."
    if merged.any():
        seen = (
            f"{counted(int(merged.sum()), 'lieu cité', 'lieux cités')} par plusieurs sources, "
            f"{percent(share_of(merged))} du total, et comptés une seule fois ; "
            f"{counted(others, 'autre mention gardée', 'autres mentions gardées')} à part."
        )
    measured = (Measure(float(merged.sum())), "lieux")
    yield check("merged", "Doublons réunis", Grade.GOOD, measured=measured, sentences=(seen, ""))
