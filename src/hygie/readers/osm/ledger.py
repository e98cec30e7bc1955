"""What became of each object: used, cut short, or faulty."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from hygie.engines.kernel.french import typeset
from hygie.readers.osm.objects import Found
from hygie.readers.records import FileAccount, Reject

LISTED = 10
"""Objects named in a warning; the rest is a number."""


@dataclass(frozen=True, slots=True)
class Fault:
    """Why an object cannot be used for one thing: the tag, its value, the reason (French)."""

    column: str
    value: str
    reason: str


@dataclass
class Ledger:
    """Accounts of one reading, filled as objects are used.

    An object may serve several ends: a building that is also a pharmacy. It is rejected when a fault
    leaves nothing of it; a fault that leaves something is a warning.
    """

    matters: dict[str, Found] = field(default_factory=dict)
    used: set[str] = field(default_factory=set)
    clipped: set[str] = field(default_factory=set)
    faults: dict[str, Fault] = field(default_factory=dict)
    unmapped: Counter[str] = field(default_factory=Counter)
    told: set[tuple[str, str]] = field(default_factory=set)
    warnings: list[str] = field(default_factory=list)

    def use(self, found: Found, *, clipped: bool = False) -> None:
        """Count an object as used, in part where ``clipped``."""
        self.used.add(found.id)
        if clipped:
            self.clipped.add(found.id)

    def count_unmapped(self, found: Found, labels: Iterable[str]) -> None:
        """Count labels of an object that a table lacks, once even where several profiles lack them."""
        new = {(found.id, label) for label in labels} - self.told
        self.told |= new
        self.unmapped.update(label for _, label in new)

    def fail(self, found: Found, fault: Fault) -> None:
        """Note a fault; the first of an object is the one shown."""
        self.faults.setdefault(found.id, fault)

    def list_objects(self, what: str, names: list[str]) -> None:
        """Warn of some objects, the first ones by name."""
        if names:
            rest = f" et {len(names) - LISTED} de plus" if len(names) > LISTED else ""
            self.warnings.append(f"{what} : {', '.join(names[:LISTED])}{rest}.")

    def rejects(self) -> tuple[Reject, ...]:
        """Objects of which nothing is left, nodes first, by number."""
        lost = [self.matters[id_] for id_ in self.faults if id_ not in self.used]
        lost.sort(key=lambda found: (found.kind, found.number))
        faults = ((found, self.faults[found.id]) for found in lost)
        return tuple(
            Reject(found.row, fault.column, fault.value, typeset(fault.reason)) for found, fault in faults
        )

    def account(self, file: str, sha256: str) -> FileAccount:
        """The account of the file."""
        rejects = self.rejects()
        in_part = [self.matters[id_].row for id_ in self.faults if id_ in self.used]
        self.list_objects("Objets lus en partie seulement, leur contour étant fautif", in_part)
        return FileAccount(
            file=file,
            sha256=sha256,
            read=len(self.matters),
            kept=len(self.matters) - len(rejects),
            rejects=rejects,
            clipped=len(self.clipped),
            warnings=tuple(map(typeset, dict.fromkeys(self.warnings))),
        )
