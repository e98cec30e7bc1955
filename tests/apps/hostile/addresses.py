"""Every address of the site, with the record it names; what all hostile tests walk."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from django.urls import reverse
from tests.apps.core.test_access_matrix import address_of

from hygie.apps.core.access import Page, pages

NAMES_A_RECORD = re.compile(r"<(int|uuid):|<str:(token|secret)>|uidb36")


def served() -> Iterator[Page]:
    """Addresses that somebody may open."""
    return (page for page in pages() if page.access is not None)


def names_a_record(page: Page) -> bool:
    """Whether an address names one record."""
    return bool(NAMES_A_RECORD.search(page.route))


def address(page: Page, records: Mapping[str, Mapping[str, str]]) -> str:
    """The address of a page, about the town's own record where it names one."""
    known = records.get(page.name)
    return reverse(page.name, kwargs=dict(known)) if known else address_of(page.route)


def plain(content: bytes) -> str:
    """A page without what changes at each answer: the tokens of its forms."""
    return re.sub(r'(name="csrfmiddlewaretoken" value=")[^"]*', r"\1", content.decode())
