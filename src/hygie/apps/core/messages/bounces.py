"""Returned e-mails: delivery reports (RFC 3464) read, matched to the message that came back, acted upon.

A report is written by strangers. It is believed only when it holds what a stranger cannot guess: the
identifier of one of our messages (122 random bits), in its returned headers or in the address that it
came back to, signed. Whoever received a message knows its identifier: all they can do with it is have
their own address taken as refused.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes
from email.errors import MessageError
from email.message import Message as Mail
from email.policy import compat32
from enum import StrEnum
from uuid import UUID

from hygie.apps.core.audit.journal import SYSTEM, decided, journalled
from hygie.apps.core.messages.models import Message, State
from hygie.apps.core.messages.services import SUBJECT, bounced
from hygie.apps.core.messages.stopping import message_of

LARGEST = 1_000_000
"""Bytes of a report: ours are a few thousand, whoever sends more wants something else."""

_MOST_PARTS, _DEEPEST = 50, 6
_LONGEST_HEADER = 2_000
_MESSAGE_ID = re.compile(r"<([0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12})@[^<>@\s]{1,255}>")
_RETURN = re.compile(r"\+([A-Za-z0-9_-]{38})@")
_RETURNED_TO = ("To", "Delivered-To", "X-Original-To", "Envelope-To")
_STATUS = re.compile(r"\s*([245])\.[0-9]{1,3}\.[0-9]{1,3}")


class Outcome(StrEnum):
    """What became of a report."""

    REFUSED = "refused"
    LATER = "later"
    KNOWN = "known"
    NOT_OURS = "not-ours"
    UNREADABLE = "unreadable"


@dataclass(frozen=True, slots=True)
class Returned:
    """A report: the message it is about, and whether its address is refused for good."""

    message: UUID
    for_good: bool


def read_report(raw: bytes) -> Returned | None:
    """Read one report; None when it is none, or about none of our messages.

    Raises
    ------
    ValueError
        If it is too large, too deep, or cannot be read as an e-mail.
    """
    if len(raw) > LARGEST:
        raise ValueError("too large")
    try:
        mail = message_from_bytes(raw, policy=compat32)
        parts = list(_parts(mail))
        found = _identifier(mail, parts)
        status = next((s for s in map(_for_good, parts) if s is not None), None)
    except (MessageError, RecursionError, LookupError, AttributeError, TypeError) as error:
        raise ValueError("not an e-mail") from error
    return None if found is None or status is None else Returned(found, status)


def take_in(raw: bytes) -> Outcome:
    """Read one report and act: an address refused for good is marked, and the other contact is tried.

    The same report twice does nothing more.
    """
    try:
        report = read_report(raw)
    except ValueError:
        return Outcome.UNREADABLE
    if report is None:
        return Outcome.NOT_OURS
    sent = Message.objects.filter(pk=report.message)
    state = sent.values_list("state", flat=True).first()
    if state is None:
        return Outcome.NOT_OURS
    if not report.for_good:
        return Outcome.LATER
    if state not in (State.SENDING, State.SENT):
        return Outcome.KNOWN
    with journalled():
        bounced(report.message)
        decided(SYSTEM, "message.bounce", subject=SUBJECT, record=str(report.message), report=True)
    return Outcome.REFUSED


def _parts(mail: Mail, depth: int = 0) -> Iterator[Mail]:
    """Every part, the returned message included; refuses what no server of mail writes."""
    if depth > _DEEPEST:
        raise ValueError("too deep")
    yield mail
    held = mail.get_payload()
    if not isinstance(held, list):
        return
    if len(held) > _MOST_PARTS:
        raise ValueError("too many parts")
    for part in held:
        if isinstance(part, Mail):
            yield from _parts(part, depth + 1)


def _identifier(mail: Mail, parts: list[Mail]) -> UUID | None:
    """The message that a report is about: from the address it came back to, or its returned headers."""
    for header in _RETURNED_TO:
        for text in _texts(mail, header):
            token = _RETURN.search(text)
            found = None if token is None else message_of(token[1])
            if found is not None:
                return found
    for part in parts[1:]:  # the Message-ID of the report itself is its sender's own
        for text in (*_texts(part, "Message-ID"), *_returned_headers(part)):
            known = _MESSAGE_ID.search(text)
            if known is not None:
                return UUID(known[1])
    return None


def _texts(mail: Mail, header: str) -> list[str]:
    return [str(value)[:_LONGEST_HEADER] for value in mail.get_all(header, [])]


def _returned_headers(part: Mail) -> list[str]:
    """The line of the identifier in headers returned as text (``text/rfc822-headers``)."""
    if part.get_content_type() != "text/rfc822-headers":
        return []
    payload = part.get_payload(decode=True)
    text = payload[:65_536].decode("ascii", "replace") if isinstance(payload, bytes) else ""
    return [line for line in text.splitlines() if line.lower().startswith("message-id:")]


def _for_good(part: Mail) -> bool | None:
    """Whether a delivery status says that the address is refused for good; None when it is no status."""
    action = "".join(_texts(part, "Action")[:1]).strip().lower()
    status = _STATUS.match("".join(_texts(part, "Status")[:1]))
    if status is None or not action:
        return None
    return action == "failed" and status[1] == "5"
