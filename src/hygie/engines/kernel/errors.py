"""The one family of errors a user may read.

A message is public text, in French: what happened, why, what to do. Programming mistakes stay
``ValueError`` and ``TypeError``; they are not for users.
"""

from __future__ import annotations


class HygieError(Exception):
    """Something a person can act upon.

    Parameters
    ----------
    what
        What happened, one sentence.
    why
        Why, one sentence; empty when ``what`` says it.
    fix
        What to do now, one sentence.
    """

    def __init__(self, what: str, *, why: str = "", fix: str = "") -> None:
        super().__init__(what, why, fix)
        self.what = what
        self.why = why
        self.fix = fix

    def __str__(self) -> str:
        return " ".join(part for part in (self.what, self.why, self.fix) if part)


class InputError(HygieError):
    """A file that cannot be read as promised.

    Parameters
    ----------
    what
        What is wrong, one sentence.
    file
        Name of the file as the user gave it.
    line, column
        Where: a line number (1 is the first) and a column name or number; None when unknown.
    expected, found
        What the format asks for and what stands there instead.
    fix
        What to do now.
    """

    def __init__(
        self,
        what: str,
        *,
        file: str,
        line: int | None = None,
        column: str | None = None,
        expected: str = "",
        found: str = "",
        fix: str = "",
    ) -> None:
        place = file
        if line is not None:
            place += f", ligne {line}"
        if column is not None:
            place += f", colonne « {column} »"
        why = ""
        if expected:
            why += f"Attendu\u00a0: {expected}."
        if found:
            why += f"{' ' if why else ''}Trouvé\u00a0: {found}."
        super().__init__(f"{place}\u00a0: {what}", why=why, fix=fix)
        self.file = file
        self.line = line
        self.column = column
        self.expected = expected
        self.found = found
