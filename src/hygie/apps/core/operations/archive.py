"""The file of a backup: a compressed tar of tables and files, with a manifest that says what it holds."""

from __future__ import annotations

import hashlib
import io
import json
import os
import tarfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Any

from hygie.apps.core.operations.tables import TableCount
from hygie.engines.kernel.errors import HygieError

FORMAT = 1
MANIFEST, TABLES, FILES = "manifest.json", "tables", "files"
_LARGEST_MANIFEST = 64 * 1024 * 1024


@dataclass(frozen=True)
class Manifest:
    """What a backup holds.

    Attributes
    ----------
    version, made, vendor
        Version of Hygie, moment (UTC), and kind of database it was made on.
    steps
        Migrations that the database had gone through, as ``app.name``.
    tables
        Rows and digest of each table.
    keys
        Fingerprints of the pseudonym key, then of each encryption key: they tell keys apart without
        saying anything of them.
    digests
        SHA-256 of each member of the archive, by its name.
    """

    version: str
    made: str
    vendor: str
    steps: tuple[str, ...]
    tables: tuple[TableCount, ...]
    keys: tuple[str, ...] = ()
    digests: dict[str, str] = field(default_factory=dict)

    def text(self) -> str:
        """The manifest as it is written."""
        values = {
            "format": FORMAT,
            "version": self.version,
            "made": self.made,
            "vendor": self.vendor,
            "steps": list(self.steps),
            "tables": [{"table": t.table, "rows": t.rows, "total": t.total} for t in self.tables],
            "keys": list(self.keys),
            "digests": self.digests,
        }
        return json.dumps(values, ensure_ascii=False, indent=2) + "\n"


def unreadable(file: Path, why: str) -> HygieError:
    """A file that is no backup, or a damaged one."""
    return HygieError(
        f"{file} n’est pas une sauvegarde lisible.",
        why=why,
        fix="Prenez une autre copie. Rien n’a été changé ici.",
    )


def read_manifest(file: Path, text: str) -> Manifest:
    """Read a manifest.

    Raises
    ------
    HygieError
        If it is not one of this format.
    """
    try:
        values: dict[str, Any] = json.loads(text)
        if values["format"] != FORMAT:
            raise unreadable(file, f"Son format est {values['format']}\u00a0; celui d’ici est {FORMAT}.")
        return Manifest(
            version=str(values["version"]),
            made=str(values["made"]),
            vendor=str(values["vendor"]),
            steps=tuple(str(step) for step in values["steps"]),
            tables=tuple(
                TableCount(str(t["table"]), int(t["rows"]), str(t["total"])) for t in values["tables"]
            ),
            keys=tuple(str(key) for key in values["keys"]),
            digests={str(name): str(digest) for name, digest in values["digests"].items()},
        )
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise unreadable(file, "Son manifeste est incomplet.") from error


def digest_of(path: Path) -> str:
    """SHA-256 of a file."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def write(file: Path, manifest: Manifest, members: dict[str, Path]) -> None:
    """Write an archive whole or not at all, readable by its owner only.

    Raises
    ------
    HygieError
        If it cannot be written.
    """
    work = file.with_name(f".{file.name}.{os.getpid()}.partial")
    try:
        with os.fdopen(os.open(work, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as raw:
            with tarfile.open(fileobj=raw, mode="w:gz", compresslevel=6) as tar:
                _add(tar, MANIFEST, manifest.text().encode("utf-8"))
                for name, path in members.items():
                    tar.add(path, arcname=name, recursive=False, filter=_anonymous)
            raw.flush()
            os.fsync(raw.fileno())
        work.replace(file)
    except OSError as error:
        raise HygieError(
            f"La sauvegarde {file} n’a pas pu être écrite.",
            why=f"{error.strerror or type(error).__name__}.",
            fix="Vérifiez le dossier, la place libre et vos droits.",
        ) from error
    finally:
        with suppress(OSError):
            work.unlink()


def _anonymous(member: tarfile.TarInfo) -> tarfile.TarInfo:
    """A member without the accounts of this machine."""
    member.uid = member.gid = 0
    member.uname = member.gname = ""
    member.mode = 0o600
    return member


def _add(tar: tarfile.TarFile, name: str, content: bytes) -> None:
    member = tarfile.TarInfo(name)
    member.size, member.mode = len(content), 0o600
    tar.addfile(member, io.BytesIO(content))


@contextmanager
def unpacked(file: Path, folder: Path) -> Iterator[Manifest]:
    """Unpack an archive into a folder, every member checked against the manifest.

    Raises
    ------
    HygieError
        If it is not one, is damaged, or holds anything but regular files with names of ours.
    """
    try:
        with tarfile.open(file, mode="r:gz") as tar:
            first = tar.next()
            if first is None or first.name != MANIFEST or first.size > _LARGEST_MANIFEST:
                raise unreadable(file, "Elle ne commence pas par son manifeste.")
            opened = tar.extractfile(first)
            text = "" if opened is None else opened.read().decode("utf-8")
            manifest = read_manifest(file, text)
            seen = set(_extracted(file, tar, folder, manifest))
    except (tarfile.TarError, OSError, EOFError, UnicodeDecodeError, ValueError, OverflowError) as error:
        raise unreadable(file, f"{type(error).__name__}.") from error
    missing = sorted(set(manifest.digests) - seen)
    if missing:
        raise unreadable(file, f"Il y manque {missing[0]}.")
    yield manifest


def _extracted(file: Path, tar: tarfile.TarFile, folder: Path, manifest: Manifest) -> Iterator[str]:
    for member in tar:
        if member.name == MANIFEST:
            continue
        expected = manifest.digests.get(member.name)
        if expected is None or not member.isreg() or not _is_inside(member.name):
            raise unreadable(file, "Elle contient un fichier que son manifeste ne nomme pas.")
        target = folder / member.name
        target.parent.mkdir(parents=True, exist_ok=True)
        source = tar.extractfile(member)
        if source is None:
            raise unreadable(file, f"{member.name} ne se lit pas.")
        with target.open("xb") as written:
            while chunk := source.read(1 << 20):
                written.write(chunk)
        if digest_of(target) != expected:
            raise unreadable(file, f"{member.name} a été changé.")
        yield member.name


def _is_inside(name: str) -> bool:
    """Whether the name of a member stays in its folder."""
    path = PurePosixPath(name)
    return not path.is_absolute() and ".." not in path.parts and path.parts[:1] in ((TABLES,), (FILES,))
