"""Pictures for the documentation, in the folder that HYGIE_SCREENSHOTS names."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from tests.browser.conftest import NewContext, Screens

pytestmark = [
    pytest.mark.browser,
    pytest.mark.allow_hosts(["127.0.0.1"]),
    pytest.mark.skipif("HYGIE_SCREENSHOTS" not in os.environ, reason="no folder named in HYGIE_SCREENSHOTS"),
]

DOCUMENTED = {
    "diagnosis-desktop": ("first", "light", {"width": 900, "height": 980}),
    "diagnosis-phone-dark": ("first", "dark", {"width": 390, "height": 844}),
    "closure-desktop": ("closed", "light", {"width": 900, "height": 1400}),
}
"""Pictures of the README: screen, scheme, window."""
SIZES = {"phone": (390, 844), "desktop": (1280, 900)}


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_pictures_are_saved(visit: NewContext, screens: Screens, size: str, scheme: str) -> None:
    folder = Path(os.environ["HYGIE_SCREENSHOTS"])
    folder.mkdir(parents=True, exist_ok=True)
    width, height = SIZES[size]
    page = visit(viewport={"width": width, "height": height}, color_scheme=scheme).new_page()
    for name, address in screens.items():
        page.goto(address)
        picture = folder / f"{name}-{size}-{scheme}.png"
        page.screenshot(path=picture, full_page=True)
        assert picture.stat().st_size > 0


@pytest.mark.parametrize("name", DOCUMENTED)
def test_pictures_of_the_readme_are_saved(visit: NewContext, screens: Screens, name: str) -> None:
    screen, scheme, window = DOCUMENTED[name]
    page = visit(viewport=window, color_scheme=scheme).new_page()
    page.goto(screens[screen])
    page.screenshot(path=Path(os.environ["HYGIE_SCREENSHOTS"]) / f"{name}.png")
