"""Forms about the people of an organisation."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

from django import forms
from django.contrib.auth.password_validation import validate_password

from hygie.apps.core.accounts.models import User
from hygie.apps.core.messages.addresses import email_address
from hygie.apps.core.organisations.invitations import Invited
from hygie.apps.core.organisations.roles import Role
from hygie.apps.core.organisations.second_factors import Check, Reason
from hygie.apps.core.organisations.services import RoleGiven
from hygie.engines.kernel.errors import HygieError

SCHEME = re.compile(r"[a-z0-9][a-z0-9_-]{0,59}")
MOST_SCHEMES = 40
REASON = "Choisissez la raison\u00a0: elle est notée au journal."


def day_field(label: str, *, required: bool = True) -> forms.DateField:
    """A day, chosen in the browser's own calendar."""
    widget = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    return forms.DateField(
        label=label, required=required, widget=widget, input_formats=["%Y-%m-%d", "%d/%m/%Y"]
    )


class InvitationForm(forms.Form):
    """Who is invited, and to which role."""

    email = forms.CharField(
        label="Adresse électronique",
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    name = forms.CharField(
        label="Prénom et nom", max_length=120, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )
    role = forms.ChoiceField(label="Rôle", choices=[("", "Choisir un rôle"), *Role.choices])
    schemes = forms.CharField(label="Dispositifs", required=False, max_length=2_000)
    since = day_field("Premier jour")
    until = day_field("Dernier jour", required=False)
    order_number = forms.CharField(label="Numéro de l’arrêté", required=False, max_length=60)
    order_date = day_field("Date de l’arrêté", required=False)

    def clean_email(self) -> str:
        """The address, written one way."""
        try:
            return email_address(str(self.cleaned_data["email"]))
        except HygieError as error:
            raise forms.ValidationError(f"{error.what} {error.fix}") from error

    def clean_name(self) -> str:
        """The name, on one line."""
        name = " ".join(str(self.cleaned_data["name"]).split())
        if not name.isprintable():
            raise forms.ValidationError("Ce nom n’est pas lisible. Écrivez-le avec des lettres.")
        return name

    def clean_schemes(self) -> tuple[str, ...]:
        """Keys of schemes, separated by commas or spaces."""
        keys = tuple(dict.fromkeys(str(self.cleaned_data["schemes"]).replace(",", " ").split()))
        if len(keys) > MOST_SCHEMES or any(SCHEME.fullmatch(key) is None for key in keys):
            raise forms.ValidationError("Écrivez les clés des dispositifs, séparées par des virgules.")
        return keys

    def clean(self) -> dict[str, Any]:
        """The role as a whole: dates in order, an order for who decides."""
        values: dict[str, Any] = super().clean() or self.cleaned_data
        since, until = values.get("since"), values.get("until")
        if since and until and until < since:
            self.add_error("until", "Le dernier jour vient après le premier.")
        if values.get("role") == Role.DECIDER and not (
            values.get("order_number") and values.get("order_date")
        ):
            self.add_error("order_number", "Une délégation a un arrêté\u00a0: donnez son numéro et sa date.")
        return values

    @property
    def invited(self) -> Invited:
        """Who is invited; once the form is valid."""
        held = self.cleaned_data
        given = RoleGiven(
            Role(held["role"]),
            held["since"],
            held["until"],
            held["schemes"],
            held["order_number"],
            held["order_date"],
        )
        return Invited(held["email"], held["name"], given)


class EndForm(forms.Form):
    """The first day without the role."""

    on = day_field("Premier jour sans ce rôle")

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._today = today

    def clean_on(self) -> date:
        """A day from today on: what was done before was done with the role."""
        on: date = self.cleaned_data["on"]
        if on < self._today:
            raise forms.ValidationError("Choisissez aujourd’hui ou un jour à venir.")
        return on


class ResetForm(forms.Form):
    """Why a second factor is taken away, and how the request was checked."""

    reason = forms.ChoiceField(
        label="Raison", choices=Reason.choices, widget=forms.RadioSelect, error_messages={"required": REASON}
    )
    check = forms.ChoiceField(
        label="Comment vous êtes-vous assuré que la demande vient de cette personne\u202f?",
        choices=Check.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Dites comment. Un courriel ou un SMS ne suffit pas."},
    )


class AcceptForm(forms.Form):
    """The name to show, and a password."""

    name = forms.CharField(
        label="Prénom et nom", max_length=120, widget=forms.TextInput(attrs={"autocomplete": "name"})
    )
    password1 = forms.CharField(
        label="Mot de passe",
        strip=False,
        max_length=256,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    password2 = forms.CharField(
        label="Le même, encore une fois",
        strip=False,
        max_length=256,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def __init__(self, *args: Any, email: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._email = email

    def clean(self) -> dict[str, Any]:
        """A password hard to guess, written twice alike."""
        values: dict[str, Any] = super().clean() or self.cleaned_data
        first = values.get("password1")
        if first and values.get("password2") and first != values["password2"]:
            self.add_error("password2", "Les deux mots de passe ne sont pas pareils.")
        elif first:
            try:
                validate_password(first, User(email=self._email, name=values.get("name", "")))
            except forms.ValidationError as error:
                self.add_error("password1", error)
        return values
