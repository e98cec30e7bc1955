"""Forms about the publisher of the site and its audits."""

from __future__ import annotations

from decimal import Decimal
from urllib.parse import urlsplit

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import models

from hygie.apps.core.organisations.forms import day_field
from hygie.apps.core.public.models import Publisher
from hygie.apps.core.public.services import AuditFound

LINKS = ("accessibility_plan", "source_code")


def _text(label: str, name: str) -> forms.CharField:
    stored = Publisher._meta.get_field(name)
    longest = stored.max_length if isinstance(stored, models.CharField) else None
    return forms.CharField(label=label, required=False, max_length=longest)


class PublisherForm(forms.Form):
    """What the legal pages say; every field may stay empty, and is then shown as missing."""

    legal_name = _text("Nom de l’éditeur", "legal_name")
    address = _text("Adresse", "address")
    email = _text("Adresse électronique", "email")
    phone = _text("Téléphone", "phone")
    director = _text("Direction de la publication", "director")
    host_name = _text("Hébergeur", "host_name")
    host_address = _text("Adresse de l’hébergeur", "host_address")
    host_phone = _text("Téléphone de l’hébergeur", "host_phone")
    dpo = _text("Déléguée ou délégué à la protection des données", "dpo")
    accessibility_contact = _text("Contact pour l’accessibilité", "accessibility_contact")
    accessibility_plan = _text("Adresse du schéma pluriannuel d’accessibilité", "accessibility_plan")
    source_code = _text("Adresse du code source de cette version", "source_code")

    def clean(self) -> dict[str, str]:
        """Every text on one line; addresses of pages lead to a page, and nowhere else."""
        cleaned = {name: " ".join(str(value).split()) for name, value in self.cleaned_data.items()}
        for name, value in cleaned.items():
            if not value.isprintable():
                self.add_error(name, "Ce texte contient des caractères invisibles. Écrivez-le de nouveau.")
        for name in LINKS:
            if cleaned.get(name) and not _leads_to_a_page(cleaned[name]):
                self.add_error(name, "Écrivez une adresse qui commence par https://.")
        if cleaned.get("email"):
            try:
                validate_email(cleaned["email"])
            except ValidationError:
                self.add_error("email", "Écrivez une adresse comme contact@ville.fr.")
        return cleaned


def _leads_to_a_page(address: str) -> bool:
    try:
        parts = urlsplit(address)
        return parts.scheme == "https" and bool(parts.hostname) and parts.username is None
    except ValueError:
        return False


class AuditForm(forms.Form):
    """What an auditor found."""

    auditor = forms.CharField(label="Qui a fait l’audit", max_length=160)
    done = day_field("Jour de l’audit")
    rgaa = forms.RegexField(
        r"\A\d{1,2}(\.\d{1,2}){0,2}\Z",
        label="Version du RGAA",
        max_length=20,
        error_messages={"invalid": "Écrivez un numéro de version, comme 4.1.2."},
    )
    rate = forms.DecimalField(
        label="Part des critères respectés, en %",
        min_value=Decimal(0),
        max_value=Decimal(100),
        max_digits=5,
        decimal_places=2,
        localize=True,
        widget=forms.TextInput(attrs={"inputmode": "decimal"}),
    )
    failures = forms.CharField(
        label="Contenus non accessibles", required=False, max_length=5_000, widget=forms.Textarea
    )

    @property
    def found(self) -> AuditFound:
        """What was written, once valid."""
        kept = self.cleaned_data
        return AuditFound(
            " ".join(kept["auditor"].split()),
            kept["done"],
            kept["rgaa"],
            kept["rate"],
            kept["failures"].strip(),
        )
