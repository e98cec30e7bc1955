"""The queue that wakes workers up; its rows hold an identifier and nothing else."""

from __future__ import annotations

from django.conf import settings
from huey import SqliteHuey
from huey.serializer import SignedSerializer

queue = SqliteHuey(
    "hygie",
    filename=str(settings.HOME / "jobs.sqlite3"),
    results=False,
    immediate=settings.JOBS_AT_ONCE,
    serializer=SignedSerializer(secret=settings.SECRET_KEY),
    timeout=30,
)
