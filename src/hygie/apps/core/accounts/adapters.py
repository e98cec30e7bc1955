"""What the sign-on library asks of us: no self sign-up, secrets encrypted with our ring, our limits."""

from __future__ import annotations

import time
from typing import Any, ClassVar

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.flows.login import get_authentication_records
from allauth.account.internal.stagekit import clear_login
from allauth.core import context
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponseRedirect
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme

from hygie.apps.core import clock
from hygie.apps.core.accounts.models import User
from hygie.apps.core.accounts.selectors import has_second_factor, is_staff_somewhere
from hygie.apps.core.addresses import blurred, network_of
from hygie.apps.core.contacts.delivery import deliver
from hygie.apps.core.encryption import decrypt, encrypt
from hygie.apps.core.limits import give_back, take_or_refuse
from hygie.apps.core.practice import practice

TOO_MANY = "Trop d’essais. Attendez un peu, puis recommencez."
WRONG_CODE = "Ce code n’est pas le bon, ou il a déjà servi. Attendez le suivant, puis écrivez-le."


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # the library is not typed
    """Accounts are made by an administrator; tries are limited by account and by network address."""

    error_messages: ClassVar[dict[str, Any]] = DefaultAccountAdapter.error_messages | {
        "email_password_mismatch": "L’adresse ou le mot de passe n’est pas le bon. Vérifiez les deux.",
        "incorrect_password": "Ce mot de passe n’est pas le bon.",
        "enter_current_password": "Ce mot de passe n’est pas celui de votre compte.",
        "invalid_password_reset": "Ce lien ne sert plus. Demandez-en un nouveau.",
        "too_many_login_attempts": TOO_MANY,
        "rate_limited": TOO_MANY,
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Nobody makes their own account."""
        del request
        return False

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Count a try before looking at the password.

        Raises
        ------
        TooManyError
            After too many tries: the same for an address without account.
        """
        email = str(credentials.get("email", "")).lower()
        limits = practice().signing_in
        take_or_refuse(limits.by_network, network_of(request))
        take_or_refuse(limits.by_account, email)

    def authenticate(self, request: HttpRequest, **credentials: Any) -> User | None:
        """The person behind an address and a password; a good password is not a try."""
        user: User | None = super().authenticate(request, **credentials)
        if user is not None:
            give_back(practice().signing_in.by_network, network_of(request))
            give_back(practice().signing_in.by_account, str(credentials.get("email", "")).lower())
        return user

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        """Not to set up a first second factor just after the password was given."""
        asked: bool = super().is_reauthentication_required(app=app, **kwargs)
        return asked and not _password_is_fresh(context.request)

    def is_safe_url(self, url: str) -> bool:
        """Whether a page may be gone to afterwards: pages of this site only."""
        return url_has_allowed_host_and_scheme(url, allowed_hosts=None) and url.startswith("/")

    def get_client_ip(self, request: HttpRequest) -> str:
        """The address kept with a session, its end erased."""
        return blurred(network_of(request) or "0.0.0.0")  # noqa: S104  # an address to show, not to listen on

    def get_reset_password_from_key_url(self, key: str) -> str:
        """Address of a new password: on the site as it is declared, whatever host the request named."""
        uid, _, rest = key.partition("-")
        return settings.SITE_ADDRESS + reverse("account_reset_password_from_key", args=[uid, rest])

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Write a message in plain text, with a title that says nothing of health."""
        values = {"email": email, **context}
        subject = " ".join(render_to_string(f"{template_prefix}_subject.txt", values).split())
        deliver("email", email, subject, render_to_string(f"{template_prefix}_message.txt", values).strip())

    def respond_user_inactive(self, request: HttpRequest, user: User) -> HttpResponseRedirect:
        """Say to whoever knows the password of a closed account that it is closed."""
        del user
        clear_login(request)
        messages.error(request, "Ce compte est fermé. Écrivez à la personne qui administre Hygie chez vous.")
        return HttpResponseRedirect(reverse("account_login"))

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        """Where to go once the password is changed."""
        del request
        return reverse("account")


class SecondFactorAdapter(DefaultMFAAdapter):  # type: ignore[misc]  # the library is not typed
    """Second factors, their secrets encrypted; compulsory ones stay."""

    error_messages: ClassVar[dict[str, Any]] = DefaultMFAAdapter.error_messages | {
        "incorrect_code": WRONG_CODE,
        "cannot_delete_authenticator": (
            "Votre rôle demande la double vérification\u00a0: elle ne peut pas être retirée."
        ),
        "cannot_generate_recovery_codes": "Activez d’abord la double vérification.",
    }

    def encrypt(self, text: str) -> str:
        """Encrypt a secret on the way to the database."""
        return encrypt(text)

    def decrypt(self, encrypted_text: str) -> str:
        """Decrypt it on the way back."""
        return decrypt(encrypted_text)

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        """Whether a person may remove their second factor: not a member of staff."""
        return not is_staff_somewhere(authenticator.user, clock.today())


def _password_is_fresh(request: HttpRequest) -> bool:
    user = request.user
    if not isinstance(user, User):
        return False
    given = [r["at"] for r in get_authentication_records(request, user) if r.get("method") == "password"]
    first_time = not has_second_factor(user) or not _codes_seen(user)
    return first_time and bool(given) and _is_fresh(max(given))


def _is_fresh(given: float) -> bool:
    return time.time() - given < practice().signing_in.password_fresh.total_seconds()


def _codes_seen(user: User) -> bool:
    held = Authenticator.objects.filter(user_id=user.pk, type=Authenticator.Type.RECOVERY_CODES).first()
    return held is None or bool(held.data.get("viewed_at"))


def display(user: User) -> str:
    """Name shown for a person."""
    return user.name
