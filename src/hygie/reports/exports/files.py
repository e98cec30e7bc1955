"""Every file of an export, with the two that say what the others are."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from hygie.engines.kernel.french import typeset
from hygie.engines.kernel.statistic import Statistic
from hygie.engines.kernel.territory import SourceAccount, Territory
from hygie.reports.exports.formats import json_bytes
from hygie.reports.exports.licences import Ledger, Licence
from hygie.reports.exports.tables import (
    ExportFile,
    credit,
    link_files,
    place_files,
    statistic_files,
    zone_files,
)
from hygie.reports.texts import Texts

MANIFEST, README = "manifest.json", "LISEZMOI.txt"
KIND = "hygie-export"


def export_files(
    territory: Territory, statistics: Sequence[Statistic], texts: Texts, *, day: str
) -> dict[str, bytes]:
    """Places, zones and official numbers of a territory, one set of files a licence.

    Residents, streets, buildings and practitioners are never exported.

    Parameters
    ----------
    territory, statistics
        What a territory folder holds.
    texts
        The catalogue.
    day
        Reference date of the territory, ISO.

    Returns
    -------
    dict
        Content by file name, the same for the same arguments.

    Raises
    ------
    KeyError
        If the catalogue has no text for a category.
    """
    ledger = Ledger(territory.sources)
    files = [
        *place_files(territory, texts, ledger),
        *link_files(territory, ledger),
        *zone_files(territory, ledger),
        *statistic_files(statistics, ledger),
    ]
    licences = {file.licence.key: file.licence for file in files}
    files += [_notice(licence, files, texts) for licence in licences.values()]
    written = {file.name: file.content for file in files}
    written[README] = _readme(territory, files, day).encode()
    written[MANIFEST] = json_bytes(_manifest(territory, files, written, texts=texts, day=day))
    return written


def is_export(manifest: bytes, names: Collection[str]) -> bool:
    """Whether a folder with this manifest and these files is an export, and holds nothing else."""
    try:
        told = json.loads(manifest)
        return told["kind"] == KIND and set(names) <= {MANIFEST, *(file["name"] for file in told["files"])}
    except (ValueError, TypeError, KeyError):
        return False


def _notice(licence: Licence, files: Sequence[ExportFile], texts: Texts) -> ExportFile:
    """``LICENCE-….txt``: what to write beside the data of one licence."""
    own = [file for file in files if file.licence.key == licence.key]
    accounts = tuple({a.name: a for file in own for a in file.accounts}.values())
    lines = [licence.title, licence.address, "", "Fichiers : " + ", ".join(file.name for file in own), ""]
    lines += ["Sources, avec leur date :", *(f"- {credit([account])}" for account in accounts), ""]
    asked = [texts.sources[a.name].attribution for a in accounts if a.name in texts.sources]
    lines += [f"Mention à reproduire : {words}" for words in dict.fromkeys(asked) if words]
    if licence.share_alike:
        lines += [
            "",
            (
                "Ces fichiers sont une base de données dérivée : vous pouvez les copier, les modifier et les "
                "diffuser, à condition de citer leurs sources et de diffuser sous la même licence toute base "
                "que vous en tirez. Ne les réunissez pas avec des données d’une autre licence dans un "
                "fichier que vous publiez."
            ),
        ]
    if not licence.known:
        lines += ["", "Aucune source ne dit la licence de ces fichiers : ne les diffusez pas."]
    text = typeset("\n".join(lines)) + "\n"
    name = f"LICENCE-{licence.key}.txt"
    return ExportFile(name, text.encode(), "Licence et mentions", licence, 0, accounts)


def _readme(territory: Territory, files: Sequence[ExportFile], day: str) -> str:
    lines = [
        f"Données ouvertes de {territory.name} ({territory.code}), date de référence {day}",
        *(["Territoire fictif : tout y est inventé."] if territory.fictional else []),
        "",
        "Chaque fichier n’a qu’une licence, dite dans son nom. Citez la source et sa date.",
        "Aucun habitant, aucun praticien, aucune rue n’est exporté.",
        "Les licences sont celles des fiches de source de Hygie : vérifiez-les avant de diffuser.",
        "",
        (
            "Les fichiers CSV s’ouvrent dans un tableur français : UTF-8 avec marque d’ordre des octets, "
            "point-virgule entre les colonnes, virgule décimale, « oui » et « non ». Les codes gardent leurs "
            "zéros entre guillemets : importez leurs colonnes comme du texte. Un texte qui pourrait passer "
            "pour une formule (= + - @) porte une apostrophe devant ce signe. Une cellule vide veut "
            "dire inconnu."
        ),
        (
            "Les fichiers GeoJSON (RFC 7946, WGS 84) portent les mêmes lieux pour les autres logiciels, sans "
            "apostrophe ajoutée."
        ),
        "Les lieux « inside : non » sont dans la marge, autour du territoire.",
        (
            "Un lieu cité par deux sources garde tous les champs d’une seule : la source qui l’emporte. Le "
            "lien entre les deux est dans « correspondances », sous la plus exigeante des deux licences."
        ),
        "",
    ]
    for file in files:
        lines += [
            file.name,
            f"  {file.what}" + (f", {file.rows} lignes" if file.rows else ""),
            f"  Licence : {file.licence.title}",
            f"  Sources : {credit(file.accounts) or 'aucune source déclarée'}",
            "",
        ]
    return typeset("\n".join(lines))


def _manifest(
    territory: Territory,
    files: Sequence[ExportFile],
    written: Mapping[str, bytes],
    *,
    texts: Texts,
    day: str,
) -> dict[str, Any]:
    told = [
        {
            "name": file.name,
            "what": file.what,
            "rows": file.rows,
            "licence": file.licence.title,
            "licence_key": file.licence.key,
            "share_alike": file.licence.share_alike,
            "sha256": hashlib.sha256(file.content).hexdigest(),
            "sources": [_source(account, texts) for account in file.accounts],
        }
        for file in files
    ]
    told.append({"name": README, "sha256": hashlib.sha256(written[README]).hexdigest()})
    return {
        "kind": KIND,
        "format": 1,
        "code": territory.code,
        "name": territory.name,
        "fictional": territory.fictional,
        "reference_date": day,
        "files": told,
    }


def _source(account: SourceAccount, texts: Texts) -> dict[str, str]:
    sheet = texts.sources.get(account.name)
    return {
        "name": account.name,
        "title": account.title,
        "publisher": account.publisher,
        "licence": account.licence,
        "address": account.address,
        "vintage": account.vintage,
        "attribution": sheet.attribution if sheet else "",
    }
