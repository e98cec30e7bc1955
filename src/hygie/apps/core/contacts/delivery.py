"""Messages that a person waits for, sent at once: codes, invitations, forgotten passwords.

They hold a secret, so they are not kept: neither in the database nor in a log. They leave by the same
ways as other messages: Django's e-mail back end and the port of SMS, both the outbox unless others are set.
"""

from __future__ import annotations

from typing import Literal
from uuid import uuid4

from hygie.apps.core.messages.helping import with_strip
from hygie.apps.core.messages.transports import NotNowError, RefusedAddressError, send_email, send_sms
from hygie.apps.core.messages.wording import for_sms
from hygie.engines.kernel.errors import HygieError

Channel = Literal["email", "sms"]
LONGEST_SUBJECT = 200


def deliver(channel: Channel, to: str, subject: str, body: str) -> None:
    """Send one message now.

    Raises
    ------
    HygieError
        If it cannot be sent, or if its address or its title would write another header.
    """
    if (
        any(ord(letter) < 32 or ord(letter) == 127 for letter in to + subject)
        or len(subject) > LONGEST_SUBJECT
    ):
        raise HygieError("Ce message n’a pas été envoyé.", why="Son adresse ou son titre n’est pas lisible.")
    try:
        if channel == "email":
            send_email(to, subject, with_strip(body), {"Auto-Submitted": "auto-generated"})
        else:
            send_sms(to, for_sms(body), uuid4().hex)
    except RefusedAddressError:
        raise HygieError(
            "Le message n’a pas pu être envoyé.",
            why="L’adresse ou le numéro est refusé.",
            fix="Vérifiez-le, ou donnez un autre contact.",
        ) from None
    except NotNowError:
        raise HygieError(
            "Le message n’a pas pu être envoyé.",
            why="Le service qui envoie les messages ne répond pas.",
            fix="Recommencez dans quelques minutes.",
        ) from None
