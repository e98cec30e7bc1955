"""How messages leave this machine: variables read into settings."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import SplitResult, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

OUTBOX = "hygie.apps.core.messages.outbox"
TIMEOUT_S = 30
PORTS = {"smtp": 587, "smtps": 465}


@dataclass(frozen=True)
class Mail:
    """Settings of the messages.

    Attributes
    ----------
    address
        Where the site is, for links (``HYGIE_ADDRESS``): no path, no slash at the end.
    sender
        Address that writes (``HYGIE_FROM``).
    backend
        Django's e-mail back end; the outbox folder unless ``HYGIE_SMTP`` names a server.
    sms_provider
        Class that sends SMS (``HYGIE_SMS_PROVIDER``, a dotted name); the outbox folder by default.
    bounces_to
        Address that refused e-mails come back to (``HYGIE_BOUNCES``), each with a token after a « + »;
        empty where the mail server does not take such addresses.
    """

    address: str
    sender: str
    backend: str
    sms_provider: str
    bounces_to: str = ""
    host: str = ""
    port: int = 0
    user: str = ""
    password: str = field(default="", repr=False)
    starttls: bool = False
    tls: bool = False

    @classmethod
    def read(cls, https_host: str = "", variables: Mapping[str, str] | None = None) -> Mail:
        """Read ``HYGIE_ADDRESS``, ``HYGIE_FROM``, ``HYGIE_BOUNCES``, ``HYGIE_SMTP``, ``HYGIE_SMS_PROVIDER``.

        Parameters
        ----------
        https_host
            Name of the site behind its TLS proxy, used where ``HYGIE_ADDRESS`` is not set.

        Raises
        ------
        ImproperlyConfigured
            If a value cannot be understood, saying which and what to write.
        """
        told = os.environ if variables is None else variables
        usual = f"https://{https_host}" if https_host else "http://127.0.0.1:8000"
        address = _address(told.get("HYGIE_ADDRESS") or usual)
        sender = told.get("HYGIE_FROM") or "hygie@localhost"
        if not sender.isprintable() or sender.count("@") != 1 or " " in sender:
            raise ImproperlyConfigured("HYGIE_FROM n’est pas une adresse. Écrivez nom@domaine.fr.")
        bounces = told.get("HYGIE_BOUNCES", "")
        if bounces and not re.fullmatch(r"[A-Za-z0-9._-]{1,20}@[A-Za-z0-9.-]{1,200}", bounces):
            raise ImproperlyConfigured(
                "HYGIE_BOUNCES n’est pas une adresse courte. Écrivez retours@domaine.fr."
            )
        provider = told.get("HYGIE_SMS_PROVIDER") or f"{OUTBOX}.OutboxSms"
        smtp = told.get("HYGIE_SMTP", "")
        if not smtp:
            return cls(address, sender, f"{OUTBOX}.EmailBackend", provider, bounces)
        server = _server(smtp)
        return cls(
            address,
            sender,
            "django.core.mail.backends.smtp.EmailBackend",
            provider,
            bounces,
            host=server.hostname or "",
            port=server.port or PORTS[server.scheme],
            user=unquote(server.username or ""),
            password=unquote(server.password or ""),
            starttls=server.scheme == "smtp" and server.query != "tls=non",
            tls=server.scheme == "smtps",
        )


def _address(text: str) -> str:
    parts = urlsplit(text.rstrip("/"))
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.path or not text.isprintable():
        raise ImproperlyConfigured(
            "HYGIE_ADDRESS n’est pas lisible. Écrivez https://sante.ville.fr, sans chemin."
        )
    return text.rstrip("/")


def _server(text: str) -> SplitResult:
    wrong = ImproperlyConfigured(
        "HYGIE_SMTP n’est pas lisible. Écrivez smtp://nom:mot-de-passe@serveur:587 (STARTTLS), "
        "smtps://…:465 (TLS), ou smtp://localhost:25?tls=non pour un relais de cette machine."
    )
    try:
        parts = urlsplit(text)
        known = parts.scheme in PORTS and parts.hostname and (parts.port is None or parts.port > 0)
    except ValueError:
        raise wrong from None
    if not known or parts.query not in ("", "tls=non"):
        raise wrong
    return parts
