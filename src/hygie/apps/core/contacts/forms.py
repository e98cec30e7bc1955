"""Forms to prove a contact."""

from __future__ import annotations

from typing import Any

from django import forms

from hygie.apps.core.contacts.services import Contact, contact_of
from hygie.engines.kernel.errors import HygieError


class ContactForm(forms.Form):
    """An e-mail address or a mobile number."""

    contact = forms.CharField(
        label="Adresse électronique ou numéro de mobile",
        max_length=254,
        widget=forms.TextInput(attrs={"autocomplete": "email", "spellcheck": "false"}),
        error_messages={"required": "Écrivez une adresse électronique ou un numéro de mobile."},
    )

    def clean_contact(self) -> Contact:
        """The contact, written one way."""
        try:
            return contact_of(str(self.cleaned_data["contact"]))
        except HygieError as error:
            raise forms.ValidationError(f"{error.what} {error.fix}".strip()) from error


class CodeForm(forms.Form):
    """The code received."""

    code = forms.RegexField(
        r"^\s*(\d\s*){6}$",
        label="Code à six chiffres",
        max_length=20,
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "inputmode": "numeric"}),
        error_messages={"invalid": "Un code a six chiffres.", "required": "Écrivez le code reçu."},
    )

    def refuse(self, why: str, *_unused: Any) -> None:
        """Say on the field that the code is refused."""
        self.add_error("code", why)
