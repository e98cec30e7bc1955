"""Walking-time signs: at which crossings, what each one says, and how few keep a walker informed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from hygie.engines.kernel.minutes import TICKS_PER_MINUTE, UNREACHABLE
from hygie.engines.kernel.plane import Plane
from hygie.engines.kernel.travel import Located
from hygie.engines.streets.graph import StreetGraph
from hygie.engines.walking.headings import Crossings, crossings_of, leaving
from hygie.engines.walking.signs_choice import Choice, fewest, most_helped
from hygie.engines.walking.signs_needs import Needs, needs_of
from hygie.engines.walking.ways import Booleans, Floats, starts_of, ways_to

FINE_STEP, COARSE_STEP = 1, 5
"""Minutes of a sign go by one, then by five."""


@dataclass(frozen=True)
class SignRules:
    """What is asked of signs.

    Attributes
    ----------
    longest
        Ticks of an adult's walk beyond which no destination is announced, included.
    stretch
        Ticks of the longest walk without a sign.
    straight
        Degrees within which a street goes straight on.
    coarse
        Minutes from which they are rounded up to five.
    child
        How many times longer a child walks than an adult, 1 or more.
    """

    longest: int
    stretch: int
    straight: float
    coarse: float
    child: float

    def __post_init__(self) -> None:
        if not (0 < self.longest < UNREACHABLE and 0 < self.stretch < UNREACHABLE):
            raise ValueError("the longest walk and the longest stretch are above zero")
        if not (0 <= self.straight < 180 and self.child >= 1 and self.coarse > 0):
            raise ValueError("an angle under 180 degrees, a child no faster than an adult")


@dataclass(frozen=True)
class SignLine:
    """One line of a sign.

    ``target`` and ``goal`` are positions among the targets and among the goals of this one; ``minutes``
    are an adult's and a child's, rounded as signs are; ``bearing`` is in degrees from north.
    """

    target: int
    goal: int
    ticks: int
    minutes: tuple[int, int]
    bearing: float


@dataclass(frozen=True)
class SignPost:
    """A crossing where signs stand.

    Attributes
    ----------
    node
        The crossing.
    facing
        Degrees from north towards which one looks when reading: most walkers arrive that way.
    turn
        Whether some walker hesitates here; else the post reassures on a long stretch.
    people
        Walkers who hesitate here, over all destinations that the post announces.
    guided
        The same, times the minutes that they still have to walk.
    lines
        The nearest destination first.
    """

    node: int
    facing: float
    turn: bool
    people: float
    guided: float
    lines: tuple[SignLine, ...]


@dataclass(frozen=True)
class SignPlan:
    """Where signs stand, and what is proved of their number.

    Attributes
    ----------
    posts
        The one that guides most people × minutes first.
    bound
        Without a budget, posts that no plan can do without. With one, people × minutes that no plan of
        as many posts guides.
    doubts, answered
        Hesitations of all walkers on their ways, and those that a sign answers: one person, one
        destination, one crossing.
    guided
        Answered hesitations, each times the minutes that are still to be walked.
    walkers
        By target, people within the longest walk, shape (targets,).
    unreached
        Positions of targets that nobody reaches in time.
    long_streets
        Streets longer than the stretch, where no sign can stand in time.
    proved
        Whether nothing better exists.
    """

    posts: tuple[SignPost, ...]
    bound: float
    doubts: float
    answered: float
    guided: float
    walkers: Floats
    unreached: tuple[int, ...]
    long_streets: int
    proved: bool


def rounded_minutes(minutes: float, coarse: float) -> int:
    """Minutes as a sign gives them: rounded up, by one under ``coarse``, by five from there on."""
    step = FINE_STEP if minutes < coarse else COARSE_STEP
    # A millionth: a child's minutes are a product, whose last digit must not add a minute.
    return max(FINE_STEP, step * int(np.ceil(minutes / step - 1e-6)))


@dataclass(frozen=True)
class Walkers:
    """Who reads signs: homes placed on the streets, and the people of each, zero or more."""

    homes: Located
    people: Floats

    def __post_init__(self) -> None:
        if len(self.people) != len(self.homes) or not (np.isfinite(self.people) & (self.people >= 0)).all():
            raise ValueError("people of each home: a number from zero up")


@dataclass(frozen=True)
class SignLimits:
    """What a plan is held to.

    Attributes
    ----------
    budget
        Posts at most, zero or more; None for as many as are needed.
    seconds
        Of the search; what it has proved by then is told.
    """

    budget: int | None = None
    seconds: float = 20.0

    def __post_init__(self) -> None:
        if self.budget is not None and self.budget < 0:
            raise ValueError("a number of signs is zero or more")


NO_BUDGET = SignLimits()
"""As many posts as are needed."""


def plan_signs(
    graph: StreetGraph,
    plane: Plane,
    walkers: Walkers,
    targets: Sequence[Located],
    rules: SignRules,
    *,
    limits: SignLimits = NO_BUDGET,
) -> SignPlan:
    """Choose where signs stand.

    Everybody walks the shortest way to the nearest place of each target. Without a budget, the fewest
    posts such that each hesitation finds one and no stretch is longer than the rules say. With a budget,
    the posts that guide most people × minutes, a destination announced once being announced until its end.

    Parameters
    ----------
    graph, plane
        Walking streets, and what measures them.
    walkers
        Homes.
    targets
        Places of each destination; one is enough to arrive.
    rules
        See ``SignRules``.
    limits
        Posts and seconds.
    """
    seen = crossings_of(graph, plane)
    needs = [_needs(graph, seen, walkers, goals, rules) for goals in targets]
    choice = _choice(needs, rules.stretch, limits)
    return SignPlan(
        posts=_posts(_Ground(graph, seen, needs, choice.told, rules), choice.chosen),
        bound=choice.bound,
        doubts=float(sum(one.people.sum() for one in needs)),
        answered=choice.answered,
        guided=choice.guided,
        walkers=np.array([float(walkers.people[one.starts.walking].sum()) for one in needs]),
        unreached=tuple(k for k, one in enumerate(needs) if not _reached(one)),
        long_streets=choice.impossible,
        proved=choice.proved,
    )


def _needs(graph: StreetGraph, seen: Crossings, walkers: Walkers, goals: Located, rules: SignRules) -> Needs:
    """What those who walk to one destination need."""
    forest = ways_to(graph, goals, rules.longest)
    starts = starts_of(graph, forest, walkers.homes, goals, rules.longest)
    return needs_of(graph, seen, (forest, starts), walkers.people, rules.straight)


def _choice(needs: Sequence[Needs], stretch: int, limits: SignLimits) -> Choice:
    if limits.budget is None:
        return fewest(needs, stretch, limits.seconds)
    return most_helped(needs, limits.budget, limits.seconds)


def _reached(needs: Needs) -> bool:
    return bool(needs.starts.walking.any())


@dataclass(frozen=True)
class _Ground:
    """What posts are written from; ``told`` says which destination each crossing announces."""

    graph: StreetGraph
    seen: Crossings
    needs: Sequence[Needs]
    told: Booleans
    rules: SignRules


def _posts(ground: _Ground, chosen: Booleans) -> tuple[SignPost, ...]:
    """Posts of the chosen crossings, the one that guides most first."""
    posts = [_post(ground, node) for node in np.flatnonzero(chosen).tolist()]
    return tuple(sorted(posts, key=lambda post: (-post.guided, post.node)))


def _post(ground: _Ground, node: int) -> SignPost:
    announced = np.flatnonzero(ground.told[:, node]).tolist()
    needs = [ground.needs[target] for target in announced]
    lines = [_line(ground, target, node) for target in announced]
    lines.sort(key=lambda line: (line.ticks, line.target))
    arriving = [way for one in needs for way in one.arriving(ground.graph, ground.seen, node)]
    return SignPost(
        node=node,
        facing=_facing(arriving, lines),
        turn=any(bool(one.doubt[node]) for one in needs),
        people=float(sum(one.people[node] for one in needs)),
        guided=float(sum(one.guided[node] for one in needs)),
        lines=tuple(lines),
    )


def _line(ground: _Ground, target: int, node: int) -> SignLine:
    forest, rules = ground.needs[target].forest, ground.rules
    adult = int(forest.ticks[node]) / TICKS_PER_MINUTE
    minutes = (rounded_minutes(adult, rules.coarse), rounded_minutes(adult * rules.child, rules.coarse))
    at, edge = np.array([node]), forest.edge[[node]]
    bearing = float(leaving(ground.graph, ground.seen, at, edge)[0])
    return SignLine(target, int(forest.goal[node]), int(forest.ticks[node]), minutes, bearing)


def _facing(arriving: Sequence[tuple[float, float]], lines: Sequence[SignLine]) -> float:
    """The heading by which most people arrive; equal ones: the first round from north."""
    by_heading: dict[float, float] = {}
    for heading, people in arriving:
        key = round(heading % 360.0, 3) % 360.0
        by_heading[key] = by_heading.get(key, 0.0) + people
    if not by_heading:
        return lines[0].bearing if lines else 0.0
    return min(by_heading, key=lambda heading: (-by_heading[heading], heading))
