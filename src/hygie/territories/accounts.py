"""What became of every row of every file, told with the territory."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from hygie.engines.kernel.french import counted
from hygie.engines.kernel.territory import SourceAccount
from hygie.readers.catalogue import Catalogue
from hygie.readers.records import FileAccount
from hygie.territories.area import OUTSIDE, Area
from hygie.territories.ingredients import Ingredients
from hygie.territories.recipe import SourceChoice
from hygie.territories.supply import sides_of


def source_accounts(
    into: Ingredients, catalogue: Catalogue, outside: Mapping[str, int]
) -> tuple[SourceAccount, ...]:
    """One account a file; the rows outside the territory go with the first file of a source."""
    told: set[str] = set()
    accounts = []
    for choice, account in into.accounts:
        first = choice.name not in told
        told.add(choice.name)
        accounts.append(_account(choice, account, catalogue, outside.get(choice.name, 0) if first else 0))
    return tuple(accounts)


def _account(choice: SourceChoice, account: FileAccount, catalogue: Catalogue, outside: int) -> SourceAccount:
    sheet = catalogue.sources[choice.source]
    declared = choice.table or {}
    return SourceAccount(
        name=choice.name,
        title=declared.get("title", sheet.title),
        publisher=declared.get("publisher", sheet.publisher),
        licence=declared.get("licence", sheet.licence),
        address=declared.get("address", sheet.address),
        vintage=choice.vintage,
        file=account.file,
        sha256=account.sha256,
        read=account.read,
        kept=account.kept,
        rejected=len(account.rejects),
        outside=outside,
        clipped=account.clipped,
        warnings=account.warnings,
        rejects=tuple((r.row, r.column, r.value, r.reason) for r in account.rejects),
    )


def title_of(into: Ingredients, choice: SourceChoice) -> str:
    """Title of a source: the recipe's where it describes it, else the catalogue's."""
    return str((choice.table or {}).get("title") or into.titles[choice.source])


def unmapped_warnings(into: Ingredients, area: Area) -> list[str]:
    """One sentence a source for labels, inside the territory, that no mapping line answers."""
    texts = []
    for choice, file in into.places:
        labels = dict(file.unmapped)
        if file.rows:
            sides = sides_of(file.rows, area)
            here = zip(file.rows, sides, strict=True)
            labels = Counter(row.unmapped for row, side in here if row.unmapped and side != OUTSIDE)
        if labels:
            most = sorted(labels.items(), key=lambda item: (-item[1], item[0]))[:5]
            named = ", ".join(f"{label} ({n})" for label, n in most)
            places = counted(sum(labels.values()), "lieu", "lieux")
            texts.append(
                f"{title_of(into, choice)} : {places} sans correspondance dans le catalogue, "
                f"hors des comptes ; libellés les plus fréquents : {named}."
            )
    return texts
