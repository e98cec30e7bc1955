"""The contact that a visitor proved, kept in their session for a while, encrypted."""

from __future__ import annotations

import time
from dataclasses import dataclass

from django.http import HttpRequest

from hygie.apps.core.contacts.services import Contact, contact_of
from hygie.apps.core.encryption import CannotDecryptError, decrypt, encrypt
from hygie.apps.core.practice import practice
from hygie.engines.kernel.errors import HygieError

HELD, ASKED = "contact_held", "contact_asked"


@dataclass(frozen=True, slots=True)
class VerifiedContact:
    """A contact proved by a code in this session: a contact, not an identity.

    It is enough to write to somebody, or to show what this contact itself asked for. It is never enough
    to show what is known about a person.
    """

    contact: Contact
    until: float


def hold(request: HttpRequest, contact: Contact) -> None:
    """Keep a contact as proved; the session changes its key, as when signing in."""
    request.session.cycle_key()
    request.session.pop(ASKED, None)
    until = time.time() + practice().signing_in.contact_age.total_seconds()
    request.session[HELD] = {"contact": encrypt(contact.value), "until": until}


def verified_contact(request: HttpRequest) -> VerifiedContact | None:
    """The contact proved in this session, as long as it holds."""
    held = request.session.get(HELD)
    if not isinstance(held, dict) or held.get("until", 0) < time.time():
        return None
    contact = _read(held.get("contact"))
    return None if contact is None else VerifiedContact(contact, float(held["until"]))


def drop(request: HttpRequest) -> None:
    """Forget the contact of this session."""
    request.session.pop(HELD, None)
    request.session.pop(ASKED, None)


def ask(request: HttpRequest, contact: Contact) -> None:
    """Remember the contact a code was sent to, between two pages: never in an address."""
    request.session[ASKED] = encrypt(contact.value)


def asked(request: HttpRequest) -> Contact | None:
    """The contact a code was sent to in this session."""
    return _read(request.session.get(ASKED))


def _read(token: object) -> Contact | None:
    if not isinstance(token, str):
        return None
    try:
        return contact_of(decrypt(token))
    except (CannotDecryptError, HygieError):  # of another key ring: it is asked again
        return None
