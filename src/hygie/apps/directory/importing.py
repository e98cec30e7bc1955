"""Bringing a source in: what it would change, then doing it; what people confirmed is never overwritten.

The same source twice changes nothing: what it said last is kept with each entry, and only what it says
now that it did not say then counts.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from hygie.apps.core.audit.journal import Actor, decided, journalled
from hygie.apps.core.jobs.registry import Report
from hygie.apps.core.organisations.models import Organisation
from hygie.apps.directory.drafts import Draft, vintage_day
from hygie.apps.directory.indexing import index
from hygie.apps.directory.models import Change, Entry, Version
from hygie.apps.directory.services import put
from hygie.engines.kernel.french import counted

BATCH = 500
"""Entries written in one transaction."""


@dataclass(frozen=True)
class Plan:
    """What a source would do.

    Attributes
    ----------
    new
        Drafts without an entry.
    changed
        (entry, draft, fields as [before, after]) that the import may write.
    offered
        The same, for entries that an organisation confirmed: proposed, never written.
    same
        How many entries it leaves as they are.
    absent
        Entries of these sources that it no longer names: listed, nothing is removed.
    """

    new: tuple[Draft, ...] = ()
    changed: tuple[tuple[Entry, Draft, dict[str, list[Any]]], ...] = ()
    offered: tuple[tuple[Entry, Draft, dict[str, list[Any]]], ...] = ()
    same: int = 0
    absent: tuple[Entry, ...] = ()
    places: frozenset[str] = field(default_factory=frozenset)

    @property
    def empty(self) -> bool:
        """Whether it would change nothing."""
        return not (self.new or self.changed or self.offered)


def plan_import(organisation: Organisation, drafts: Iterable[Draft]) -> Plan:
    """What drafts would change among the entries of an organisation; nothing is written."""
    by_place = {draft.place: draft for draft in drafts}
    held = {
        entry.place: entry
        for batch in _batches(sorted(by_place))
        for entry in Entry.objects.filter(organisation=organisation, place__in=batch)
    }
    return replace(_compared(by_place, held), absent=_absent(organisation, by_place))


def _compared(drafts: Mapping[str, Draft], held: Mapping[str, Entry]) -> Plan:
    """Drafts by place beside the entries of the same places."""
    new, changed, offered, same = [], [], [], 0
    for place, draft in drafts.items():
        entry = held.get(place)
        if entry is None:
            new.append(draft)
            continue
        news = {key: value for key, value in draft.values.items() if _differs(entry.seen.get(key), value)}
        fields = {k: [getattr(entry, k), v] for k, v in news.items() if _differs(getattr(entry, k), v)}
        if not fields:
            same += 1
        elif entry.claimed:
            offered.append((entry, draft, fields))
        else:
            changed.append((entry, draft, fields))
    return Plan(tuple(new), tuple(changed), tuple(offered), same, places=frozenset(drafts))


def _differs(a: Any, b: Any) -> bool:
    if isinstance(a, float) and isinstance(b, float):
        return abs(a - b) > 1e-7
    return bool(a != b)


def _absent(organisation: Organisation, drafts: Mapping[str, Draft]) -> tuple[Entry, ...]:
    sources = {draft.source for draft in drafts.values() if draft.source}
    mine = Entry.objects.filter(organisation=organisation, source__in=sources).exclude(place="")
    gone = [pk for pk, place in mine.values_list("pk", "place") if place not in drafts]
    return tuple(Entry.objects.filter(pk__in=gone[:BATCH]))


def apply_import(organisation: Organisation, plan: Plan, *, actor: Actor, on: date, report: Report) -> None:
    """Write a plan, one transaction for ``BATCH`` drafts.

    Each transaction locks the imports of the organisation, compares its drafts with the entries as they
    are then, writes and journals. So a process that is killed loses at most the batch under way, the same
    import again skips what was written, two imports at once do not add a place twice, and what somebody
    confirmed since the plan was made is not overwritten.

    Raises
    ------
    HygieError
        If a value of the source cannot be kept.
    """
    held = [draft for _, draft, _ in (*plan.changed, *plan.offered)]
    drafts = [*plan.new, *held]
    for start in range(0, len(drafts), BATCH):
        batch = {draft.place: draft for draft in drafts[start : start + BATCH]}
        with journalled():
            done = _write(organisation, batch, on)
            decided(
                actor,
                "directory.import",
                subject="core.organisation",
                record=str(organisation.pk),
                new=len(done.new),
                changed=len(done.changed),
                offered=len(done.offered),
            )
        report((start + len(batch)) / len(drafts), f"{start + len(batch)} fiches sur {len(drafts)}")


def _write(organisation: Organisation, batch: Mapping[str, Draft], on: date) -> Plan:
    """Write drafts in the transaction under way; what it did, by the entries as they were in it."""
    # one import of an organisation at a time: two that add one place would break on its constraint
    Organisation.objects.select_for_update(no_key=True).get(pk=organisation.pk)
    locked = Entry.objects.select_for_update().filter(organisation=organisation, place__in=list(batch))
    plan = _compared(batch, {entry.place: entry for entry in locked.order_by("pk")})
    new = [_made(organisation, draft, on) for draft in plan.new]
    Entry.objects.bulk_create(new)
    Version.objects.bulk_create(
        Version(entry=entry, revision=1, kind=Change.CREATED, organisation=organisation) for entry in new
    )
    for entry, draft, fields in plan.offered:
        entry.offered = {**entry.offered, **{key: after for key, (_, after) in fields.items()}}
        _seen(entry, draft)
    for entry, draft, fields in plan.changed:
        _update(entry, draft, fields, on=on, organisation=organisation)
        _seen(entry, draft)
    index([*new, *(entry for entry, _, _ in plan.changed)])
    return plan


def _seen(entry: Entry, draft: Draft) -> None:
    entry.seen = {**entry.seen, **draft.values}
    entry.save()


def _made(organisation: Organisation, draft: Draft, on: date) -> Entry:
    entry = Entry(
        organisation=organisation,
        place=draft.place,
        site=draft.site,
        source=draft.source,
        vintage=draft.vintage,
        licence=draft.licence[:120],
        as_of=vintage_day(draft.vintage, on),
        seen=dict(draft.values),
    )
    put(entry, draft.values, None, on)
    return entry


def _update(
    entry: Entry, draft: Draft, fields: dict[str, list[Any]], *, on: date, organisation: Organisation
) -> None:
    put(entry, {key: after for key, (_, after) in fields.items()}, None, on)
    entry.vintage, entry.licence = draft.vintage, draft.licence[:120]
    entry.as_of = vintage_day(draft.vintage, on)
    entry.revision += 1
    Version.objects.create(
        entry=entry,
        revision=entry.revision,
        kind=Change.IMPORTED,
        organisation=organisation,
        changes=fields,
    )


def _batches(items: Sequence[str]) -> Iterator[Sequence[str]]:
    for start in range(0, len(items), BATCH):
        yield items[start : start + BATCH]


def import_lines(plan: Plan) -> Iterator[str]:
    """What a plan would do, in French."""
    yield counted(len(plan.new), "fiche nouvelle", "fiches nouvelles")
    yield counted(len(plan.changed), "fiche mise à jour", "fiches mises à jour")
    offered = counted(len(plan.offered), "différence proposée", "différences proposées")
    yield f"{offered} à qui tient la fiche"
    yield counted(plan.same, "fiche sans changement", "fiches sans changement")
    yield f"{counted(len(plan.absent), 'fiche', 'fiches')} que la source ne cite plus"
