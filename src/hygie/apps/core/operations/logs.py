"""Logs without personal data: what the programme says, never what a person typed or what a table holds.

A line of ours holds fixed words and numbers. Of a line of a library only the pattern is kept: its
arguments may hold an address, a host name or a value. Of an exception, its kind and where it passed: a
database puts the offending value in its message.
"""

from __future__ import annotations

import json
import logging
import traceback
from datetime import UTC, datetime
from types import TracebackType

OURS = "hygie"
Raised = tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]


def said(record: logging.LogRecord) -> str:
    """Words of a record that may be written, on one line."""
    name, status = record.name, getattr(record, "status_code", None)
    ours = name == OURS or name.startswith(f"{OURS}.")
    words = record.getMessage() if ours else str(record.msg)
    return " ".join(f"{words}{'' if ours or status is None else f' {status}'}".split())


def passed(raised: Raised) -> list[str]:
    """Kinds of an exception and of its causes, each with the lines it passed through, without messages."""
    lines: list[str] = []
    error: BaseException | None = raised[1]
    while error is not None:
        lines.append(type(error).__name__)
        frames = traceback.extract_tb(error.__traceback__)
        lines += [f"  {frame.filename}:{frame.lineno} {frame.name}" for frame in frames]
        error = error.__cause__ or error.__context__
    return lines


def moment(record: logging.LogRecord) -> str:
    """When a record was made, in UTC."""
    return datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")


class TextLines(logging.Formatter):
    """One line a record, then the way of an exception."""

    def format(self, record: logging.LogRecord) -> str:
        """The text of a record."""
        head = f"{moment(record)} {record.levelname} {record.name} {said(record)}"
        fields = " ".join(f"{key}={value}" for key, value in fields_of(record).items())
        lines = [f"{head} {fields}".rstrip()]
        return "\n".join(lines + (passed(record.exc_info) if record.exc_info else []))


class JsonLines(logging.Formatter):
    """One JSON object a record."""

    def format(self, record: logging.LogRecord) -> str:
        """The text of a record."""
        values: dict[str, object] = {
            "at": moment(record),
            "level": record.levelname,
            "logger": record.name,
            "said": said(record),
            **fields_of(record),
        }
        if record.exc_info:
            values["passed"] = passed(record.exc_info)
        return json.dumps(values, ensure_ascii=False)


def fields_of(record: logging.LogRecord) -> dict[str, object]:
    """Fields that our own code attached to a record (``extra={"fields": {…}}``)."""
    found = getattr(record, "fields", None)
    return dict(found) if isinstance(found, dict) else {}
