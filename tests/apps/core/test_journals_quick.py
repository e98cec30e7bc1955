"""Journals read whole, or since their last seal: what each of the two sees."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.db import connection

from hygie.apps.core.audit import journal
from hygie.apps.core.audit.chain import BrokenChainError
from hygie.apps.core.audit.export import remove_sealed, seal_months
from hygie.apps.core.audit.journal import SYSTEM, decided, journalled
from hygie.apps.core.audit.models import Decision
from hygie.apps.core.audit.triggers import statements
from hygie.apps.core.operations.journals import verified_lines

pytestmark = [pytest.mark.django_db(databases=["default", "readings"]), pytest.mark.usefixtures("sealed")]


class Then(datetime):
    """The end of a month that is over."""

    @classmethod
    def now(cls, tz: object = None) -> datetime:  # type: ignore[override]  # a fixed moment
        return datetime(2026, 10, 31, tzinfo=UTC)


@pytest.fixture
def sealed(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """Five lines of October, sealed; three of now."""
    with monkeypatch.context() as then:
        then.setattr(journal, "datetime", Then)
        write(5)
    write(3)
    assert len(seal_months("decisions")) == 1


def write(lines: int) -> None:
    for n in range(lines):
        with journalled():
            decided(SYSTEM, "test.decide", subject="test", record=str(n))


def change(number: int, *, cut: bool = False) -> None:
    """What somebody who holds the database does to a line."""
    lift, put_back = statements(connection.vendor, "core_decision")
    with connection.cursor() as cursor:
        for statement in lift:
            cursor.execute(statement)
        lines = Decision.objects.filter(number=number)
        lines.delete() if cut else lines.update(action="test.other")
        for statement in put_back:
            cursor.execute(statement)


def seen(*, quick: bool) -> bool:
    try:
        verified_lines("decisions", quick=quick)
    except BrokenChainError:
        return True
    return False


def test_a_quick_reading_starts_at_the_last_sealed_line() -> None:
    assert verified_lines("decisions") == 8
    assert verified_lines("decisions", quick=True) == 4
    assert verified_lines("readings", quick=True) == 0


@pytest.mark.parametrize(("number", "cut"), [(5, False), (5, True), (6, True), (7, False), (8, True)])
def test_a_change_since_the_seal_is_seen_by_both(number: int, cut: bool) -> None:
    change(number, cut=cut)
    assert seen(quick=False)
    assert seen(quick=True)


def test_a_change_before_the_seal_is_seen_by_a_whole_reading_only() -> None:
    change(2)
    assert seen(quick=False)
    assert not seen(quick=True)


def test_lines_removed_once_sealed_are_missed_by_nobody() -> None:
    remove_sealed("decisions", before="2026-11")
    assert (verified_lines("decisions"), verified_lines("decisions", quick=True)) == (3, 3)
    change(6, cut=True)
    assert seen(quick=True)
