"""Every pair of text and ground holds the AA contrast of WCAG 2.2, in both themes."""

from __future__ import annotations

import itertools
import re

import pytest
from tests.proving import proves

from hygie.reports.rendering import STYLES, read_style

TEXT_ON_GROUND = [
    *[
        (text, ground)
        for text in ("ink", "muted", "accent", "alert", "danger", "success")
        for ground in ("paper", "surface", "sunk")
    ],
    ("on-accent", "accent"),
    ("ink", "accent-soft"),
    ("ink", "alert-soft"),
    ("alert", "alert-soft"),
    ("danger", "danger-soft"),
    ("success", "success-soft"),
    ("accent", "accent-soft"),
    ("paper", "ink"),
]
DRAWN_ON_GROUND = [
    ("bar", "paper"),
    ("line-strong", "paper"),
    ("line-strong", "surface"),
    ("map-outline", "map-land"),
    ("map-none", "map-land"),
    ("map-5", "map-land"),
    ("map-better-3", "map-zero"),
    ("ink", "surface"),
]
RAMP = [f"map-{step}" for step in range(1, 6)]


def themes() -> dict[str, dict[str, str]]:
    sheet = re.sub(r"/\*.*?\*/", "", read_style("tokens"), flags=re.DOTALL)
    light, _, dark = sheet.partition("@media")
    colours = re.compile(r"--([\w-]+):\s*(#[0-9a-f]{6})\b")
    first = dict(colours.findall(light))
    return {"light": first, "dark": first | dict(colours.findall(dark))}


def luminance(colour: str) -> float:
    """Relative luminance, WCAG 2.2."""
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def test_contrast_formula_gives_the_known_extremes() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


@proves("contrast")
@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize(("text", "ground"), TEXT_ON_GROUND)
def test_text_is_readable_on_its_ground(theme: str, text: str, ground: str) -> None:
    tokens = themes()[theme]
    assert contrast(tokens[text], tokens[ground]) >= 4.5


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize(("drawn", "ground"), DRAWN_ON_GROUND)
def test_what_is_drawn_stands_out_of_its_ground(theme: str, drawn: str, ground: str) -> None:
    tokens = themes()[theme]
    assert contrast(tokens[drawn], tokens[ground]) >= 3


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_scale_of_minutes_goes_one_way_with_steps_that_differ(theme: str) -> None:
    tokens = themes()[theme]
    ramp = [luminance(tokens[name]) for name in RAMP]
    assert ramp == sorted(ramp, reverse=theme == "light")
    pairs = itertools.pairwise(RAMP)
    assert min(contrast(tokens[a], tokens[b]) for a, b in pairs) >= 1.3


def test_the_dark_theme_has_its_own_colours() -> None:
    found = themes()
    same = [name for name, colour in found["light"].items() if found["dark"][name] == colour]
    assert same == []


def test_every_token_used_is_defined() -> None:
    sheets = "".join(read_style(name) for name in (*STYLES, "report", "print"))
    assert set(re.findall(r"var\(--([\w-]+)\)", sheets)) <= set(re.findall(r"--([\w-]+):", sheets))


def test_motion_contrast_and_print_are_looked_after() -> None:
    sheets = "".join(read_style(name) for name in (*STYLES, "report", "print"))
    for words in ("prefers-reduced-motion", "forced-colors", "@page", "size: A4", ":focus-visible"):
        assert words in sheets
