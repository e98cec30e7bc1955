"""What happens to accounts through the sign-on library is journalled, and closes other sessions."""

from __future__ import annotations

from typing import Any

from allauth.account.signals import password_changed, password_reset, user_logged_in
from allauth.mfa.models import Authenticator
from allauth.mfa.signals import authenticator_added, authenticator_removed, authenticator_reset
from django.contrib.auth.signals import user_logged_out
from django.dispatch import receiver
from django.http import HttpRequest

from hygie.apps.core.accounts.models import User
from hygie.apps.core.accounts.services import end_sessions
from hygie.apps.core.audit.journal import Actor, decided, journalled


def note(user: User, action: str, **details: str) -> None:
    """One line about somebody's own account."""
    with journalled():
        decided(Actor(str(user.pk)), action, subject="core.user", record=str(user.pk), **details)


@receiver(user_logged_in)
def on_login(user: User, **_signal: Any) -> None:
    """Somebody signed in, both factors given."""
    note(user, "account.login")


@receiver(user_logged_out)
def on_logout(user: User | None, **_signal: Any) -> None:
    """Somebody signed out."""
    if isinstance(user, User):
        note(user, "account.logout")


@receiver(password_changed)
def on_password_changed(user: User, **_signal: Any) -> None:
    """Other sessions close by themselves: they hold a digest of the old password."""
    note(user, "account.change_password")


@receiver(password_reset)
def on_password_reset(user: User, **_signal: Any) -> None:
    """As above, by the link of a message."""
    note(user, "account.reset_password")


@receiver(authenticator_added)
def on_second_factor(user: User, authenticator: Authenticator, request: HttpRequest, **_signal: Any) -> None:
    """Sessions opened with the password alone are closed."""
    note(user, "second_factor.add", kind=str(authenticator.type))
    end_sessions(user, but=request.session.session_key or "")


@receiver(authenticator_reset)
def on_recovery_codes(user: User, authenticator: Authenticator, **_signal: Any) -> None:
    """New recovery codes: the old ones serve no more."""
    note(user, "second_factor.renew", kind=str(authenticator.type))


@receiver(authenticator_removed)
def on_second_factor_removed(user: User, authenticator: Authenticator, **_signal: Any) -> None:
    """Somebody whose role does not ask for it removed theirs."""
    note(user, "second_factor.remove", kind=str(authenticator.type))
