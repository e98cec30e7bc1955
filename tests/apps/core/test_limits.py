"""Limits: counted once, refused in doubt, given back on success, forgotten after."""

from __future__ import annotations

import pytest
from django.db import DatabaseError, connection

from hygie.apps.core import limits
from hygie.apps.core.limits import Count, Limit, forget_counts, give_back, take

pytestmark = pytest.mark.django_db
THREE = Limit("test", 3, 60)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """A clock one sets by hand, in milliseconds."""
    now = [1_800_000_000_000]
    monkeypatch.setattr(limits, "_now", lambda: now[0])
    return now


def test_the_fourth_try_of_three_is_refused_until_the_window_closes(clock: list[int]) -> None:
    assert [take(THREE, "a") for _ in range(5)] == [True, True, True, False, False]
    clock[0] += 59_999
    assert not take(THREE, "a")
    clock[0] += 1
    assert [take(THREE, "a") for _ in range(4)] == [True, True, True, False]


def test_keys_and_limits_are_counted_apart(clock: list[int]) -> None:
    assert all(take(THREE, "a") for _ in range(3))
    assert take(THREE, "b")
    assert take(Limit("other", 3, 60), "a")


def test_a_try_given_back_may_be_taken_again_and_never_goes_below_none(clock: list[int]) -> None:
    assert take(THREE, "a")
    for _ in range(5):
        give_back(THREE, "a")
    assert [take(THREE, "a") for _ in range(4)] == [True, True, True, False]


def test_nothing_readable_is_kept() -> None:
    take(THREE, "camille@ville.example")
    (count,) = Count.objects.all()
    assert len(count.digest) == 64
    assert "camille" not in count.digest


def test_a_store_that_fails_refuses(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise DatabaseError("gone")

    monkeypatch.setattr(connection, "cursor", broken)
    assert not take(THREE, "a")


def test_closed_windows_are_erased(clock: list[int]) -> None:
    take(THREE, "a")
    clock[0] += 30_000
    take(THREE, "b")
    clock[0] += 30_000
    assert forget_counts() == 1
    assert Count.objects.count() == 1
