"""Holiday rules of opening hours, turned into rules about dates.

The library that reads opening hours misreads ``PH Mo-Fr off`` (it closes every Monday to Friday)
and ignores ``SH`` in France. Neither word ever reaches it: each rule that holds one is read here and
rewritten with the dates of the calendar, ``2026 Jul 14 Mo-Fr off``.
Source: https://wiki.openstreetmap.org/wiki/Key:opening_hours/specification, ``weekday_selector``.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_WEEKDAY = "(?:Mo|Tu|We|Th|Fr|Sa|Su)"
_WEEKDAYS = rf"{_WEEKDAY}(?:-{_WEEKDAY})?(?:,{_WEEKDAY}(?:-{_WEEKDAY})?)*"
_HOLIDAYS = "[PS]H(?:,[PS]H)*"
_REST = r"(?P<rest>\s*(?:[\d(]\d?.*|(?:off|closed|open|unknown)\b.*|\".*)?)"
_SELECTORS = (
    rf"(?P<holidays>{_HOLIDAYS})",
    rf"(?P<holidays>{_HOLIDAYS}),(?P<with>{_WEEKDAYS})",
    rf"(?P<with>{_WEEKDAYS}),(?P<holidays>{_HOLIDAYS})",
    rf"(?P<holidays>{_HOLIDAYS}) (?P<among>{_WEEKDAYS})",
)
_RULES = tuple(re.compile(selector + _REST) for selector in _SELECTORS)
_HOLIDAY_WORD = re.compile(r"\b[PS]H\b")
_QUOTED = re.compile(r'"[^"]*"')
_PARTS = re.compile(r'(?:"[^"]*"|[^;"])+')
_CLOSES = re.compile(r"\s*(?:off|closed)\b")
_ADDED_CLOSURE = re.compile(rf"(?<=:\d\d),\s*({_HOLIDAYS}(?: {_WEEKDAYS})?\s+(?:off|closed)\b)")


class HolidayRuleError(Exception):
    """A holiday rule of a form that is not read here: its hours are unknown."""


@dataclass(frozen=True, slots=True)
class HolidayRule:
    """A rule about holidays.

    Attributes
    ----------
    public, school
        Which holidays it is about.
    with_weekdays
        Weekdays it applies to as well: ``Su`` of ``PH,Su 10:00-12:00``. Empty for none.
    among_weekdays
        Weekdays outside of which the holiday does not count: ``Mo-Fr`` of ``PH Mo-Fr off``.
    rest
        Times, state and comment, as written.
    """

    public: bool
    school: bool
    with_weekdays: str
    among_weekdays: str
    rest: str

    @property
    def closes(self) -> bool:
        """True when it says that the place is closed."""
        return _CLOSES.match(self.rest) is not None


Rule = str | HolidayRule
"""A rule without holidays stays as written."""


def read_rules(hours: str) -> tuple[Rule, ...]:
    """Rules of an opening hours text, in order; one rule as a whole when it names no holiday.

    Raises
    ------
    HolidayRuleError
        A holiday is named in a way that is not read here.
    """
    if not _names_holiday(hours):
        return (hours,)
    if "||" in _QUOTED.sub("", hours):
        raise HolidayRuleError
    apart = _ADDED_CLOSURE.sub(r"; \1", hours)
    return tuple(_rule(part.strip()) for part in _PARTS.findall(apart) if part.strip())


def names_public_holiday(rules: Sequence[Rule]) -> bool:
    """Whether a rule tells what happens on public holidays."""
    return any(isinstance(rule, HolidayRule) and rule.public for rule in rules)


def closures_last(rules: Sequence[Rule]) -> tuple[Rule, ...]:
    """The rules with closures on public holidays after the others, as their writers mean them.

    A later rule takes the place of an earlier one, so ``PH off; Mo-Fr 09:00-18:00`` opens on public
    holidays to the letter, which is seldom what was meant.
    """
    last = [rule for rule in rules if isinstance(rule, HolidayRule) and rule.public and rule.closes]
    return (*(rule for rule in rules if rule not in last), *last)


def dated_text(
    rules: Sequence[Rule], window: Sequence[date], public: Collection[date], school: Collection[date]
) -> str:
    """Opening hours of the days of ``window``, without any word about holidays.

    Parameters
    ----------
    rules
        Of ``read_rules``.
    window
        Days that matter, at most a few.
    public, school
        Which of them are holidays.

    Returns
    -------
    str
        Ordinary days are unknown where all rules are closures on holidays.
    """
    only_closures = all(isinstance(rule, HolidayRule) and rule.closes for rule in rules)
    texts = ["24/7 unknown"] if only_closures else []
    for rule in rules:
        if isinstance(rule, str):
            texts.append(rule)
            continue
        held = [day for day in window if (rule.public and day in public) or (rule.school and day in school)]
        texts += _dated(rule, held)
    return "; ".join(texts) or "off"


def closed_on(day: date) -> str:
    """A rule that closes one day."""
    return f"{_written(day)} off"


def _dated(rule: HolidayRule, days: Sequence[date]) -> list[str]:
    ordinary = [f"{rule.with_weekdays} {rule.rest}".strip()] if rule.with_weekdays else []
    dated = [" ".join(filter(None, (_written(day), rule.among_weekdays, rule.rest))) for day in days]
    return ordinary + dated


def _rule(text: str) -> Rule:
    if not _names_holiday(text):
        return text
    found = next((match for match in (rule.fullmatch(text) for rule in _RULES) if match), None)
    if found is None or _names_holiday(found["rest"]):
        raise HolidayRuleError
    groups = found.groupdict()
    return HolidayRule(
        public="PH" in groups["holidays"],
        school="SH" in groups["holidays"],
        with_weekdays=groups.get("with") or "",
        among_weekdays=groups.get("among") or "",
        rest=groups["rest"].strip(),
    )


def _names_holiday(text: str) -> bool:
    return _HOLIDAY_WORD.search(_QUOTED.sub("", text)) is not None


def _written(day: date) -> str:
    return f"{day.year} {_MONTHS[day.month - 1]} {day.day:02d}"
