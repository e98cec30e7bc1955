"""The lines of the accessibility statement that a test proves."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

Test = TypeVar("Test", bound=Callable[..., None])


def proves(*lines: str) -> Callable[[Test], Test]:
    """Say which lines of the statement a test proves: ``axe``, or ``keyboard:invite``."""

    def same(test: Test) -> Test:
        test.proves = lines  # type: ignore[attr-defined]  # read in the source, by the test that compares
        return test

    return same
