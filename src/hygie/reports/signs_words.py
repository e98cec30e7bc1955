"""What a walking-time sign says, in words and arrows; the page, the files and the printed sheets share it."""

from __future__ import annotations

from dataclasses import dataclass

from hygie.engines.kernel.french import WIDE, typeset
from hygie.engines.kernel.territory import Places
from hygie.engines.walking.headings import OCTANTS, octant
from hygie.engines.walking.signs import SignLine, SignPost
from hygie.engines.walking.signs_told import SignStudy, panels_of

ARROWS = "↑↗→↘↓↙←↖"
"""One an eighth of a turn, clockwise from straight ahead."""

COMPASS = ("nord", "nord-est", "est", "sud-est", "sud", "sud-ouest", "ouest", "nord-ouest")

LONGEST = 34
"""Letters of a destination: more would not be read from a few steps away."""


@dataclass(frozen=True)
class LineWords:
    """One line as printed; ``arrow`` counts eighths of a turn, clockwise from straight ahead."""

    arrow: int
    words: str
    adult: int
    child: int


@dataclass(frozen=True)
class PanelWords:
    """One panel to print: its number, how it is fixed, its lines."""

    number: str
    facing: str
    where: str
    lines: tuple[LineWords, ...]


def compass(bearing: float) -> str:
    """« nord-est » of 45 degrees."""
    return COMPASS[round(bearing % 360 / (360 / OCTANTS)) % OCTANTS]


def towards_words(words: str) -> str:
    """« le nord-est », « l’ouest »."""
    return f"l’{words}" if words in {"est", "ouest"} else f"le {words}"


def towards(bearing: float) -> str:
    """« vers le nord-est », « vers l’ouest »."""
    return f"vers {towards_words(compass(bearing))}"


def clipped(text: str, longest: int = LONGEST) -> str:
    """The text cut at a word, with an ellipsis, where it is longer than a line."""
    plain = " ".join(text.split())
    if len(plain) <= longest:
        return typeset(plain)
    head = plain[: longest - 1]
    cut = head.rsplit(" ", 1)[0] if " " in head[longest // 2 :] else head
    return typeset(cut.rstrip(" ,;:-–")) + "…"


def line_place(study: SignStudy, line: SignLine) -> int:
    """Position, in the territory's places, of the place that a line leads to."""
    return study.destinations[line.target].places[line.goal]


def line_words(study: SignStudy, places: Places, line: SignLine) -> str:
    """What the line calls its destination: its own name where it says what it is, else the category too."""
    title = study.destinations[line.target].title
    name = str(places.names[line_place(study, line)])
    if not name or name == title:
        return clipped(title)
    if title.split()[0].casefold() in name.casefold():
        return clipped(name)
    both = f"{title} {name}"
    return clipped(both if len(both) <= LONGEST else name)


def panel_words(study: SignStudy, places: Places, rank: int, post: SignPost) -> tuple[PanelWords, ...]:
    """Panels of a post; the post of rank 0 is number 1, and its panels « 1 » or « 1a », « 1b »."""
    panels = panels_of(post, study.lines)
    told = []
    for at, lines in enumerate(panels):
        letter = chr(ord("a") + at) if len(panels) > 1 else ""
        words = tuple(
            LineWords(octant(line.bearing, post.facing), line_words(study, places, line), *line.minutes)
            for line in lines
        )
        where = study.wheres[rank] if rank < len(study.wheres) else ""
        told.append(PanelWords(f"{rank + 1}{letter}", towards(post.facing), where, words))
    return tuple(told)


def minutes_words(line: LineWords) -> str:
    """« adulte 8 min · enfant 11 min »."""
    return f"adulte {line.adult}{WIDE}min · enfant {line.child}{WIDE}min"
