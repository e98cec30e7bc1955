"""What is asked of every page, and the keyboard."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Locator, Page

from hygie.apps.core.public.checks import WIDTHS

AXE = (Path(__file__).with_name("vendor") / "axe.min.js").read_text(encoding="utf-8")
WIDE = 1280


def violations(page: Page) -> list[str]:
    """What axe says of a page: rule, help, then each faulty element."""
    found: dict[str, Any] = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
    return [
        f"{rule['id']} ({rule['help']}): {node['target']} {node.get('failureSummary', '')}"
        for rule in found["violations"]
        for node in rule["nodes"]
    ]


def faults(page: Page) -> list[str]:
    """Everything wrong with the page shown, in words; empty when nothing is."""
    found = [] if page.title().strip(" –").removesuffix("Hygie").strip(" –") else ["no title"]
    heads = page.locator("h1").count()
    found += [] if heads == 1 else [f"{heads} main headings"]
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        across = page.evaluate("[document.documentElement.scrollWidth, document.documentElement.clientWidth]")
        found += [] if across[0] <= across[1] else [f"{across[0]} px wide at {width} px"]
    page.evaluate(AXE)
    for scheme, width in (("light", WIDE), ("dark", WIDTHS[0])):
        page.set_viewport_size({"width": width, "height": 900})
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]  # one of the two words it takes
        found += [f"{scheme} at {width} px: {said}" for said in violations(page)]
    return found


def tab_to(page: Page, target: str | Locator, most: int = 60) -> None:
    """Press Tab until the element has the focus; it must be seen to have it."""
    found = page.locator(target) if isinstance(target, str) else target
    for _ in range(most):
        page.keyboard.press("Tab")
        if found.evaluate("e => e === document.activeElement"):
            outline = found.evaluate("e => getComputedStyle(e).outlineStyle")
            assert outline != "none", f"{target} has the focus and does not show it"
            return
    pytest.fail(f"Tab never reaches {target}")
