"""Ways out: Django's e-mail back end, and a port for whoever sends the town's SMS."""

from __future__ import annotations

import smtplib
from collections.abc import Mapping
from typing import Protocol

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.utils.module_loading import import_string


class RefusedAddressError(Exception):
    """The address or the number does not exist, for good: trying again is no use."""


class NotNowError(Exception):
    """Nothing could be handed over; later it may."""


class SmsProvider(Protocol):
    """Who sends SMS. Named by ``HYGIE_SMS_PROVIDER``, made without argument."""

    def send(self, number: str, text: str, reference: str) -> None:
        """Hand one SMS over.

        Parameters
        ----------
        number
            ``+33639981234``.
        text
            Already checked: three parts at most.
        reference
            The same for each try of one message, so that the provider may refuse the second.

        Raises
        ------
        RefusedAddressError
            If the number does not exist.
        NotNowError
            If it could not be handed over.
        """
        ...


def send_sms(number: str, text: str, reference: str) -> None:
    """Hand one SMS over to the provider of the settings.

    Raises
    ------
    RefusedAddressError, NotNowError
        See ``SmsProvider``.
    """
    provider: SmsProvider = import_string(settings.SMS_PROVIDER)()
    try:
        provider.send(number, text, reference)
    except OSError as error:
        raise NotNowError(type(error).__name__) from error


def send_email(
    address: str, subject: str, text: str, headers: Mapping[str, str], *, back_to: str = ""
) -> None:
    """Hand one e-mail over.

    Parameters
    ----------
    back_to
        Address of the envelope, where it comes back when it is refused; the sender's own when empty.

    Raises
    ------
    RefusedAddressError
        If the server says that the address does not exist (5xx).
    NotNowError
        If the server cannot be reached, or says to come back.
    ValueError
        If a header holds a line break: such a message never goes.
    """
    mail = EmailMessage(
        subject,
        text,
        back_to or settings.DEFAULT_FROM_EMAIL,
        [address],
        headers={**headers, "From": settings.DEFAULT_FROM_EMAIL},
        connection=get_connection(),
    )
    try:
        mail.send()
    except smtplib.SMTPRecipientsRefused as refused:
        codes = [code for code, _ in refused.recipients.values()]
        if codes and all(500 <= code < 600 for code in codes):
            raise RefusedAddressError("5xx") from None  # the server's words may hold the address
        raise NotNowError("4xx") from None
    except smtplib.SMTPException as error:
        raise NotNowError(type(error).__name__) from None
    except OSError as error:
        raise NotNowError(type(error).__name__) from error
