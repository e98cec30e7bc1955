"""Texts that somebody wrote, shown to others: never a script in a page, never a formula in a table."""

from __future__ import annotations

import csv
import io
import json
import re
import zipfile
from html.parser import HTMLParser
from typing import Any
from xml.etree import ElementTree as ET  # of a file that we have just written

import pytest
from tests.apps.hostile.addresses import address, served
from tests.apps.hostile.conftest import World

from hygie.apps.core import clock
from hygie.apps.core.access import Page
from hygie.apps.core.organisations.roles import Role
from hygie.apps.directory.models import Correction, Entry
from hygie.apps.directory.services import add_entry, checked
from hygie.apps.directory.vocabulary import FIELDS
from hygie.apps.territory.scenarios.models import Scenario
from hygie.engines.kernel.errors import HygieError

pytestmark = pytest.mark.django_db(databases=["default", "readings"])

MARKUP = "<script>alert(7)</script>\"'><img src=x onerror=alert(7)>"
FORMULAS = ["=1+1", "+1+1", "-1+1", "@SUM(1)", "\t=1+1", " =1+1", '=HYPERLINK("http://evil.example")']
EXPORT = re.compile(r"\.csv|\.ods|\.geojson|export|rejets")


class Told(HTMLParser):
    """What a browser would run or open."""

    def __init__(self) -> None:
        super().__init__()
        self.active: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        named = dict(attrs)
        if tag in ("iframe", "object", "embed", "base") or (tag == "script" and "src" not in named):
            self.active.append(tag)
        self.active += [f"{tag} {key}" for key in named if key.startswith("on")]
        for key in ("href", "src", "action", "formaction", "xlink:href"):
            where = re.sub(r"[\s\x00-\x1f]", "", named.get(key) or "").lower()
            if where.startswith(("javascript:", "vbscript:", "data:text")):
                self.active.append(f"{tag} {key}={where}")


def test_markup_that_somebody_wrote_is_text_on_every_page(world: World) -> None:
    town = world.town.commune
    texts = {name: MARKUP[: field.longest] for name, field in FIELDS.items() if name != "website"}
    for entry in Entry.objects.all():
        Entry.objects.filter(pk=entry.pk).update(
            **texts, website='https://x/"onmouseover="alert(7)', source=MARKUP[:40], licence=MARKUP,
            published=True, offered={"name": MARKUP},
        )  # fmt: skip
    Correction.objects.update(changes={"name": MARKUP, "phone": MARKUP})
    Scenario.objects.update(name=MARKUP, territory_name=MARKUP)
    for organisation in (town, world.town.association):
        organisation.name = MARKUP + organisation.slug
        organisation.save()
    for user in world.town.people.values():
        user.name = MARKUP
        user.save()
    wrong, seen = [], 0
    for client in (world.client(Role.ADMINISTRATOR), world.client(Role.COORDINATOR), world.anybody):
        for page in served():
            answer: Any = client.get(address(page, world.records))
            if not answer.headers.get("Content-Type", "").startswith("text/html"):
                continue
            text, told = answer.content.decode(), Told()
            told.feed(text)
            seen += "alert(7)" in text
            if told.active or "<img src=x" in text:
                wrong.append((page.name, told.active))
    assert not wrong
    assert seen > 10, "the texts are shown"


@pytest.mark.parametrize(
    "value",
    [
        "javascript:alert(1)",
        "JaVaScRiPt:alert(1)",
        "data:text/html,x",
        " vbscript:x",
        "//evil.example",
        "java\nscript:x",
        "ftp://x",
        "https",
    ],
)
def test_a_link_leads_to_a_page_or_is_refused(value: str) -> None:
    with pytest.raises(HygieError):
        checked("website", value)


# --- tables --------------------------------------------------------------------------------------


def tables(world: World) -> list[tuple[Page, str]]:
    """Addresses of what is saved as a table."""
    found = []
    for page in served():
        if page.name == "directory_export":
            found += [
                (page, f"/annuaire/export/{part}.{kind}")
                for part in ("odbl", "autres")
                for kind in ("csv", "geojson")
            ]
        elif page.name and EXPORT.search(page.route):
            found.append((page, address(page, world.records)))
    return found


def cells(media: str, body: bytes) -> list[str]:
    """Every text of a table that a spreadsheet would open."""
    if media.startswith("text/csv"):
        text = body.decode("utf-8-sig")
        return [cell for row in csv.reader(io.StringIO(text), delimiter=";") for cell in row]
    if "opendocument" in media:
        with zipfile.ZipFile(io.BytesIO(body)) as opened:
            assert not [n for n in opened.namelist() if "script" in n.lower() or ".." in n]
            root = ET.fromstring(opened.read("content.xml"))  # noqa: S314  # as above
        assert not [k for node in root.iter() for k in node.attrib if k.endswith("}formula")]
        return []
    json.loads(body)  # read by programs, which run no formula
    return []


def test_no_table_to_save_holds_a_formula(world: World) -> None:
    coordinator = world.town.viewer(Role.COORDINATOR)
    for formula in FORMULAS:
        texts = {name: formula for name in FIELDS if name not in ("website", "name")}
        add_entry(coordinator, {"category": "pharmacy", "name": f"{formula} essai", **texts}, clock.today())
    town = world.town.commune
    town.name = FORMULAS[0]
    town.save()
    client, wrong, seen = world.client(Role.ADMINISTRATOR), [], set()
    for page, path in tables(world):
        answer: Any = client.get(path)
        if answer.status_code == 404 and page.name == "directory_rejects":
            continue  # the file of the world has no rejected line
        assert answer.status_code == 200, path
        body = b"".join(answer.streaming_content) if answer.streaming else answer.content
        seen.add(page.name)
        wrong += [
            (page.name, cell)
            for cell in cells(answer.headers["Content-Type"], body)
            if cell.lstrip().startswith(("=", "+", "-", "@", "\t", "\r"))
            and not re.fullmatch(r"[+-]?\d+([.,]\d+)?", cell)
        ]
    assert not wrong
    assert seen >= {"directory_export", "access_csv", "tables"}
