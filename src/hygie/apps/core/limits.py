"""How often something may be tried, counted in the database so that all processes count together.

A try is one statement that adds one only where the limit leaves room: two processes cannot both take
the last place. When the count cannot be kept, the try is refused: a limit that fails lets nobody in.
What is counted is a keyed digest, never an address. The window opens at the first try and closes after
its period, whatever was refused meanwhile.
"""

from __future__ import annotations

import logging
import time

from django.db import DatabaseError, connection, models, transaction
from django.db.models import F
from django.utils.crypto import salted_hmac

from hygie.readers.practice_parameters import Limit

__all__ = ["Count", "Limit", "TooManyError", "forget_counts", "give_back", "take", "take_or_refuse", "wait_s"]

LOG = logging.getLogger(__name__)


class Count(models.Model):
    """Tries of one key since its window opened; ``ends`` in milliseconds since 1970."""

    digest = models.CharField(max_length=64, primary_key=True)
    hits = models.PositiveIntegerField()
    ends = models.BigIntegerField(db_index=True)

    def __str__(self) -> str:
        return f"{self.digest[:8]} {self.hits}"


class TooManyError(Exception):
    """Too many tries; ``wait_s`` seconds from now, there is room again.

    The middleware answers 429 with a page that says when: raise it only before anything is written, and
    only where saying so tells nothing about somebody else.
    """

    def __init__(self, wait_s: int) -> None:
        super().__init__(f"too many tries, {wait_s} s to wait")
        self.wait_s = wait_s


_TAKE = """
INSERT INTO core_count (digest, hits, ends) VALUES (%(digest)s, 1, %(ends)s)
ON CONFLICT (digest) DO UPDATE SET
    hits = CASE WHEN core_count.ends <= %(now)s THEN 1 ELSE core_count.hits + 1 END,
    ends = CASE WHEN core_count.ends <= %(now)s THEN excluded.ends ELSE core_count.ends END
WHERE core_count.ends <= %(now)s OR core_count.hits < %(most)s
RETURNING hits
"""


def take(limit: Limit, key: str) -> bool:
    """Count one try; False when there were enough already, or when it cannot be counted.

    Parameters
    ----------
    key
        What is limited: an account, a network address, a contact. Kept as a keyed digest only.

    Raises
    ------
    RuntimeError
        Inside another transaction: what fails there would give the try back.
    """
    now = _now()
    values: dict[str, int | str] = {
        "digest": _digest(limit, key),
        "now": now,
        "ends": now + limit.period_s * 1000,
        "most": limit.most,
    }
    try:
        with transaction.atomic(durable=True), connection.cursor() as cursor:
            cursor.execute(_TAKE, values)
            return cursor.fetchone() is not None
    except DatabaseError:
        LOG.exception("a limit could not be counted: %s", limit.name)
        return False


def take_or_refuse(limit: Limit, key: str) -> None:
    """Count one try.

    Raises
    ------
    TooManyError
        When there were enough already, or when it cannot be counted.
    """
    if not take(limit, key):
        raise TooManyError(wait_s(limit, key))


def wait_s(limit: Limit, key: str) -> int:
    """Seconds until the window of a key closes, at least one; the whole period when it is not known."""
    try:
        ends = Count.objects.filter(digest=_digest(limit, key)).values_list("ends", flat=True).first()
    except DatabaseError:  # told already by the try that failed
        return limit.period_s
    return limit.period_s if ends is None else max(1, -(-(ends - _now()) // 1000))


def give_back(limit: Limit, key: str) -> None:
    """Take one try off: it succeeded, and only failures count."""
    Count.objects.filter(digest=_digest(limit, key), hits__gt=0).update(hits=F("hits") - 1)


def forget_counts() -> int:
    """Erase the counts whose window is closed; how many there were."""
    return Count.objects.filter(ends__lte=_now()).delete()[0]


def _digest(limit: Limit, key: str) -> str:
    return salted_hmac("hygie.limits", f"{limit.name}:{key}", algorithm="sha256").hexdigest()


def _now() -> int:
    return time.time_ns() // 1_000_000
