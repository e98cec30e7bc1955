"""The words of a message: read in a closed language, checked, filled in.

An organisation may change them. All it can write is text, ``{{ variable }}`` and ``{% if variable %}``:
no call, no loop, no attribute. So its words can neither read anything nor keep a worker busy.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from jinja2 import StrictUndefined, TemplateSyntaxError, UndefinedError, nodes
from jinja2.sandbox import ImmutableSandboxedEnvironment

from hygie.apps.core.messages.addresses import has_control
from hygie.apps.core.messages.kinds import MessageKind
from hygie.apps.core.messages.models import Channel
from hygie.engines.kernel.errors import HygieError
from hygie.engines.kernel.french import of_place, typeset

LONGEST_SUBJECT, LONGEST_BODY, LONGEST_VARIABLE = 120, 20_000, 2_000
MOST_CONDITIONS = 20
SMS_PARTS = 3
"""An SMS longer than three parts is a letter: refused, rather than sent at five times its price."""

_ALLOWED = (nodes.Template, nodes.Output, nodes.TemplateData, nodes.Name, nodes.If, nodes.Not)
_LANGUAGE = ImmutableSandboxedEnvironment(
    autoescape=False, undefined=StrictUndefined, keep_trailing_newline=True
)
_GSM = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_GSM_DOUBLE = frozenset("^{}\\[~]|€\f")
"""Characters of the alphabet of SMS (3GPP TS 23.038); those of the second set count for two."""

_FOR_SMS = str.maketrans(
    {"’": "'", "‘": "'", "“": '"', "”": '"', "«": '"', "»": '"', "…": "...", "–": "-", "—": "-"}
    | {"\u00a0": " ", "\u202f": " ", "œ": "oe", "Œ": "OE", "•": "-"}
)
_ADDRESS = re.compile(r"https?://\S+")
_TELLING = (
    *("vaccin", "depist", "cancer", "medic", "medec", "soin", "soign", "malad", "patholog", "hopita"),
    *("psych", "suicid", "depress", "addict", "alcool", "tabac", "drogue", "diabet", "obes", "grossesse"),
    *("enceinte", "contracep", "ivg", "avortement", "vih", "sida", "ist", "handicap", "dependance"),
    *("violence", "canicule", "registre", "pharmac", "dent", "mammograph", "colorectal", "sexuel"),
    *("sante", "therap", "clinique", "aide", "ccas", "rsa", "impay", "expuls", "tutelle", "curatelle"),
)
"""Beginnings of words, without accents, that tell of somebody's health or means."""


class WordingError(HygieError):
    """Words that cannot be sent."""


@dataclass(frozen=True, slots=True)
class Words:
    """What a message says, filled in: a subject (empty for an SMS) and a text."""

    subject: str
    text: str


@dataclass(frozen=True, slots=True)
class Draft:
    """The words of one kind before they are filled in; empty where the kind's own are kept."""

    subject: str = ""
    body: str = ""
    sms: str = ""


def filled(kind: MessageKind, draft: Draft, channel: Channel, values: Mapping[str, str]) -> Words:
    """The words of a message, its variables replaced.

    Parameters
    ----------
    draft
        The organisation's own words, or an empty one.
    values
        One text a variable of the kind and of ``SIGNATURE``.

    Raises
    ------
    WordingError
        If a value is missing, too long or holds hidden characters, or the whole is too long.
    """
    for name, value in values.items():
        if len(value) > LONGEST_VARIABLE or has_control(value, "\n"):
            raise WordingError(
                f"La valeur «\u00a0{name}\u00a0» ne peut pas être envoyée.",
                why="Elle est trop longue, ou contient des caractères cachés.",
            )
    if channel is Channel.SMS:
        text = for_sms(_write(draft.sms or kind.sms, values))
        check_sms(text)
        return Words("", text)
    subject = _write(draft.subject or kind.subject, values)
    check_subject(subject)
    text = typeset(_write(draft.body or kind.body, values)).strip() + "\n"
    _check_body(text)
    return Words(subject, text)


def check_draft(kind: MessageKind, draft: Draft) -> None:
    """Refuse words that could not be sent, or would tell too much on a locked screen.

    Raises
    ------
    WordingError
        Saying which words and why; also if they call for anything but the variables of the kind.
    """
    for text in (draft.subject, draft.body, draft.sms):
        _check_language(text, kind.examples)
    for channel, mine in ((Channel.EMAIL, draft.body or draft.subject), (Channel.SMS, draft.sms)):
        if mine:
            words = filled(kind, draft, channel, kind.examples)
            check_neutral(_write(draft.subject or kind.subject, kind.examples))
            check_neutral(words.text if channel is Channel.SMS else words.subject)


def check_subject(subject: str) -> None:
    """Refuse a subject that is empty, too long, or could write another header.

    Raises
    ------
    WordingError
        Saying why.
    """
    if not subject.strip() or len(subject) > LONGEST_SUBJECT or has_control(subject):
        raise WordingError(
            "Ce titre ne peut pas être envoyé.",
            why=f"Un titre tient sur une ligne de {LONGEST_SUBJECT} caractères au plus.",
            fix="Raccourcissez-le, sans retour à la ligne.",
        )


def check_sms(text: str) -> None:
    """Refuse an SMS that is empty, too long, or hides something.

    Raises
    ------
    WordingError
        Saying why.
    """
    parts = sms_parts(text)
    if not text.strip() or parts > SMS_PARTS or has_control(text, "\n"):
        raise WordingError(
            "Ce SMS ne peut pas être envoyé.",
            why=f"Il compte {parts} parties. Un SMS en a {SMS_PARTS} au plus, et n’est pas vide.",
            fix="Raccourcissez-le, ou mettez le détail derrière un lien.",
        )


def check_neutral(text: str) -> None:
    """Refuse words that tell of somebody's health or means to whoever sees their screen.

    Raises
    ------
    WordingError
        Naming the first such word.
    """
    telling = telling_word(text)
    if telling:
        raise WordingError(
            f"Le mot «\u00a0{telling}\u00a0» ne va pas dans un titre ni dans un SMS.",
            why="On les lit sur un écran verrouillé, à côté d’autres personnes.",
            fix="Gardez un titre neutre. Dites le sujet dans le corps du courriel.",
        )


def telling_word(text: str) -> str:
    """The first word that tells of health or means; empty when there is none.

    The site's own address is not read: a town chooses its name once, and every page shows it.
    """
    words: list[str] = re.findall(r"\w+", _ADDRESS.sub(" ", text))
    for word in words:
        plain = "".join(
            c for c in unicodedata.normalize("NFD", word.lower()) if unicodedata.category(c) != "Mn"
        )
        if plain.startswith(_TELLING):
            return word
    return ""


def signature(name: str, channel: Channel) -> dict[str, str]:
    """Values of the variables of ``SIGNATURE`` for an organisation.

    One whose very name tells (« Centre de vaccination ») is not named in titles nor in an SMS.
    """
    if telling_word(name):
        shown = "Message pour vous" if channel is Channel.SMS else name
        return {"organisation": shown, "de_qui": "pour vous"}
    return {"organisation": name, "de_qui": _of(name)}


def for_sms(text: str) -> str:
    """The text with the punctuation of the alphabet of SMS: one curly quote outside it doubles the price.

    Letters stay as they are written, accents included.
    """
    return text.strip().translate(_FOR_SMS)


def sms_parts(text: str) -> int:
    """How many parts an SMS is sent in: 160 characters, or 153 each; 70 or 67 outside its alphabet."""
    if all(c in _GSM or c in _GSM_DOUBLE for c in text):
        length, alone, each = sum(2 if c in _GSM_DOUBLE else 1 for c in text), 160, 153
    else:
        length, alone, each = len(text.encode("utf-16-le")) // 2, 70, 67
    return 1 if length <= alone else -(-length // each)


def _of(name: str) -> str:
    first = name.partition(" ")[0]
    if first in ("Ville", "Commune", "Mairie", "Métropole", "Communauté"):
        return f"de la {name}"
    if first in ("Association", "Agence", "Agglomération"):
        return f"de l’{name}"
    if first in ("Département", "Syndicat", "Grand"):
        return f"du {name}"
    return of_place(name)


def _write(text: str, values: Mapping[str, str]) -> str:
    _check_language(text, values)
    try:
        return str(_LANGUAGE.from_string(text).render(values))
    except UndefinedError as error:  # a name without value: the check above lets none by
        raise WordingError("Il manque une valeur à ce message.") from error


def _check_language(text: str, names: Collection[str]) -> None:
    if len(text) > LONGEST_BODY:
        raise WordingError(f"Ce texte dépasse {LONGEST_BODY} caractères.", fix="Raccourcissez-le.")
    try:
        tree = _LANGUAGE.parse(text)
    except (TemplateSyntaxError, RecursionError) as error:
        raise WordingError(
            "Une variable de ce texte n’est pas fermée, ou s’écrit autrement.",
            fix="Une variable s’écrit {{ lien }}, avec deux accolades de chaque côté.",
        ) from error
    found = _walk(tree)
    if sum(isinstance(node, nodes.If) for node in found) > MOST_CONDITIONS:
        raise WordingError(f"Ce texte compte plus de {MOST_CONDITIONS} conditions.", fix="Simplifiez-le.")
    for node in found:
        if not isinstance(node, _ALLOWED):
            raise WordingError(
                "Ce texte demande autre chose que ses variables.",
                why="Seuls {{ variable }} et {% if variable %} sont compris ici.",
                fix="Retirez le reste.",
            )
        if isinstance(node, nodes.Name) and node.name not in names:
            raise WordingError(
                f"La variable «\u00a0{node.name}\u00a0» n’existe pas pour ce message.",
                fix=f"Celles qui existent sont{chr(160)}: {', '.join(sorted(names))}.",
            )


def _walk(tree: nodes.Node) -> list[nodes.Node]:
    """Every node; a loop, since text nested a thousand times must not exhaust the stack."""
    found, rest = [], [tree]
    while rest:
        node = rest.pop()
        found.append(node)
        rest.extend(node.iter_child_nodes())
    return found


def _check_body(text: str) -> None:
    if len(text) > LONGEST_BODY or has_control(text, "\n\t"):
        raise WordingError(
            "Ce courriel ne peut pas être envoyé.",
            why=f"Il dépasse {LONGEST_BODY} caractères, ou contient des caractères cachés.",
        )
