"""A portrait as JSON: the diagnosis, and beside it official numbers, peers, hospitals and quality."""

from __future__ import annotations

from typing import Any

from hygie.engines.kernel.statistic import Statistic
from hygie.engines.kernel.territory import Territory
from hygie.engines.portrait.result import (
    Authorisation,
    HospitalSite,
    HospitalWatch,
    OfficialResult,
    PeerGroup,
    PeerStanding,
    Portrait,
    QualityCheck,
)
from hygie.reports.json_diagnosis import diagnosis_json, measure_json


def portrait_json(territory: Territory, portrait: Portrait) -> dict[str, Any]:
    """What ``hygie diagnose --json`` writes: the keys of a diagnosis, then those of the portrait.

    ``diagnosis.schema.json`` describes it; ``peers`` is null when no commune is compared.
    """
    return diagnosis_json(territory, portrait.diagnosis) | {
        "official": [official_json(result) for result in portrait.official],
        "peers": None if portrait.peers is None else _peers(portrait.peers),
        "hospitals": _hospitals(portrait.hospitals),
        "quality": [_check(check) for check in portrait.quality],
    }


def official_json(result: OfficialResult) -> dict[str, Any]:
    """One official indicator: its status, the number of the territory, then every level."""
    texts = ("key", "theme", "title", "question", "unit", "source")
    written: dict[str, Any] = {key: getattr(result, key) for key in texts}
    written["status"] = result.status.value
    if result.reason is not None:
        written["reason"] = result.reason.value
    return written | {
        "main": None if result.main is None else statistic_json(result.main),
        "values": [statistic_json(one) for one in result.values],
        "earlier": [statistic_json(one) for one in result.earlier],
        "standing": None if result.standing is None else _standing(result.standing),
    }


def statistic_json(one: Statistic) -> dict[str, Any]:
    """A statistic; without ``value`` when it is not known, without ``missing`` when it cannot be told."""
    texts = ("key", "title", "unit", "level", "code", "name", "year", "source")
    written: dict[str, Any] = {key: getattr(one, key) for key in texts}
    written["status"] = one.status.value
    numbers = {"value": one.value, "missing": one.missing}
    return written | {key: number for key, number in numbers.items() if number is not None}


def _standing(standing: PeerStanding) -> dict[str, Any]:
    return {key: getattr(standing, key) for key in ("low", "median", "high", "rank", "known")}


def _peers(peers: PeerGroup) -> dict[str, Any]:
    return {
        "criteria": list(peers.criteria),
        "communes": [{"code": code, "name": name} for code, name in peers.communes],
        "source": peers.source,
    }


def _hospitals(watch: HospitalWatch) -> dict[str, Any]:
    return {"sites": [_site(site) for site in watch.sites], "warnings": list(watch.warnings)}


def _site(site: HospitalSite) -> dict[str, Any]:
    return {
        "code": site.code,
        "name": site.name,
        "commune": site.commune,
        "series": [[statistic_json(one) for one in series] for series in site.series],
        "authorisations": [_authorisation(one) for one in site.authorisations],
        "lost": list(site.lost),
    }


def _authorisation(one: Authorisation) -> dict[str, Any]:
    return {key: getattr(one, key) for key in ("activity", "title", "until", "note")}


def _check(check: QualityCheck) -> dict[str, Any]:
    return {
        "key": check.key,
        "subject": check.subject,
        "grade": check.grade.value,
        "measure": None if check.measure is None else measure_json(check.measure),
        "unit": check.unit,
        "sentence": check.sentence,
        "to_do": check.to_do,
        "indicators": list(check.indicators),
    }
