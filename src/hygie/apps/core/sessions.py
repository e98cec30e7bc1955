"""Sessions in the database, looked for under keys that could be ours only.

A cookie may hold anything, NUL included, which PostgreSQL refuses with an error: what is no key of ours is
nobody's session, without a question to the database.
"""

from __future__ import annotations

from typing import Any

from django.contrib.sessions.backends.db import SessionStore as DatabaseStore


class SessionStore(DatabaseStore):
    """Django's store, but for keys that it could not have drawn."""

    def _validate_session_key(self, key: Any) -> bool:
        """Whether a key has the letters and the length of those that are drawn."""
        return isinstance(key, str) and 8 <= len(key) <= 40 and key.isascii() and key.isalnum()
