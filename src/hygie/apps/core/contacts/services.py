"""One-time codes: what one proves is that a person reads what is sent to a contact, now.

A code proves a contact, not an identity: whoever holds the telephone passes. Nothing here says whether
a contact is known; the same is done, and answered, for all.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime

from django.db.models import F
from django.utils import timezone
from django.utils.crypto import constant_time_compare, salted_hmac

from hygie.apps.core.contacts.delivery import Channel, deliver
from hygie.apps.core.contacts.models import ContactCode
from hygie.apps.core.limits import take
from hygie.apps.core.messages.addresses import email_address, mobile_number
from hygie.apps.core.messages.models import Channel as Way
from hygie.apps.core.messages.services import trust_again
from hygie.apps.core.practice import lasting, practice

CODE_DIGITS = 6
"""As the form asks for."""


@dataclass(frozen=True, slots=True)
class Contact:
    """Somewhere a message reaches somebody, written one way: ``+33639981234``, ``lea@exemple.fr``."""

    channel: Channel
    value: str


def contact_of(text: str) -> Contact:
    """The contact somebody typed: an e-mail address, or a French mobile number.

    Raises
    ------
    HygieError
        If it is neither.
    """
    return Contact("email", email_address(text)) if "@" in text else Contact("sms", mobile_number(text))


def send_code(contact: Contact) -> None:
    """Send a new code; the one before serves no more.

    Above the limits of an hour and of a day, nothing is sent and nothing says so: the answer must not
    tell that somebody else asked for this contact.

    Raises
    ------
    HygieError
        If the message could not be sent.
    """
    limits = practice().signing_in
    by_hour = take(limits.code_by_contact, contact.value)
    if not (by_hour and take(limits.code_by_contact_a_day, contact.value)):
        return
    code = f"{secrets.randbelow(10**CODE_DIGITS):0{CODE_DIGITS}}"
    ContactCode.objects.update_or_create(
        mark=_mark(contact),
        defaults={"digest": _digest(contact, code), "expires": timezone.now() + limits.code_age, "tries": 0},
    )
    deliver(
        contact.channel,
        contact.value,
        "Votre code",
        f"Votre code\u00a0: {code}. Il sert une fois, pendant {lasting(limits.code_age)}. "
        "Ne le donnez à personne.",
    )


def verify(contact: Contact, code: str) -> bool:
    """Whether a code is the one sent to a contact; it then serves no more.

    Few tries a code, wrong or right, even from several processes at once.
    """
    now, mark = timezone.now(), _mark(contact)
    sent = ContactCode.objects.filter(mark=mark, expires__gt=now)
    if not sent.filter(tries__lt=practice().signing_in.code_tries).update(tries=F("tries") + 1):
        return False
    digest = _digest(contact, "".join(code.split()))
    found = sent.first()
    if found is None or not constant_time_compare(found.digest, digest):
        return False
    first = bool(ContactCode.objects.filter(mark=mark, digest=digest).delete()[0])  # of two at once, one only
    if first:
        trust_again(Way(contact.channel), contact.value)
    return first


def forget_codes(now: datetime) -> int:
    """Erase the codes that are too old; how many."""
    return ContactCode.objects.filter(expires__lte=now).delete()[0]


def _mark(contact: Contact) -> str:
    return salted_hmac("hygie.contact", contact.value, algorithm="sha256").hexdigest()


def _digest(contact: Contact, code: str) -> str:
    return salted_hmac("hygie.contact.code", f"{contact.value}:{code}", algorithm="sha256").hexdigest()
