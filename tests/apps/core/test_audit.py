"""The journals: what is written, what is refused, what a verifier finds."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest
from django.db import DatabaseError, connections, transaction

from hygie.apps.core.audit.chain import BrokenChainError, canonical, digest_of, verify
from hygie.apps.core.audit.export import exported, remove_sealed, seal_months
from hygie.apps.core.audit.journal import (
    Actor,
    NotJournalledError,
    decided,
    journalled,
    log_reading,
    pseudonym,
)
from hygie.apps.core.audit.models import Decision, Reading

pytestmark = pytest.mark.django_db(databases=["default", "readings"])
AGENT = Actor("7", "ccas")


def decide(count: int = 5) -> list[str]:
    for rank in range(count):
        with journalled():
            decided(AGENT, "grant.accept", subject="grants.request", record=str(rank), amount=rank)
    return list(exported("decisions"))


def broken(lines: list[str], **told: object) -> bool:
    try:
        verify(lines, **told)  # type: ignore[arg-type]  # the calls below give a head or a count
    except BrokenChainError:
        return True
    return False


def test_a_line_is_written_with_the_decision_and_names_nobody() -> None:
    lines = decide()
    verified = verify(lines)
    assert verified.count == 5
    first = json.loads(lines[0])
    assert first["actor"] == pseudonym("user", "7") != "7"
    assert first["details"] == {"amount": 0}
    assert first["month"] == first["at"][:7]


def test_what_fails_leaves_neither_record_nor_line() -> None:
    def fails() -> None:
        with journalled():
            decided(AGENT, "grant.accept", subject="grants.request", record="1")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fails()
    assert not Decision.objects.exists()


def test_a_decision_outside_a_journal_is_a_fault_of_the_programme() -> None:
    with pytest.raises(NotJournalledError):
        decided(AGENT, "grant.accept", subject="grants.request", record="1")


def test_inner_services_share_the_transaction_of_the_outer_one() -> None:
    with journalled():
        with journalled():
            decided(AGENT, "a", subject="s", record="1")
        with pytest.raises(ValueError, match="no"), journalled():
            raise ValueError("no")
        decided(AGENT, "b", subject="s", record="2")
    assert [line.action for line in Decision.objects.order_by("number")] == ["a", "b"]


def test_details_stay_short() -> None:
    with pytest.raises(ValueError, match="short"), journalled():
        decided(AGENT, "a", subject="s", record="1", text="x" * 3000)


@pytest.mark.parametrize("statement", ["UPDATE core_decision SET action = 'x'", "DELETE FROM core_decision"])
def test_the_database_refuses_to_change_a_line(statement: str) -> None:
    decide(2)
    with pytest.raises(DatabaseError), transaction.atomic(), connections["default"].cursor() as cursor:
        cursor.execute(statement)
    assert Decision.objects.count() == 2


def test_the_database_refuses_to_change_a_reading() -> None:
    log_reading(AGENT, "people.read", subject="people.person", record="4")
    with (
        pytest.raises(DatabaseError),
        transaction.atomic(using="readings"),
        connections["readings"].cursor() as cursor,
    ):
        cursor.execute("UPDATE core_reading SET action = 'x'")
    assert Reading.objects.using("readings").count() == 1


class TestForgery:
    """Every way to touch the file is found."""

    def test_one_changed_byte_anywhere(self) -> None:
        lines = decide(3)
        text = "\n".join(lines)
        for at in range(0, len(text), 7):
            changed = text[:at] + chr(ord(text[at]) ^ 1) + text[at + 1 :]
            assert broken(changed.split("\n"), head=json.loads(lines[-1])["digest"], count=3), at

    def test_a_space_added(self) -> None:
        lines = decide(3)
        assert broken([lines[0], lines[1].replace(",", ", ", 1), lines[2]])

    def test_a_line_removed_swapped_or_repeated(self) -> None:
        lines = decide(4)
        assert broken([lines[0], *lines[2:]])
        assert broken([lines[0], lines[2], lines[1], lines[3]])
        assert broken([*lines[:2], lines[1], *lines[2:]])

    def test_a_tail_or_a_beginning_cut(self) -> None:
        lines = decide(4)
        head = json.loads(lines[-1])["digest"]
        assert broken(lines[:-1], head=head)
        assert broken(lines[1:], head=head, count=4)

    def test_a_chain_made_again_whole(self) -> None:
        lines = decide(4)
        head = json.loads(lines[-1])["digest"]
        previous, forged = "0" * 64, []
        for text in lines:
            line = json.loads(text) | {"previous": previous, "actor": "0" * 64}
            line["digest"] = previous = digest_of(line)
            forged.append(canonical(line))
        assert not broken(forged)
        assert broken(forged, head=head, count=4)

    @pytest.mark.parametrize("text", ["", "null", "[]", "{}", '{"a":NaN}', "[" * 100_000], ids=range(6))
    def test_what_is_no_line(self, text: str) -> None:
        assert broken([text])


def test_a_month_is_sealed_once_and_removed_with_its_digest_kept() -> None:
    decide(3)
    log_reading(AGENT, "people.read", subject="people.person", record="4")
    assert seal_months("decisions") == []
    later = datetime.now(UTC) + timedelta(days=40)
    (seal,) = seal_months("decisions", now=later)
    assert (seal.first, seal.last) == (1, 3)
    assert seal_months("decisions", now=later) == []
    head = seal.head
    assert remove_sealed("decisions", before=f"{later:%Y-%m}") == 3
    lines = decide(1)
    assert json.loads(lines[0])["previous"] == head
    assert verify(lines).count == 1
    with pytest.raises(DatabaseError), transaction.atomic():
        Decision.objects.all().delete()
