"""The design system on one page: tokens, components and their states; tests look at it too."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

from django import forms
from django.contrib.staticfiles import finders
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from hygie.apps.core import clock
from hygie.apps.core.access import public
from hygie.apps.core.organisations.forms import day_field
from hygie.readers.help_lines import load_help_lines
from hygie.readers.help_lines import strip as strip_of

_TOKEN = re.compile(r"^  --([a-z0-9-]+): (#[0-9a-f]{6}|rgb\([^)]*\));", re.MULTILINE)


class Sample(forms.Form):
    """One field of each kind; nothing is sent."""

    name = forms.CharField(label="Nom de la séance", max_length=80)
    place = forms.ChoiceField(label="Lieu", choices=[("", "Choisir un lieu"), ("a", "Maison des Salines")])
    day = day_field("Jour")
    kind = forms.ChoiceField(
        label="Pour qui",
        choices=[("all", "Tout le monde"), ("65", "À partir de 65 ans")],
        widget=forms.RadioSelect,
    )
    note = forms.CharField(label="Précisions", required=False, widget=forms.Textarea(attrs={"rows": 3}))
    agree = forms.BooleanField(label="Prévenir les personnes inscrites", required=False)


@cache
def colour_tokens() -> tuple[str, ...]:
    """Names of the colours of the product, in the order of their sheet."""
    sheet = Path(str(finders.find("tokens.css"))).read_text(encoding="utf-8")
    return tuple(dict.fromkeys(name for name, _ in _TOKEN.findall(sheet)))


@public()
def design(request: HttpRequest) -> HttpResponse:
    """Every component in every state."""
    empty = Sample(auto_id="vide_%s")
    wrong = Sample(
        {"name": "", "place": "", "day": "", "kind": "all", "note": "Ce texte reste."},
        auto_id="faute_%s",
    )
    return render(
        request,
        "core/public/design.html",
        {
            "colours": colour_tokens(),
            "form": empty,
            "wrong": wrong,
            "lines": strip_of(load_help_lines(), clock.today()),
        },
    )
