"""How often, how long and at what hours the portal lets things be done, from the catalogue."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, time, timedelta

from hygie.engines.kernel.measures import FigureUse
from hygie.readers.catalogue import Figure, load_figures

_UNITS = {"min": 60, "h": 3_600, "jours": 86_400}
PAUSES = ("message_pause_1", "message_pause_2", "message_pause_3", "message_pause_4")


@dataclass(frozen=True, slots=True)
class Limit:
    """At most ``most`` tries of one key in ``period_s`` seconds."""

    name: str
    most: int
    period_s: int


@dataclass(frozen=True)
class SigningIn:
    """Limits and delays of accounts, invitations and contact codes."""

    by_account: Limit
    by_network: Limit
    second_factor: Limit
    reset_by_account: Limit
    reset_by_network: Limit
    invitation_by_network: Limit
    invitations_sent: Limit
    invitations_again: Limit
    code_by_contact: Limit
    code_by_contact_a_day: Limit
    code_by_network: Limit
    code_tried_by_network: Limit
    code_tries: int
    code_age: timedelta
    contact_age: timedelta
    invitation_age: timedelta
    invitation_kept: timedelta
    reset_age: timedelta
    password_fresh: timedelta
    session_age: timedelta


@dataclass(frozen=True)
class Messaging:
    """Caps, quiet hours, retries and terms of messages.

    ``quiet_from`` and ``quiet_until`` bound the hours without SMS; ``pauses`` are the waits before the
    second try and the following ones.
    """

    cap_most: int
    cap_period: timedelta
    quiet_until: time
    quiet_from: time
    kept: timedelta
    asked_kept: timedelta
    refused_age: timedelta
    pauses: tuple[timedelta, ...]


@dataclass(frozen=True)
class Practice:
    """Every such number on one day, and the figures they come from."""

    signing_in: SigningIn
    messages: Messaging
    figures: tuple[FigureUse, ...]


def practice_figures() -> Mapping[str, Figure]:
    """The figures that all this comes from: two files, read without the rest of the catalogue."""
    return load_figures("signing_in", "messages")


def practice_parameters(figures: Mapping[str, Figure], on: date) -> Practice:
    """Limits, delays and terms in force on a day.

    Raises
    ------
    HygieError
        If a figure has no value on that day.
    """
    read = _Read(figures, on)
    signing_in, messages = _signing_in(read), _messaging(read)
    return Practice(signing_in, messages, tuple(read.used.values()))


class _Read:
    """Reads figures and remembers which."""

    def __init__(self, figures: Mapping[str, Figure], on: date) -> None:
        self._figures, self._on = figures, on
        self.used: dict[str, FigureUse] = {}

    def whole(self, key: str) -> int:
        return round(self._use(key).value)

    def span(self, key: str) -> timedelta:
        use = self._use(key)
        return timedelta(seconds=use.value * _UNITS[use.unit])

    def hour(self, key: str) -> time:
        hours, minutes = divmod(round(self._use(key).value * 60), 60)
        return time(hours, minutes)

    def limit(self, name: str) -> Limit:
        return Limit(name, self.whole(f"{name}_most"), int(self.span(f"{name}_period").total_seconds()))

    def _use(self, key: str) -> FigureUse:
        self.used[key] = self._figures[key].on(self._on)
        return self.used[key]


def _signing_in(read: _Read) -> SigningIn:
    return SigningIn(
        by_account=read.limit("sign_in_account"),
        by_network=read.limit("sign_in_network"),
        second_factor=read.limit("second_factor"),
        reset_by_account=read.limit("reset_account"),
        reset_by_network=read.limit("reset_network"),
        invitation_by_network=read.limit("invitation_network"),
        invitations_sent=read.limit("invitation_sent"),
        invitations_again=read.limit("invitation_again"),
        code_by_contact=read.limit("code_contact"),
        code_by_contact_a_day=read.limit("code_contact_day"),
        code_by_network=read.limit("code_network"),
        code_tried_by_network=read.limit("code_tried_network"),
        code_tries=read.whole("code_tries"),
        code_age=read.span("code_age"),
        contact_age=read.span("contact_age"),
        invitation_age=read.span("invitation_link_age"),
        invitation_kept=read.span("invitation_kept"),
        reset_age=read.span("reset_link_age"),
        password_fresh=read.span("password_fresh"),
        session_age=read.span("session_age"),
    )


def _messaging(read: _Read) -> Messaging:
    return Messaging(
        cap_most=read.whole("message_cap_most"),
        cap_period=read.span("message_cap_period"),
        quiet_until=read.hour("message_quiet_until"),
        quiet_from=read.hour("message_quiet_from"),
        kept=read.span("message_kept"),
        asked_kept=read.span("message_asked_kept"),
        refused_age=read.span("message_refused_age"),
        pauses=tuple(read.span(key) for key in PAUSES),
    )
