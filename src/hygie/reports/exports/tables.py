"""What goes out, licence by licence: places, their other mentions, zones, official numbers."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

import shapely

from hygie.engines.kernel.statistic import Statistic
from hygie.engines.kernel.territory import Places, SourceAccount, Territory
from hygie.reports.exports.formats import Value, csv_bytes, geojson_bytes
from hygie.reports.exports.licences import Ledger, Licence, strictest
from hygie.reports.texts import Texts

PLACE_COLUMNS = (
    *("id", "site", "category", "category_title", "name", "lon", "lat", "capacity", "commune"),
    *("inside", "hours", "note", "source", "vintage"),
)
LINK_COLUMNS = ("id", "other_id", "source", "other_source")
ZONE_COLUMNS = ("layer", "layer_title", "id", "name", "source", "vintage", "in_force", "inside")
STATISTIC_COLUMNS = (
    *("key", "title", "unit", "level", "code", "name", "value", "year", "source", "status", "missing"),
)

Item = TypeVar("Item")


@dataclass(frozen=True)
class ExportFile:
    """One file to write: what it holds, under which licence, from which sources."""

    name: str
    content: bytes
    what: str
    licence: Licence
    rows: int
    accounts: tuple[SourceAccount, ...] = field(default=())


def by_licence(items: Iterable[Item], licence: Callable[[Item], Licence]) -> list[tuple[Licence, list[Item]]]:
    """Items under each licence, licences in the order of their keys."""
    groups: dict[str, tuple[Licence, list[Item]]] = {}
    for item in items:
        found = licence(item)
        groups.setdefault(found.key, (found, []))[1].append(item)
    return [groups[key] for key in sorted(groups)]


def place_files(territory: Territory, texts: Texts, ledger: Ledger) -> Iterator[ExportFile]:
    """Places by the licence of the source that gave them.

    A place kept from two sources has every field of the one that won, and none of the other: it stays
    under the licence of its own source. What ties it to the other mention goes with ``link_files``.
    Where the boundary is the extent of a map that shares alike, which places are inside is told only
    beside the map's own.
    """
    places = territory.places
    drawn_by_map = ledger.share_alike and "commune" not in territory.layers

    def licence(i: int) -> Licence:
        return ledger.licence(ledger.account(str(places.sources[i])))

    for found, held in by_licence(range(len(places)), licence):
        rows = [dict(zip(PLACE_COLUMNS, _place(places, i, texts), strict=True)) for i in held]
        if drawn_by_map and not found.share_alike:
            rows = [{**row, "inside": None} for row in rows]
        shapes = [shapely.Point(float(places.lon[i]), float(places.lat[i])) for i in held]
        accounts = _accounts(ledger.account(str(places.sources[i])) for i in held)
        told = ("Lieux du territoire et de sa marge", found, len(held), accounts)
        name, table = f"lieux-{found.key}", csv_bytes(PLACE_COLUMNS, (tuple(row.values()) for row in rows))
        yield ExportFile(f"{name}.csv", table, *told)
        yield ExportFile(
            f"{name}.geojson", geojson_bytes(shapes, _unplaced(rows), _about(found, accounts)), *told
        )


def _unplaced(rows: Iterable[Mapping[str, Value]]) -> list[dict[str, Value]]:
    """Rows without the position that their geometry says."""
    return [{key: value for key, value in row.items() if key not in ("lon", "lat")} for row in rows]


def _place(places: Places, i: int, texts: Texts) -> tuple[Value, ...]:
    category = str(places.categories[i])
    return (
        *(str(places.ids[i]), str(places.sites[i]), category, texts.categories[category].title),
        *(str(places.names[i]), float(places.lon[i]), float(places.lat[i]), float(places.capacity[i])),
        *(str(places.communes[i]), bool(places.inside[i]), str(places.hours[i]), str(places.notes[i])),
        *(str(places.sources[i]), str(places.vintages[i])),
    )


def link_files(territory: Territory, ledger: Ledger) -> Iterator[ExportFile]:
    """Which other mentions each place has.

    A pair was found from the positions and names of both: it is under the stricter of both licences.
    """
    places = territory.places
    pairs = [
        (str(places.ids[i]), other, str(places.sources[i]))
        for i in range(len(places))
        for other in str(places.traces[i]).split()
    ]

    def licence(pair: tuple[str, str, str]) -> Licence:
        own, other = ledger.account(pair[2]), ledger.of_trace(pair[1])
        return strictest(ledger.licence(own), ledger.licence(other))

    for found, held in by_licence(pairs, licence):
        others = [ledger.of_trace(other) for _, other, _ in held]
        rows = [
            (own, other, source, "" if account is None else account.name)
            for (own, other, source), account in zip(held, others, strict=True)
        ]
        accounts = _accounts([*(ledger.account(source) for *_, source in held), *others])
        content, what = csv_bytes(LINK_COLUMNS, rows), "Mêmes lieux dans deux sources"
        name = f"correspondances-{found.key}.csv"
        yield ExportFile(name, content, what, found, len(rows), accounts)


def zone_files(territory: Territory, ledger: Ledger) -> Iterator[ExportFile]:
    """Zones by the licence of their layer; the number of their residents is not exported."""
    layers = list(territory.layers.values())
    for found, held in by_licence(layers, lambda layer: ledger.licence(ledger.account(layer.source))):
        rows: list[Mapping[str, Value]] = []
        shapes = []
        for layer in held:
            for i in range(len(layer)):
                told = (layer.key, layer.title, layer.ids[i], layer.names[i], layer.source, layer.vintage)
                told_all = (*told, layer.in_force, bool(layer.inside[i]))
                rows.append(dict(zip(ZONE_COLUMNS, told_all, strict=True)))
                shapes.append(shapely.from_wkb(layer.outlines[i]))
        accounts = _accounts(ledger.account(layer.source) for layer in held)
        content = geojson_bytes(shapes, rows, _about(found, accounts))
        name = f"zones-{found.key}.geojson"
        yield ExportFile(name, content, "Découpages du territoire", found, len(rows), accounts)


def statistic_files(statistics: Sequence[Statistic], ledger: Ledger) -> Iterator[ExportFile]:
    """Official numbers by the licence of their table, each with its level, year and status."""
    groups = by_licence(statistics, lambda row: ledger.licence(ledger.statistic_account(row)))
    for found, held in groups:
        rows = [
            (
                *(s.key, s.title, s.unit, s.level, s.code, s.name, s.value, s.year, s.source),
                *(s.status.value, s.missing),
            )
            for s in held
        ]
        accounts = _accounts(ledger.statistic_account(s) for s in held)
        name = f"statistiques-{found.key}.csv"
        content = csv_bytes(STATISTIC_COLUMNS, rows)
        yield ExportFile(name, content, "Chiffres officiels", found, len(rows), accounts)


def _accounts(found: Iterable[SourceAccount | None]) -> tuple[SourceAccount, ...]:
    """Each source once, in the order met."""
    once: dict[Hashable, SourceAccount] = {}
    for account in found:
        if account is not None:
            once.setdefault(account.name, account)
    return tuple(once.values())


def _about(licence: Licence, accounts: Sequence[SourceAccount]) -> dict[str, str]:
    """What a GeoJSON file says of itself: it may travel alone."""
    return {"licence": licence.title, "licence_address": licence.address, "credit": credit(accounts)}


def credit(accounts: Sequence[SourceAccount]) -> str:
    """Sources with their date, as both licences ask."""
    return " ; ".join(
        f"{account.publisher}, {account.title}, {account.vintage or 'date non déclarée'}"
        for account in accounts
    )
