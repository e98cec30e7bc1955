"""What became of every row of every file, told with the territory."""

from __future__ import annotations

from collections.abc import Mapping

from hygie.engines.kernel.territory import SourceAccount
from hygie.readers.catalogue import Catalogue
from hygie.readers.records import FileAccount
from hygie.territories.ingredients import Ingredients
from hygie.territories.recipe import SourceChoice


def source_accounts(
    into: Ingredients, catalogue: Catalogue, outside: Mapping[str, int]
) -> tuple[SourceAccount, ...]:
    """One account a file; the rows outside the territory go with the first file of a source."""
    told: set[str] = set()
    accounts = []
    for choice, account in into.accounts:
        first = choice.source not in told
        told.add(choice.source)
        accounts.append(_account(choice, account, catalogue, outside.get(choice.source, 0) if first else 0))
    return tuple(accounts)


def _account(choice: SourceChoice, account: FileAccount, catalogue: Catalogue, outside: int) -> SourceAccount:
    sheet = catalogue.sources[choice.source]
    return SourceAccount(
        name=choice.source,
        title=sheet.title,
        publisher=sheet.publisher,
        licence=sheet.licence,
        address=sheet.address,
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


def unmapped_warnings(into: Ingredients) -> list[str]:
    """One sentence a source for labels that no mapping line answers."""
    texts = []
    for choice, file in into.places:
        if file.unmapped:
            count = sum(file.unmapped.values())
            most = sorted(file.unmapped.items(), key=lambda item: (-item[1], item[0]))[:5]
            named = ", ".join(f"{label} ({n})" for label, n in most)
            texts.append(
                f"{choice.source} : {count} lieux de {len(file.unmapped)} libellés sans catégorie, "
                f"donc non comptés ; les plus fréquents : {named}."
            )
    return texts
