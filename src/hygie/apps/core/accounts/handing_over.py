"""Handing an account over whole, with its password and its second factor, to whoever holds the keyboard.

For demonstrations, whose people are invented and have no mailbox: real people choose their password by
the link of an invitation, and nobody else ever knows it.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass

from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret

from hygie.apps.core.accounts.models import User
from hygie.apps.core.accounts.services import end_sessions
from hygie.apps.core.audit.journal import SYSTEM, decided, journalled

PASSWORD_BYTES = 15


@dataclass(frozen=True, slots=True, repr=False)
class Keys:
    """What opens an account; kept nowhere else, so to be shown at once.

    ``secret`` is what an authenticator is given, in base 32; it and the recovery codes are empty
    without second factor.
    """

    password: str
    secret: str = ""
    recovery_codes: tuple[str, ...] = ()


def hand_over(user: User, *, second_factor: bool) -> Keys:
    """Give an account a new password, and a new second factor if asked; its sessions are closed.

    The former password, second factor and recovery codes serve no more.
    """
    password = secrets.token_urlsafe(PASSWORD_BYTES)
    with journalled():
        user.set_password(password)
        user.save(update_fields=["password"])
        Authenticator.objects.filter(user_id=user.pk).delete()
        secret, codes = _second_factor(user) if second_factor else ("", ())
        end_sessions(user)
        decided(
            SYSTEM,
            "account.hand_over",
            subject="core.user",
            record=str(user.pk),
            second_factor=second_factor,
        )
    return Keys(password, secret, codes)


def _second_factor(user: User) -> tuple[str, tuple[str, ...]]:
    secret = generate_totp_secret()
    TOTP.activate(user, secret)
    codes = RecoveryCodes.activate(user)
    codes.mark_as_viewed()
    return secret, tuple(codes.get_unused_codes())
