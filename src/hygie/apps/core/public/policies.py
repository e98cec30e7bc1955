"""What the accessibility statement may say: never conforming without a valid audit."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from hygie.apps.core.public.models import AccessibilityAudit
from hygie.engines.kernel.french import number, percent
from hygie.engines.kernel.measures import FigureUse
from hygie.readers.catalogue import load_catalogue

NONE, PARTIAL, FULL = "non conforme", "partiellement conforme", "totalement conforme"
NOT_AUDITED = "audit non réalisé"


@dataclass(frozen=True, slots=True)
class Rule:
    """A number of law as the statement shows it."""

    title: str
    value: str
    source: str
    to_verify: bool


@dataclass(frozen=True, slots=True)
class Statement:
    """What the statement says.

    Attributes
    ----------
    state
        « non conforme », « partiellement conforme », « totalement conforme ».
    why
        What the state rests on.
    audit
        The audit it rests on, or the last one when it is too old; None without audit.
    valid
        Whether that audit still holds.
    rules
        Numbers of law it was judged by.
    """

    state: str
    why: str
    audit: AccessibilityAudit | None
    valid: bool
    rules: tuple[Rule, ...]


def statement(audit: AccessibilityAudit | None, on: date) -> Statement:
    """The statement on a day, from the last audit."""
    known = load_catalogue().figures
    partial, age = (known[key].on(on) for key in ("accessibility_partial", "accessibility_audit_age"))
    rules = (
        Rule(known[partial.key].title, percent(partial.value), partial.source, partial.status == "to-verify"),
        Rule(known[age.key].title, f"{number(age.value)}\u00a0ans", age.source, age.status == "to-verify"),
    )
    if audit is None:
        return Statement(NONE, NOT_AUDITED, None, valid=False, rules=rules)
    if on > _years_after(audit.done, int(age.value)):
        return Statement(NONE, "l’audit est trop ancien", audit, valid=False, rules=rules)
    met = f"{number(float(audit.rate), 0 if audit.rate == audit.rate.to_integral_value() else 2)}\u00a0%"
    return Statement(
        _state(audit.rate, partial), f"{met} des critères sont respectés", audit, valid=True, rules=rules
    )


def _state(rate: Decimal, partial: FigureUse) -> str:
    if rate == 100:
        return FULL
    return PARTIAL if rate >= Decimal(str(partial.value)) * 100 else NONE


def _years_after(day: date, years: int) -> date:
    leap = (day.month, day.day) == (2, 29)
    return day.replace(year=day.year + years, day=28 if leap else day.day)
