"""Distances laid out for search: each demand's sites nearest first, and cover sets as bits."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from hygie.engines.kernel.compiled import compiled

Distances = NDArray[np.int32]
Floats = NDArray[np.float64]
Booleans = NDArray[np.bool_]
Positions = NDArray[np.int64]
Words = NDArray[np.uint64]

_SITE_BITS = 24
"""Sites are numbered below 2²⁴, so a distance and its site fit one 64-bit key."""


@dataclass(frozen=True)
class SortedRows:
    """Sites of each demand, nearest first; equal distances go by the number of the site.

    Attributes
    ----------
    distance, site
        Shape (demands, sites).
    by_site
        The distances as given, one row a site; shape (sites, demands).
    """

    distance: Distances
    site: NDArray[np.int32]
    by_site: Distances


def sorted_rows(distance: Distances) -> SortedRows:
    """Sort each row of a matrix of distances, shape (demands, sites)."""
    sites = distance.shape[1]
    keys = (distance.astype(np.int64) << _SITE_BITS) | np.arange(sites, dtype=np.int64)
    keys.sort(axis=1)
    site = (keys & ((1 << _SITE_BITS) - 1)).astype(np.int32)
    return SortedRows((keys >> _SITE_BITS).astype(np.int32), site, np.ascontiguousarray(distance.T))


@dataclass(frozen=True)
class CoverRows:
    """Demands with the same cover set, as one row.

    Attributes
    ----------
    bits
        Sites within the radius, 64 a word; shape (rows, words).
    row_of
        Row of each demand, shape (demands,).
    """

    bits: Words
    row_of: Positions

    @property
    def rows(self) -> int:
        """Number of distinct cover sets."""
        return len(self.bits)

    def summed(self, values: Floats) -> Floats:
        """Sum a value of the demands by row."""
        return np.bincount(self.row_of, weights=values, minlength=self.rows).astype(np.float64)

    def matrix(self, sites: int) -> Booleans:
        """Whether each row is covered by each site, shape (rows, sites)."""
        return unpacked(self.bits, sites)


def unpacked(bits: Words, sites: int) -> Booleans:
    """Bits of words as booleans, shape (rows, sites)."""
    return np.unpackbits(bits.view(np.uint8), axis=1, count=sites, bitorder="little").astype(np.bool_)


@compiled
def _pack(distance: Distances, radius: int, bits: Words) -> None:
    demands, sites = distance.shape
    for i in range(demands):
        for j in range(sites):
            if distance[i, j] <= radius:
                bits[i, j >> 6] |= np.uint64(1) << np.uint64(j & 63)


def cover_rows(distance: Distances, radius: int) -> CoverRows:
    """Merge the demands that the same sites cover within an inclusive radius."""
    bits = np.zeros((len(distance), -(-distance.shape[1] // 64)), np.uint64)
    _pack(distance, radius, bits)
    as_one = np.ascontiguousarray(bits).view(np.dtype((np.void, bits.shape[1] * 8))).ravel()
    _, first, row_of = np.unique(as_one, return_index=True, return_inverse=True)
    return CoverRows(bits[first], row_of.astype(np.int64))


@compiled
def _implied(bits: Words, order: Positions, kept: Booleans) -> None:
    """Drop each row that holds all the sites of a smaller one: covering that one covers it."""
    rows, words = bits.shape
    for a in range(rows):
        i = order[a]
        for b in range(a):
            k = order[b]
            if not kept[k]:
                continue
            inside = True
            for word in range(words):
                if bits[k, word] & ~bits[i, word]:
                    inside = False
                    break
            if inside:
                kept[i] = False
                break


def needed_rows(bits: Words) -> Booleans:
    """Rows to cover so that all are: no other kept row implies them. Rows are distinct."""
    kept = np.ones(len(bits), np.bool_)
    _implied(bits, np.argsort(np.bitwise_count(bits).sum(axis=1), kind="stable"), kept)
    return kept


def useful_sites(covers: Booleans, cost: Floats) -> Booleans:
    """Sites that no other one, covering as much at no higher cost, makes useless.

    Parameters
    ----------
    covers
        Shape (rows, sites).
    cost
        Of opening each site, shape (sites,).
    """
    sites = covers.shape[1]
    packed = np.packbits(covers.T, axis=1, bitorder="little")
    size = packed.shape[1]
    words = np.zeros((sites, -(-size // 8) * 8), np.uint8)
    words[:, :size] = packed
    kept = np.ones(sites, np.bool_)
    # largest first, then cheapest, then first: a site is only ever compared with those before it
    order = np.lexsort((np.arange(sites), cost, -covers.sum(axis=0)))
    _dominated(words.view(np.uint64), order, cost, kept)
    return kept


@compiled
def _dominated(bits: Words, order: Positions, cost: Floats, kept: Booleans) -> None:
    sites, words = bits.shape
    for a in range(sites):
        j = order[a]
        for b in range(a):
            k = order[b]
            if not kept[k] or cost[k] > cost[j]:
                continue
            inside = True
            for word in range(words):
                if bits[j, word] & ~bits[k, word]:
                    inside = False
                    break
            if inside:
                kept[j] = False
                break
