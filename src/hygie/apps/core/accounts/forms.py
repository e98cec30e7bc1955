"""Forms of the sign-on library, with our words and our limits."""

from __future__ import annotations

from typing import Any

from allauth.account import forms as account_forms
from allauth.account.adapter import get_adapter
from allauth.mfa.adapter import get_adapter as get_second_factor_adapter
from allauth.mfa.base import forms as second_factor_forms
from allauth.mfa.totp import forms as totp_forms
from django import forms

from hygie.apps.core.addresses import network_of
from hygie.apps.core.limits import Limit, give_back, take, take_or_refuse
from hygie.apps.core.practice import practice

USED = Limit("second-factor.used", 1, 180)
"""A code of the telephone is good for a minute and a half (half a minute, and one before and after): it
serves once for twice as long."""
EMAIL, PASSWORD, NEW, AGAIN, CODE = (
    "Adresse électronique",
    "Mot de passe",
    "Nouveau mot de passe",
    "Le même, encore une fois",
    "Code à six chiffres",
)
NEW_HINT = (
    "Douze caractères ou plus. Une phrase de plusieurs mots est plus sûre, et plus facile à retenir, "
    "qu’un mot compliqué."
)


def worded(form: forms.Form, **labels: str) -> None:
    """Give fields our labels, and take off what the library writes inside and under them."""
    for name, label in labels.items():
        field = form.fields[name]
        field.label, field.help_text = label, ""
        field.widget.attrs.pop("placeholder", None)


class LoginForm(account_forms.LoginForm):  # type: ignore[misc]  # the library is not typed
    """An address and a password."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        worded(self, login=EMAIL, password=PASSWORD)
        self.fields["login"].widget.attrs["autocomplete"] = "username"


class ReauthenticateForm(account_forms.ReauthenticateForm):  # type: ignore[misc]  # as above
    """The password again."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        worded(self, password=PASSWORD)


class ResetPasswordForm(account_forms.ResetPasswordForm):  # type: ignore[misc]  # as above
    """The address of an account; the answer is the same whether there is one or not."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        worded(self, email=EMAIL)

    def save(self, request: Any, **kwargs: Any) -> str:
        """Send one message, to whoever holds the address; too many requests send none, and say the same."""
        email = str(self.cleaned_data["email"]).lower()
        limits = practice().signing_in
        by_network = take(limits.reset_by_network, network_of(request))
        if by_network and take(limits.reset_by_account, email):
            super().save(request, **kwargs)
        return email


class ResetPasswordKeyForm(account_forms.ResetPasswordKeyForm):  # type: ignore[misc]  # as above
    """A new password, by the link of a message."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        worded(self, password1=NEW, password2=AGAIN)


class ChangePasswordForm(account_forms.ChangePasswordForm):  # type: ignore[misc]  # as above
    """A new password, by somebody who signed in."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        worded(self, oldpassword="Mot de passe actuel", password1=NEW, password2=AGAIN)  # labels

    def clean_oldpassword(self) -> str:
        """The current password, with the limits of signing in."""
        password = str(self.cleaned_data.get("oldpassword", ""))
        if not get_adapter().reauthenticate(self.user, password):
            raise get_adapter().validation_error("enter_current_password")
        return password


class _Limited:
    """Code forms: few tries a person, whatever the network address, and a code serves once."""

    user: Any
    cleaned_data: dict[str, Any]

    def clean_code(self) -> str:
        """A good code that has not served.

        Raises
        ------
        ValidationError
            If it is wrong, or has served.
        TooManyError
            After too many tries.
        """
        person = str(self.user.pk)
        limit = practice().signing_in.second_factor
        take_or_refuse(limit, person)
        code = "".join(str(self.cleaned_data["code"]).split()).replace("-", "")
        self.cleaned_data["code"] = code
        found: str = super().clean_code()  # type: ignore[misc]  # of the form it is mixed into
        if not take(USED, f"{person}:{code}"):
            raise get_second_factor_adapter().validation_error("incorrect_code")
        give_back(limit, person)
        return found


class SecondFactorForm(_Limited, second_factor_forms.AuthenticateForm):  # type: ignore[misc]  # as above
    """The second factor, when signing in."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        worded(self, code="Code de votre téléphone, ou code de secours")


class SecondFactorAgainForm(_Limited, second_factor_forms.ReauthenticateForm):  # type: ignore[misc]  # as above
    """The second factor, before something sensitive."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        worded(self, code="Code de votre téléphone, ou code de secours")


class SecondFactorSetUpForm(_Limited, totp_forms.ActivateTOTPForm):  # type: ignore[misc]  # as above
    """The first code, which shows that the telephone has the secret."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        worded(self, code=CODE)
        self.fields["code"].widget.attrs["inputmode"] = "numeric"

    @property
    def secret_in_fours(self) -> str:
        """The secret to type by hand, four letters at a time."""
        return " ".join(self.secret[at : at + 4] for at in range(0, len(self.secret), 4))
