"""Whether the journals of this instance hold: whole, or since their last seal."""

from __future__ import annotations

import json
from itertools import chain as chained

from hygie.apps.core.audit.chain import BrokenChainError, verify
from hygie.apps.core.audit.export import JOURNALS, exported
from hygie.apps.core.audit.models import Head, ReadingHead, Seal


def verified_lines(journal: str, *, quick: bool = False) -> int:
    """Check a journal against itself, its seals and the end that its writers keep; lines read.

    Parameters
    ----------
    quick
        Read from the last sealed line on: what was sealed was checked then, and its digest was published.
        A sealed line changed since is seen by a whole check only.

    Raises
    ------
    BrokenChainError
        At the first line that does not hold.
    """
    seals = list(Seal.objects.filter(journal=journal).order_by("month"))
    last = seals[-1] if quick and seals else None
    lines = exported(journal, since=0 if last is None else last.last)
    first = next(lines, None)
    if first is None:
        _check_end(journal, _sealed_head(seals))
        return 0
    if last is not None:
        _check_joined(first, last)
    found = verify(chained([first], lines))
    _check_end(journal, found.head)
    for seal in seals if last is None else [last]:
        _check_seal(journal, seal)
    return found.count


def _sealed_head(seals: list[Seal]) -> str:
    """The last digest of a journal whose lines were all removed once sealed; empty when none ever was."""
    return seals[-1].head if seals and seals[-1].removed is not None else ""


def _check_joined(first: str, seal: Seal) -> None:
    """The first line read is the sealed one, or follows it when it was removed."""
    line = json.loads(first)
    there = line["number"] == seal.last and line["digest"] == seal.head
    after = line["number"] == seal.last + 1 and line["previous"] == seal.head
    if not there and not (after and seal.removed is not None):
        raise BrokenChainError(f"Le sceau de {seal.month} n’est pas suivi de la ligne attendue.")


def _check_seal(journal: str, seal: Seal) -> None:
    model, using = JOURNALS[journal]
    if seal.removed is not None:
        return
    line = model._default_manager.using(using).filter(number=seal.last).first()
    if line is None or line.digest != seal.head:
        raise BrokenChainError(f"Le sceau de {seal.month} n’est pas celui du journal.")


def _check_end(journal: str, head: str) -> None:
    """The last line is the one that its writers left: a cut tail shows here without any seal."""
    kept = (Head if journal == "decisions" else ReadingHead)._default_manager
    using = JOURNALS[journal][1]
    end = kept.using(using).filter(pk=1).first()
    if end is not None and end.number and end.digest != head:
        raise BrokenChainError("Il manque des lignes à la fin.")
