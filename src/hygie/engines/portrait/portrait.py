"""The portrait of a territory put together: its diagnosis and what stands beside it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from hygie.engines.diagnosis.result import Diagnosis
from hygie.engines.kernel.french import typeset
from hygie.engines.kernel.statistic import Statistic
from hygie.engines.kernel.territory import SourceAccount
from hygie.engines.portrait.official import OfficialParameters, official_results
from hygie.engines.portrait.result import HospitalWatch, PeerGroup, PeerStanding, Portrait, QualityCheck

NO_HOSPITAL = HospitalWatch((), ())
"""What is followed when no source tells of hospitals."""


@dataclass(frozen=True)
class Beside:
    """What other engines found, to stand beside the official numbers; empty when no source feeds it.

    ``standings`` are by key of an official indicator.
    """

    peers: PeerGroup | None = None
    standings: Mapping[str, PeerStanding] = field(default_factory=dict)
    hospitals: HospitalWatch = NO_HOSPITAL
    quality: tuple[QualityCheck, ...] = ()


def portrait_of(
    diagnosis: Diagnosis,
    statistics: Sequence[Statistic],
    parameters: OfficialParameters,
    *,
    sources: Sequence[SourceAccount] = (),
    beside: Beside | None = None,
) -> Portrait:
    """Everything that a report prints about a territory.

    Parameters
    ----------
    diagnosis
        Its computed indicators.
    statistics
        Official numbers of the territory and of the zones around it.
    parameters
        Official indicators of the catalogue.
    sources
        What was read of its files: the account of each official number is looked up there.
    beside
        Similar communes, hospitals and quality, where they are known.
    """
    more = beside or Beside()
    official = official_results(
        parameters,
        statistics,
        diagnosis.code,
        standings=more.standings,
        accounts=printed_accounts(sources),
    )
    return Portrait(diagnosis, official, more.peers, more.hospitals, more.quality)


def printed_accounts(sources: Sequence[SourceAccount]) -> dict[str, str]:
    """Key of each source account by its source as a statistic prints it: « publisher, title ».

    Two sources printed alike are left out: none rather than the wrong one.
    """
    names: dict[str, set[str]] = {}
    for account in sources:
        names.setdefault(typeset(f"{account.publisher}, {account.title}"), set()).add(account.name)
    return {printed: next(iter(alike)) for printed, alike in names.items() if len(alike) == 1}
