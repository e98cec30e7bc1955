"""How long and how often, when signing in.

Our own choices, to verify with who answers for security in the town: no text sets them.
"""

from __future__ import annotations

from datetime import timedelta

from hygie.apps.core.limits import Limit

MINUTE, HOUR, DAY = 60, 3600, 86_400

LOGIN_BY_ACCOUNT = Limit("login.account", 5, 5 * MINUTE)
LOGIN_BY_ADDRESS = Limit("login.address", 30, 5 * MINUTE)
SECOND_FACTOR = Limit("second-factor", 5, 5 * MINUTE)
SECOND_FACTOR_USED = Limit("second-factor.used", 1, 3 * MINUTE)
"""A code of the telephone serves once; it is good for a minute and a half."""
RESET_BY_ACCOUNT = Limit("reset.account", 3, HOUR)
RESET_BY_ADDRESS = Limit("reset.address", 10, HOUR)
INVITATION_BY_ADDRESS = Limit("invitation.address", 30, HOUR)
INVITATIONS_SENT = Limit("invitation.sent", 100, DAY)

INVITATION_LASTS = timedelta(days=7)
INVITATION_KEPT = timedelta(days=30)
"""After it ended: long enough to answer « I never got it »."""
FRESH_PASSWORD_S = 10 * MINUTE
"""A password given this recently is not asked again to set up the second factor."""

CODE_BY_CONTACT = Limit("code.contact", 3, HOUR)
CODE_BY_CONTACT_A_DAY = Limit("code.contact.day", 10, DAY)
CODE_BY_ADDRESS = Limit("code.address", 20, HOUR)
CODE_TRIED_BY_ADDRESS = Limit("code.tried", 30, HOUR)
CODE_DIGITS = 6
CODE_TRIES = 5
CODE_LASTS = timedelta(minutes=10)
CONTACT_HELD = timedelta(minutes=30)
