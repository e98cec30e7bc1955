"""Fields of the form of a kind of study: what they ask, and what was typed read strictly and kept."""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from hygie.engines.kernel.french import number

LONGEST_TYPED = 300
MOST_CHOSEN = 200
Typed = dict[str, list[str]]
Answer = float | str | bool | tuple[str, ...] | None


class Asks(StrEnum):
    """What a field asks for."""

    NUMBER = "number"
    ONE = "one"
    """One of its options."""
    SEVERAL = "several"
    """Any number of its options."""
    FLAG = "flag"
    """Yes or no."""
    FILE = "file"
    """A file, that the kind reads; see ``Kind.read_file``."""


@dataclass(frozen=True, slots=True)
class Option:
    """A value that may be chosen, and its words; options of one ``group`` are listed together."""

    value: str
    words: str
    group: str = ""


@dataclass(frozen=True)
class Field:
    """One question of a form.

    Attributes
    ----------
    key
        Name in addresses and in what is kept.
    label, hint
        French; the hint may be empty.
    asks
        What it asks for.
    initial
        Typed beforehand.
    low, high, whole, unit
        Of a number: both ends are allowed; ``whole`` refuses decimals.
    options
        Of a choice, in order.
    required
        Whether it may not stay empty.
    group
        Title of the set of fields it is shown in; fields of one group follow each other.
    without_file
        Whether it only counts when no file was sent.
    """

    key: str
    label: str
    asks: Asks = Asks.NUMBER
    hint: str = ""
    initial: tuple[str, ...] = ()
    low: float = 0.0
    high: float = math.inf
    whole: bool = False
    unit: str = ""
    options: tuple[Option, ...] = ()
    required: bool = True
    group: str = ""
    without_file: bool = False

    @property
    def grouped(self) -> tuple[tuple[str, tuple[Option, ...]], ...]:
        """Options by group, in order."""
        groups: dict[str, list[Option]] = {}
        for option in self.options:
            groups.setdefault(option.group, []).append(option)
        return tuple((title, tuple(options)) for title, options in groups.items())


@dataclass(frozen=True)
class Form:
    """A form as it was filled.

    Attributes
    ----------
    fields
        What was asked.
    typed
        As typed, cut where it is too long; shown again.
    answers
        By key, what was understood: a number, a text, several, yes or no; None where it stayed empty.
    errors
        By key, what is wrong, in French; empty when the form may be used.
    """

    fields: tuple[Field, ...]
    typed: Typed
    answers: Mapping[str, Answer]
    errors: Mapping[str, str] = field(default_factory=dict)

    def value(self, key: str) -> list[str]:
        """What was typed in a field."""
        return self.typed.get(key, [])

    @property
    def groups(self) -> tuple[tuple[str, tuple[Field, ...]], ...]:
        """Fields by group, in order."""
        groups: dict[str, list[Field]] = {}
        for one in self.fields:
            groups.setdefault(one.group, []).append(one)
        return tuple((title, tuple(fields)) for title, fields in groups.items())


def initial_form(fields: Sequence[Field], given: Mapping[str, Sequence[str]]) -> Form:
    """A form not sent yet: its initial values, but those given (a preset, an earlier study)."""
    typed = {one.key: _given(one, given) for one in fields if one.asks is not Asks.FILE}
    return Form(tuple(fields), typed, {})


def _given(one: Field, given: Mapping[str, Sequence[str]]) -> list[str]:
    """Values to show in a field at first, without the choices that this territory has not.

    So a preset may name several, the preferred one first.
    """
    texts = [text[:LONGEST_TYPED] for text in given.get(one.key, one.initial)][:MOST_CHOSEN]
    known = {option.value for option in one.options}
    kept = [text for text in texts if not known or text in known]
    return kept[:1] if one.asks is Asks.ONE else kept


def read_form(fields: Sequence[Field], sent: Mapping[str, Sequence[str]]) -> Form:
    """Read what was sent; whatever it is, it is kept as typed and never raises."""
    typed: Typed = {}
    answers: dict[str, Answer] = {}
    errors: dict[str, str] = {}
    for one in fields:
        if one.asks is Asks.FILE:
            continue
        typed[one.key] = [plain(text) for text in sent.get(one.key, ())][:MOST_CHOSEN]
        try:
            answers[one.key] = _answer(one, typed[one.key])
        except ValueError as error:
            errors[one.key] = str(error)
    return Form(tuple(fields), typed, answers, errors)


def plain(text: str, longest: int = LONGEST_TYPED) -> str:
    """The text on one line, cut, without control nor direction characters, nor half characters."""
    kept = "".join(" " if unicodedata.category(c) in ("Cc", "Zl", "Zp") else c for c in text[:longest])
    return "".join(c for c in kept if unicodedata.category(c) not in ("Cf", "Cs", "Co", "Cn")).strip()


def _answer(one: Field, typed: Sequence[str]) -> Answer:
    """What was typed in a field, understood; ValueError in French when it is not."""
    if one.asks is Asks.FLAG:
        return bool(typed and typed[0])
    chosen = [text for text in typed if text]
    if not chosen:
        if one.required:
            raise ValueError("Ce champ est vide. Remplissez-le.")
        return () if one.asks is Asks.SEVERAL else None
    if one.asks is Asks.NUMBER:
        return _number(one, chosen[0])
    known = {option.value for option in one.options}
    if any(text not in known for text in chosen):
        raise ValueError("Ce choix n’est pas, ou n’est plus, dans la liste. Choisissez de nouveau.")
    return tuple(dict.fromkeys(chosen)) if one.asks is Asks.SEVERAL else chosen[0]


_NUMBER = re.compile(r"-?[0-9]{1,12}(?:[.,][0-9]{1,9})?")


def _number(one: Field, text: str) -> float:
    plain_text = re.sub(r"[\s\u00a0\u202f]", "", text)
    if not _NUMBER.fullmatch(plain_text):
        raise ValueError("Ce n’est pas un nombre. Écrivez-le en chiffres, comme 15 ou 2,5.")
    value = float(plain_text.replace(",", "."))
    if one.whole and not value.is_integer():
        raise ValueError("Il faut un nombre entier, sans virgule.")
    if not one.low <= value <= one.high:
        raise ValueError(_bounds(one))
    return value


def _bounds(one: Field) -> str:
    unit = f" {one.unit}" if one.unit else ""
    if math.isinf(one.high):
        return f"Il faut au moins {number(one.low, _decimals(one.low))}{unit}."
    low, high = number(one.low, _decimals(one.low)), number(one.high, _decimals(one.high))
    return f"Il faut un nombre de {low} à {high}{unit}."


def _decimals(value: float) -> int:
    return next((d for d in range(4) if round(value, d) == value), 4)


def asked_words(form: Form) -> tuple[tuple[str, str], ...]:
    """What was asked, label and value in words, without the fields left empty."""
    told = []
    for one in form.fields:
        words = _words(one, form.value(one.key))
        if words:
            told.append((one.label, words))
    return tuple(told)


def _words(one: Field, typed: Sequence[str]) -> str:
    if one.asks is Asks.FLAG:
        return "oui" if typed and typed[0] else "non"
    chosen = [text for text in typed if text]
    if one.asks is Asks.NUMBER:
        return f"{chosen[0]} {one.unit}".strip() if chosen else ""
    names = {option.value: option.words for option in one.options}
    words = [names.get(text, f"{text} (n’existe plus)") for text in chosen]
    more = f" et {len(words) - 8} autres" if len(words) > 8 else ""
    return ", ".join(words[:8]) + more


def number_of(answers: Mapping[str, Answer], key: str) -> float:
    """A number that was required.

    Raises
    ------
    TypeError
        If the field is no number, or stayed empty: a defect of the kind.
    """
    value = answers[key]
    if isinstance(value, bool) or not isinstance(value, float):
        raise TypeError(f"the field {key!r} is a number")
    return value


def text_of(answers: Mapping[str, Answer], key: str) -> str:
    """A choice; empty where it stayed empty."""
    value = answers.get(key)
    return value if isinstance(value, str) else ""


def several_of(answers: Mapping[str, Answer], key: str) -> tuple[str, ...]:
    """Choices; none where it stayed empty."""
    value = answers.get(key)
    return value if isinstance(value, tuple) else ()
