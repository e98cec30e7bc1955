"""Signs of a territory with what they stand on, and the panels that each post holds."""

from __future__ import annotations

from dataclasses import dataclass

from hygie.engines.kernel.measures import FigureUse
from hygie.engines.walking.signs import SignLine, SignPlan, SignPost


@dataclass(frozen=True)
class Destination:
    """What a sign announces: a place, or the nearest of a category.

    ``places`` are positions in the territory's places; ``title`` is what a sign says.
    """

    key: str
    title: str
    places: tuple[int, ...]


@dataclass(frozen=True)
class SignStudy:
    """A plan with what it stands on; ``wheres`` says in words where each post stands."""

    destinations: tuple[Destination, ...]
    plan: SignPlan
    wheres: tuple[str, ...]
    minutes: float
    stretch: float
    budget: int | None
    lines: int
    known: bool
    figures: tuple[FigureUse, ...]
    smallest_count: int

    @property
    def gap(self) -> float:
        """How far from the best possible, at most: share of the posts, or of what they guide."""
        if self.budget is None:
            found, best = float(len(self.plan.posts)), self.plan.bound
            return max(0.0, (found - best) / found) if found else 0.0
        best = self.plan.bound
        return max(0.0, (best - self.plan.guided) / best) if best > 0 else 0.0


def panels_of(post: SignPost, lines: int) -> tuple[tuple[SignLine, ...], ...]:
    """Lines of a post cut into panels of so many at most, the nearest destinations on the first."""
    return tuple(post.lines[low : low + lines] for low in range(0, len(post.lines), lines))
