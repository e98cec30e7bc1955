"""E-mail addresses and French mobile numbers, read strictly and written one way."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.core.validators import EmailValidator

from hygie.apps.core.audit.journal import pseudonym
from hygie.apps.core.messages.models import Channel
from hygie.engines.kernel.errors import HygieError

LONGEST_ADDRESS = 254
_EMAIL = EmailValidator(allowlist=[])
_SEPARATORS = re.compile(r"[ .\-/\u00a0\u202f]")
_OVERSEAS = {"639": "262", "690": "590", "691": "590", "692": "262", "693": "262"}
_OVERSEAS |= {"694": "594", "696": "596", "697": "596"}
"""Country code of the mobile numbers of the overseas départements, by their first three figures (ARCEP
numbering plan, to verify)."""
_FICTION = "63998"
"""Numbers kept for fiction (ARCEP): ours for demonstrations, always written as mainland numbers."""


class BadContactError(HygieError):
    """An address or a number to which nothing can be sent."""


def email_address(text: str) -> str:
    """The address in lower case, without the spaces around.

    Raises
    ------
    BadContactError
        If it is none: nothing is mended, and a line break is never let through.
    """
    found = text.strip(" ").lower()
    try:
        found.encode("ascii")
        _EMAIL(found)
    except (UnicodeEncodeError, ValidationError):
        raise _not_an_address() from None
    if len(found) > LONGEST_ADDRESS or not found.isprintable() or '"' in found:
        raise _not_an_address()
    return found


def mobile_number(text: str) -> str:
    """A French mobile number as ``+33612345678`` (E.164), from the usual ways to write it.

    Raises
    ------
    BadContactError
        If it is no French mobile number, saying which kind of number it is when that is known.
    """
    bare = _SEPARATORS.sub("", text.strip(" ")).replace("(0)", "")
    national = _national(bare)
    if national is None or not re.fullmatch(r"[1-9][0-9]{8}", national, re.ASCII):
        raise BadContactError(
            "Ce n’est pas un numéro de téléphone français.",
            why="Un numéro s’écrit avec dix chiffres, par exemple 06 39 98 12 34.",
            fix="Vérifiez-le, ou donnez une adresse électronique.",
        )
    if national[0] not in "67":
        raise BadContactError(
            "Ce numéro ne reçoit pas de SMS.",
            why="Seuls les numéros en 06 et 07 en reçoivent.",
            fix="Donnez un numéro de mobile, ou une adresse électronique.",
        )
    country = "33" if national.startswith(_FICTION) else _OVERSEAS.get(national[:3], "33")
    return f"+{country}{national}"


def shown_number(number: str) -> str:
    """« 06 39 98 12 34 » of ``+33639981234``; other countries' numbers as they are."""
    for country in ("33", *set(_OVERSEAS.values())):
        rest = number.removeprefix(f"+{country}")
        if rest != number and len(rest) == 9:
            digits = "0" + rest
            return " ".join(digits[i : i + 2] for i in range(0, 10, 2))
    return number


def masked(address: str) -> str:
    """« c•••@ville.example », « 06 •• •• •• 34 »: enough to recognise one's own, not to learn it."""
    if "@" in address:
        name, _, domain = address.partition("@")
        return f"{name[:1]}•••@{domain}"
    shown = shown_number(address)
    return f"{shown[:2]} •• •• •• {shown[-2:]}" if shown else ""


def contact_key(channel: Channel, address: str) -> str:
    """Keyed pseudonym of a contact already written one way: 64 hexadecimal digits."""
    return pseudonym("contact", f"{channel.value}:{address}")


@dataclass(frozen=True, slots=True)
class Contact:
    """Where a person may be written to: an e-mail address, a mobile number, or both.

    The one preferred goes first; the other serves once if it is refused.
    """

    email: str = ""
    phone: str = ""
    prefers: Channel = Channel.EMAIL

    def read(self) -> Reached:
        """The contact read strictly.

        Raises
        ------
        BadContactError
            If one of the two cannot be read, or there is none.
        """
        found = {}
        if self.email:
            found[Channel.EMAIL] = email_address(self.email)
        if self.phone:
            found[Channel.SMS] = mobile_number(self.phone)
        if not found:
            raise BadContactError("Il n’y a ni adresse électronique ni numéro de mobile.")
        first = self.prefers if self.prefers in found else next(iter(found))
        rest = "".join(address for channel, address in found.items() if channel != first)
        return Reached(first, found[first], rest)


@dataclass(frozen=True, slots=True)
class Reached:
    """A contact read: the channel used, its address, and the address on the other one (or empty)."""

    channel: Channel
    address: str
    other: str

    @property
    def key(self) -> str:
        """Pseudonym of the contact used."""
        return contact_key(self.channel, self.address)


def has_control(text: str, allowed: str = "") -> bool:
    """Whether a text holds characters that break a header or hide what is written.

    Controls, line separators, and marks that reverse the direction of reading; ``allowed`` are let by.
    """
    return any(
        unicodedata.category(c) in ("Cc", "Cs", "Zl", "Zp") or c in _DIRECTION
        for c in text
        if c not in allowed
    )


_DIRECTION = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f\ufeff")


def _national(bare: str) -> str | None:
    """The nine figures after the 0 or the country code; None for another country."""
    for before in ("+33", "0033", *(f"{p}{c}" for c in set(_OVERSEAS.values()) for p in ("+", "00"))):
        if bare.startswith(before):
            return bare.removeprefix(before).removeprefix("0")
    return bare[1:] if bare.startswith("0") and not bare.startswith("00") else None


def _not_an_address() -> BadContactError:
    return BadContactError(
        "Ce n’est pas une adresse électronique.",
        why="Une adresse s’écrit nom@domaine.fr, sans accent ni espace.",
        fix="Vérifiez-la, puis recommencez.",
    )
