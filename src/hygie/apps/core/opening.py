"""Whether the working documents may be read without an account.

The figures of a territory are a working document: suppressed, but checked by nobody. By default they
are for people who have signed in. Somebody who only opens a folder on their own computer has no
account: ``hygie serve`` then opens reading, until the first account is made.
"""

from __future__ import annotations

from django.conf import settings

from hygie.apps.core.accounts.models import User

OPEN, UNTIL_ACCOUNTS = "oui", "sans-compte"

_seen_accounts = False


def open_reading() -> bool:
    """Whether anybody may read working documents.

    One query a call as long as there is no account, none afterwards: accounts are never all erased.
    """
    if settings.OPEN_READING == OPEN:
        return True
    return settings.OPEN_READING == UNTIL_ACCOUNTS and not _has_accounts()


def _has_accounts() -> bool:
    global _seen_accounts  # noqa: PLW0603  # once there is an account, there is one for good
    if not _seen_accounts:
        _seen_accounts = User.objects.exists()
    return _seen_accounts
