"""Keeping the words of entries: three plain tables, the same on both databases.

Not FTS5 here and ``tsvector`` there: both would need words without accents from us, and neither
forgives a slip of the finger.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TypeVar

from hygie.apps.directory.models import Entry, Posting, Spelling, Word
from hygie.apps.directory.vocabulary import categories
from hygie.apps.directory.words import shorter, words

Item = TypeVar("Item")

BATCH = 500
"""Entries indexed at once."""

SHORTEST_SLIP = 5
"""Letters from which a slip is forgiven: shorter words are too near one another."""


def entry_words(entry: Entry) -> dict[str, int]:
    """Words of an entry with their weights: its name, then what it is, where it is, what it says."""
    category = categories().get(entry.category)
    told = [(entry.name, 8), (entry.address, 2), (entry.description, 1)]
    if category is not None:
        told += [(f"{category.title} {category.plural}", 5), (category.description, 2)]
    weights: dict[str, int] = {}
    for text, weight in told:
        for word in words(text):
            weights[word] = max(weight, weights.get(word, 0))
    return weights


def index(entries: Sequence[Entry]) -> None:
    """Write the words of entries, in the transaction under way; what they were before is forgotten."""
    for batch in _batches(entries):
        told = {entry.pk: entry_words(entry) for entry in batch}
        Posting.objects.filter(entry_id__in=list(told)).delete()
        known = _known({word for weights in told.values() for word in weights})
        Posting.objects.bulk_create(
            (
                Posting(entry_id=entry, word_id=known[word], weight=weight)
                for entry, weights in told.items()
                for word, weight in weights.items()
            ),
            batch_size=BATCH,
        )


def _known(texts: set[str]) -> dict[str, int]:
    """Identifier of each word; new ones are added, with their slips."""
    known = _read(texts)
    new = sorted(texts - known.keys())
    if new:
        Word.objects.bulk_create([Word(text=text) for text in new], ignore_conflicts=True, batch_size=BATCH)
        added = _read(set(new))
        forms = (
            Spelling(form=form, word_id=identifier)
            for text, identifier in added.items()
            if len(text) >= SHORTEST_SLIP and not text.isdigit()
            for form in sorted(shorter(text))
        )
        Spelling.objects.bulk_create(forms, ignore_conflicts=True, batch_size=BATCH)
        known |= added
    return known


def _read(texts: Iterable[str]) -> dict[str, int]:
    found: dict[str, int] = {}
    for batch in _batches(sorted(texts)):
        found.update(Word.objects.filter(text__in=batch).values_list("text", "pk"))
    return found


def _batches(items: Sequence[Item]) -> Iterator[Sequence[Item]]:
    for start in range(0, len(items), BATCH):
        yield items[start : start + BATCH]
