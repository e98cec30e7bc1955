"""A home of their own and the database asked for, set before anything reads the settings.

A pytest plugin (``-p tests.environment``): Django is set up before the first ``conftest.py``.
``HYGIE_TEST_DATABASE=postgresql`` runs the tests on a real PostgreSQL, started here without root;
SQLite otherwise.
"""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
from pathlib import Path

_HOME = tempfile.mkdtemp(prefix="hygie-tests-")
atexit.register(shutil.rmtree, _HOME, ignore_errors=True)
os.environ["HYGIE_HOME"] = _HOME
os.environ["HYGIE_JOBS_AT_ONCE"] = "oui"
os.environ.pop("DATABASE_URL", None)
os.environ.pop("HYGIE_TODAY", None)
if os.environ.get("HYGIE_TEST_DATABASE") == "postgresql":
    os.environ.setdefault("XDG_RUNTIME_DIR", _HOME)  # where the server keeps its socket
    from tests.postgres import postgresql_url  # its binaries are looked for where the line above says

    os.environ["DATABASE_URL"] = postgresql_url(Path(_HOME) / "postgresql")
