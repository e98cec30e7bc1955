"""Similar communes kept in the territory folder; their numbers are read when they are asked for."""

from __future__ import annotations

import json
from dataclasses import asdict, replace
from pathlib import Path

from hygie.engines.portrait.comparison import CRITERIA, Criterion, SimilarCommunes
from hygie.readers.territory_folder.statistics import StoredStatistics, write_statistics

SIMILAR = "similar.json"
NUMBERS = "similar.parquet"


def write_similar(similar: SimilarCommunes | None, folder: Path) -> None:
    """Write the similar communes of a territory; a territory without any has no such file."""
    if similar is None:
        return
    written = asdict(replace(similar, statistics=()))
    del written["statistics"]
    text = json.dumps(written, ensure_ascii=False, indent=1, sort_keys=True)
    (folder / SIMILAR).write_text(text + "\n", encoding="utf-8")
    write_statistics(similar.statistics, folder, NUMBERS)


def read_similar(folder: Path) -> SimilarCommunes | None:
    """Similar communes of a territory folder; None without such a file.

    Raises
    ------
    OSError, ValueError, KeyError, TypeError
        If the file is not what was written.
    """
    file = folder / SIMILAR
    if not file.is_file():
        return None
    stored = json.loads(file.read_text(encoding="utf-8"))
    criteria = tuple(Criterion(**one) for one in stored.pop("criteria"))
    if any(one.key not in CRITERIA for one in criteria):
        raise ValueError("an unknown criterion of similar communes")
    return SimilarCommunes(
        criteria=criteria,
        unused=tuple(stored.pop("unused")),
        communes=tuple((code, name) for code, name in stored.pop("communes")),
        statistics=StoredStatistics(folder, NUMBERS) if (folder / NUMBERS).is_file() else (),
        **stored,
    )
