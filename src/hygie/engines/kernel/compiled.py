"""The only door to numba: typed, cached on disk, without fastmath."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar, cast

import numba

F = TypeVar("F", bound=Callable[..., Any])


def compiled(function: F) -> F:
    """Compile a function of arrays and numbers to machine code, on one thread.

    The compiled code is cached beside the module; set-up warms it, so no first page waits.
    ``fastmath`` stays off: published figures do not depend on the order of additions.
    """
    return cast("F", numba.njit(cache=True, nogil=True)(function))


def compiled_inline(function: F) -> F:
    """Compile a small function into each of its compiled callers."""
    return cast("F", numba.njit(cache=True, nogil=True, inline="always")(function))


def compiled_parallel(function: F) -> F:
    """Compile a function whose ``parallel_range`` loops run on all cores.

    Only for loops whose iterations write to places of their own: no shared sum, so that the
    number of threads changes no figure.
    """
    return cast("F", numba.njit(cache=True, nogil=True, parallel=True)(function))


parallel_range: type[range] = numba.prange
